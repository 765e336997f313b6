"""The survey's files: what a row says, which rows are left out and why, and that no bytes ever crash the reading."""

import os
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.consortia.importers import MOST_ROWS, read_survey
from app.consortia.rules import BranchType, Directory
from app.foundation.errors import Refused
from config import ROOT

OUR_FILES = ROOT / "seeds" / "pls"
LIBRARIES = "FSCSKEY,LIBNAME,POPU_LSA\r\nZZ0001,ASH LIBRARY,100\r\n"
OUTLETS = "FSCSKEY,FSCS_SEQ,LIBNAME,C_OUT_TY\r\nZZ0001,002,ASH LIBRARY,CE\r\n"


def read(libraries: str | bytes = LIBRARIES, outlets: str | bytes = OUTLETS) -> Directory:
    first, second = (data.encode() if isinstance(data, str) else data for data in (libraries, outlets))
    return read_survey(first, second)


def refusal(**files: str | bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read(**files)
    return caught.value


def test_our_files_are_read_with_their_letters_zeros_and_blanks():
    found = read_survey((OUR_FILES / "libraries.csv").read_bytes(), (OUR_FILES / "outlets.csv").read_bytes())

    ash, birch, cafe, dogwood = found.libraries
    assert (ash.fscs_key, ash.name, ash.state_id, ash.population) == (
        "ZZ0001",
        "ASH GROVE PUBLIC LIBRARY",
        "ASH-01",
        8120,
    )
    assert (ash.fiscal_year_start_month, ash.period_ends_on) == (1, date(2015, 12, 31))
    assert birch.name == "BIRCH–ALDER COUNTY LIBRARY, INC."
    assert birch.fiscal_year_start_month == 7
    assert (cafe.name, cafe.fiscal_year_start_month, cafe.period_ends_on) == ("CAFÉ CEDAR LIBRARY", None, None)
    assert (dogwood.population, dogwood.city) == (None, "")

    assert [outlet.code for outlet in found.outlets] == [
        "ZZ0001-002",
        "ZZ0002-002",
        "ZZ0002-003",
        "ZZ0002-004",
        "ZZ0003-002",
        "ZZ0004-010",
    ]
    assert found.outlets[2].branch_type == BranchType.BOOKMOBILE
    assert found.outlets[2].closed_on == date(2015, 6, 30)
    assert [outlet.locale for outlet in found.outlets[:4]] == ["42", "32", "32", None]
    assert [str(problem) for problem in found.problems] == [
        "Line 8: outlet ZZ0009-002 has no library in the first file. Add its library or leave it out."
    ]


@pytest.mark.skipif("REAL_DATA_DIR" not in os.environ, reason="REAL_DATA_DIR names the folder of real files")
def test_the_real_survey_goes_in_whole_but_for_two_outlets_without_a_library():
    folder = Path(os.environ["REAL_DATA_DIR"]) / "pls"

    found = read_survey(
        (folder / "pls_fy2015_ae_WI_MA.csv").read_bytes(), (folder / "pls_fy2015_outlet_WI_MA.csv").read_bytes()
    )

    assert (len(found.libraries), len(found.outlets)) == (751, 934)
    assert [str(problem) for problem in found.problems] == [
        "Line 936: outlet CO0144-004 has no library in the first file. Add its library or leave it out.",
        "Line 937: outlet NM0022-006 has no library in the first file. Add its library or leave it out.",
    ]
    assert "KIMBERLY–LITTLE CHUTE PUBLIC LIBRARY" in {library.name for library in found.libraries}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_the_encoding_is_found(encoding):
    found = read(libraries=LIBRARIES.replace("ASH", "CAFÉ – ASH").encode(encoding))

    assert found.libraries[0].name == "CAFÉ – ASH LIBRARY"


@pytest.mark.parametrize("blank", ["-1", "-3", "-4", "-9", "", "M", " -9 "])
def test_a_sentinel_is_no_figure(blank):
    assert read(libraries=LIBRARIES.replace("100", blank)).libraries[0].population is None


def test_a_population_of_nobody_is_a_figure():
    assert read(libraries=LIBRARIES.replace("100", "0")).libraries[0].population == 0


def test_zeros_that_a_spreadsheet_dropped_come_back():
    assert read(outlets=OUTLETS.replace("002", "2")).outlets[0].code == "ZZ0001-002"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("libraries", "100", "1,5", "the row has 4 columns and the heading 3."),
        ("libraries", "100", '"16,124"', "POPU_LSA “16,124” is not a whole number. Write digits only."),
        ("libraries", "100", "=SUM(A1:A9)", "POPU_LSA “=SUM(A1:A9)” is not a whole number. Write digits only."),
        ("libraries", "100", "many", "POPU_LSA “many” is not a whole number. Write digits only."),
        ("libraries", "ZZ0001", "ZZ1", "FSCSKEY “ZZ1” is not two letters and four digits, such as WI0001."),
        ("libraries", "ASH LIBRARY", "M", "LIBNAME is blank. Write the name."),
        (
            "libraries",
            "ASH LIBRARY",
            "=1+1",
            "LIBNAME “=1+1” begins as a formula does. Write the text itself.",
        ),
        ("libraries", "ASH LIBRARY", "A" * 201, "LIBNAME is longer than 200 characters. Shorten it."),
        ("outlets", ",CE", ",XX", "C_OUT_TY “XX” is not one of CE, BR, BS, BM."),
        ("outlets", "002", "0002", "FSCS_SEQ “0002” is not three digits, such as 002."),
        ("outlets", "002", "٠٠٢", "FSCS_SEQ “٠٠٢” is not three digits, such as 002."),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_with_its_line(file, old, new, problem):
    texts = {"libraries": LIBRARIES, "outlets": OUTLETS}

    found = read(**{file: texts[file].replace(old, new, 1)})

    assert str(found.problems[0]) == f"Line 2: {problem}"
    assert getattr(found, file) == ()


def test_the_outlets_of_an_unreadable_library_say_so():
    found = read(libraries=LIBRARIES.replace("100", "many"))

    assert str(found.problems[1]) == (
        "Line 2: outlet ZZ0001-002 belongs to library ZZ0001, whose own row has a problem. Mend that first."
    )


def test_a_date_in_words_is_a_problem():
    libraries = "FSCSKEY,LIBNAME,POPU_LSA,ENDDATE\r\nZZ0001,ASH,100,end of June\r\n"

    assert str(read(libraries=libraries).problems[0]) == (
        "Line 2: ENDDATE “end of June” is not a date such as 06/30/2015."
    )


def test_a_closed_outlet_without_a_day_is_a_problem():
    outlets = "FSCSKEY,FSCS_SEQ,LIBNAME,C_OUT_TY,STATSTRU\r\nZZ0001,002,ASH,CE,03\r\n"

    assert str(read(outlets=outlets).problems[0]) == (
        "Line 2: STATSTRU says closed, but ENDDATE in the first file does not say by when."
    )


def test_a_key_that_comes_twice_goes_in_once():
    found = read(libraries=LIBRARIES + "ZZ0001,OTHER,7\r\n", outlets=OUTLETS + "ZZ0001,2,OTHER,BR\r\n")

    assert [library.name for library in found.libraries] == ["ASH LIBRARY"]
    assert [outlet.name for outlet in found.outlets] == ["ASH LIBRARY"]
    assert [str(problem) for problem in found.problems] == [
        "Line 3: library ZZ0001 is already on line 2. Keep one of the two.",
        "Line 3: outlet ZZ0001-002 is already on line 2. Keep one of the two.",
    ]


def test_a_quoted_line_break_counts_as_two_lines():
    libraries = LIBRARIES.replace("ASH LIBRARY", '"ASH\r\nLIBRARY"') + "ZZ2,BIRCH,5\r\n"

    found = read(libraries=libraries)

    assert found.libraries[0].name == "ASH LIBRARY"
    assert found.problems[0].line == 4


def test_a_script_in_a_name_stays_text():
    name = "<script>alert(1)</script>"

    assert read(libraries=LIBRARIES.replace("ASH LIBRARY", name)).libraries[0].name == name


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"libraries": b""}, "The first file (libraries) is empty."),
        ({"outlets": b" \r\n"}, "The second file (outlets) is empty."),
        ({"libraries": b"PK\x03\x04rest"}, "The first file (libraries) is a workbook or an archive. Save it as CSV"),
        ({"outlets": b"a,b\x00c"}, "The second file (outlets) is not plain text."),
        ({"libraries": LIBRARIES.encode() + b"ZZ0002,\x81,5"}, "Line 3 of the first file (libraries) holds a letter"),
        ({"libraries": "name,color\r\n1,2"}, "has no column FSCSKEY and no LIBNAME and no POPU_LSA."),
        ({"libraries": LIBRARIES.replace("POPU_LSA", "PEOPLE")}, "has no column POPU_LSA. Choose the survey's admin"),
        ({"libraries": OUTLETS}, "The first file (libraries) is the survey's file of outlets. Exchange the two files."),
        ({"outlets": LIBRARIES}, "The second file (outlets) is the survey's file of libraries. Exchange the two"),
        ({"libraries": LIBRARIES + 'ZZ0002,"BIRCH,5\r\n'}, "is not well-formed CSV. Look for a lone quotation mark."),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_at_its_field(files, sentence):
    caught = refusal(**files)

    assert sentence in str(caught)
    assert caught.field == next(iter(files))


def test_a_file_longer_than_the_whole_survey_is_refused():
    rows = "".join(f"ZZ0001,{number % 1000:03},ASH,CE\r\n" for number in range(200_000))

    assert f"more than {MOST_ROWS:,} rows" in str(refusal(outlets=OUTLETS + rows))


@given(st.binary(max_size=300), st.binary(max_size=300))
@example(b"\xff\xfe\x00", b"")
def test_no_bytes_crash_it(first, second):
    with suppress(Refused):
        found = read_survey(LIBRARIES.encode() + first, OUTLETS.encode() + second)
        assert len({library.fscs_key for library in found.libraries}) == len(found.libraries)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_heading(data):
    with pytest.raises(Refused) as caught:  # it would have to spell out three columns by chance
        read_survey(data, OUTLETS.encode())
    assert caught.value.field == "libraries"


_CELL = st.text(st.characters(exclude_characters='"', exclude_categories=("Cs",)), max_size=12)


@given(st.lists(st.tuples(_CELL, _CELL, _CELL, _CELL), max_size=5))
def test_every_row_goes_in_or_is_a_problem(rows):
    body = "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    try:
        found = read(outlets=OUTLETS + body)
    except Refused:
        assert "\x00" in body
    else:
        assert len(found.outlets) + len(found.problems) >= 1 + sum(any(row) for row in rows)
