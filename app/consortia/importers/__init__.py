"""The two CSV files of the IMLS Public Libraries Survey, read into a directory.

The files are Windows-1252 (or UTF-8, after a detour through another program), with CRLF and a heading. A figure of
-1, -3, -4 or -9 and a text of "M" or "-3" mean that nothing was said (README of the public-use files, appendix A);
keys keep their leading zeros. A row that cannot be read is a problem with its line; the others go in.
"""

from app.consortia.importers.survey import MOST_ROWS, read_survey

__all__ = ["MOST_ROWS", "read_survey"]
