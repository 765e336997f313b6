"""Reading for scorecards: the ``ground`` of a rebuild, the ``comparison`` page, and ``standings`` for the homes."""
