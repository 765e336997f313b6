"""Tables that are no figures by day or by post, known by their headings and refused with what to do instead."""

import re
from collections.abc import Sequence

from app.foundation.errors import Refused
from app.imports.rules.exports.shape import plain

#: a file with more columns is no table of days
MOST_COLUMNS = 80
_MONTH = re.compile(r"(?:19|20)[0-9]{2}[-/. ]?[0-9]{1,2}|[0-9]{1,2}[-/.](?:19|20)[0-9]{2}", re.ASCII)
#: so many headings that are months make a file with a column for each month
_MANY_MONTHS = 3
#: in every file of the Public Libraries Survey
_SURVEY_KEY = "fscskey"


def refuse_other_tables(header: Sequence[str]) -> None:
    """Refuses the survey's files of libraries, a file with a column for each month, and one with too many columns."""
    if _SURVEY_KEY in (plain(heading) for heading in header):
        raise Refused(
            "This is a file of the Public Libraries Survey, which lists libraries and has no figures by day. "
            "Give it under Places, “Import the library survey”."
        )
    months = [heading.strip() for heading in header if _MONTH.fullmatch(heading.strip())]
    if len(months) >= _MANY_MONTHS:
        raise Refused(
            f"The file has a column for each month, such as {months[0]}. Figures come by day: give a file with one row "
            "a day, and the figures in columns."
        )
    if len(header) > MOST_COLUMNS:
        raise Refused(f"The file has {len(header):,} columns; a table of days has at most {MOST_COLUMNS}.")
