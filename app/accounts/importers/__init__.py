"""Accounts from a CSV file.

``rows`` is the layout, ``known`` what is here, ``planning`` compares the two, ``accounts`` reads the file and writes.
"""
