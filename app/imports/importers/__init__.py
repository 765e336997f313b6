"""Bytes made rows: CSV, workbooks and archives, whose a file is, and its rows onto the stage."""
