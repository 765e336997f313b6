"""The pure thinking of imports: which file it is, what its columns and cells say, and whose it is.

Import from the file that holds the name: ``layouts``, ``files``, ``post_rows``, ``dates``, ``numbers``, ``batches``.
"""
