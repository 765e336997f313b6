"""Accounts from a CSV file: ``rows`` (the layout), ``planning`` (what would change), ``accounts`` (reading, writing)."""
