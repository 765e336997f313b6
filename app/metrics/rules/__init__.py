"""The pure thinking of metrics: the dictionary, days made of posts, sums and completeness, whose figure stands, tags.

Import from the file that holds the name: ``dictionary``, ``days``, ``sums``, ``standing``, ``tags`` and so on.
"""
