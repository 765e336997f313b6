"""The pure thinking of duties: families and the catalogue, coverage and its gaps in words, hours and shares of time.

Import from the file that holds the name: ``catalogue``, ``coverage``, ``load``.
"""
