"""Whatever follows the headings of an export, its rows are read or told, or the file is refused; nothing crashes."""

import io
from contextlib import suppress
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.imports.importers.daily_file import guess, look_at
from app.imports.importers.tables import table_of
from app.imports.rules.files import RowProblem, read_rows
from app.imports.rules.layouts import match_columns
from app.imports.rules.plain_rows import DailyRow
from app.imports.rules.post_rows import PostRow, read_post_rows

TODAY = date(2026, 11, 21)
ZONE = ZoneInfo("America/Chicago")
FOLLOWERS = b"Followers\nDate,Sponsored followers,Organic followers,Auto-invited followers,Total followers\n"
VISITORS = b"Date,Total page views (total),Total unique visitors (total)\n"
INSTAGRAM = b"Post ID,Account username,Description,Publish time,Permalink,Views,Follows,Saves\n"
FOLLOWS = 'sep=,\n"Follows"\n"Date","Primary"\n'.encode("utf-16")
STARTS = [("linkedin", FOLLOWERS), ("linkedin", VISITORS), ("instagram", INSTAGRAM), ("facebook", FOLLOWS)]
CELLS = st.sampled_from(
    [
        "11/03/2026",
        "2026-11-03T00:00:00",
        "5",
        "-1",
        "1,204",
        "",
        "-",
        '"',
        "1.8E+17",
        "https://www.instagram.com/p/AAAAA/",
    ]
)
LINES = st.lists(st.lists(CELLS, max_size=9).map(",".join), max_size=6).map(lambda lines: "\n".join(lines).encode())


def outcomes_of(content, platform):
    stream = io.BytesIO(content)
    look = look_at(stream)
    found = guess(look, platform=platform)
    columns = match_columns(look.header, found.layout)
    rows = list(table_of(stream))[1:]
    if found.layout.brings_posts:
        return list(read_post_rows(rows, columns=columns, today=TODAY, zone=ZONE))
    return list(read_rows(rows, columns=columns, today=TODAY))


@settings(max_examples=60)
@given(st.sampled_from(STARTS), LINES | st.binary(max_size=60))
def test_any_bytes_after_the_headings_are_rows_problems_or_a_refusal(start, rest):
    platform, headings = start
    if headings is FOLLOWS:
        rest = rest.decode("latin-1").encode("utf-16-le")
    with suppress(Refused):
        outcomes = outcomes_of(headings + rest, platform)
        assert all(isinstance(one, RowProblem | DailyRow | PostRow) for one in outcomes)


def test_rows_that_are_good_are_read_beside_others():
    good, bad = outcomes_of(FOLLOWERS + b"11/03/2026,1,2,0,3\n11/04/2026,x,2,0,2\n", "linkedin")
    assert sorted(good.further.values()) == [0, 1, 2, 3]
    assert "is not a number" in bad.sentence
    (told,) = outcomes_of(FOLLOWS + '"2026-11-03T00:00:00","6"\n'.encode("utf-16-le"), "facebook")
    assert list(told.further.values()) == [6]
    with pytest.raises(Refused):
        outcomes_of(b"\xff\xfe\x00", "facebook")
