"""The pages of scorecards: ``compare`` (the page and its file), drawn with ``table`` and ``pictures``."""
