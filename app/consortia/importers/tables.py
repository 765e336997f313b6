"""A CSV file of the survey as rows of text: its encoding, its heading, its width, its length."""

import csv
import io
from collections.abc import Iterator, Mapping

from app.consortia.importers.rows import Row
from app.consortia.rules import RowProblem, SurveyFile
from app.foundation.errors import Refused

#: the whole national file has about 17,500 outlets
MOST_ROWS = 50_000

_REQUIRED: Mapping[SurveyFile, tuple[str, ...]] = {
    SurveyFile.LIBRARIES: ("FSCSKEY", "LIBNAME", "POPU_LSA"),
    SurveyFile.OUTLETS: ("FSCSKEY", "FSCS_SEQ", "LIBNAME", "C_OUT_TY"),
}
_NAMES = {SurveyFile.LIBRARIES: "first file (libraries)", SurveyFile.OUTLETS: "second file (outlets)"}
_FIELDS = {SurveyFile.LIBRARIES: "libraries", SurveyFile.OUTLETS: "outlets"}
_WHICH = {
    SurveyFile.LIBRARIES: "Choose the survey's administrative-entity file, such as pupld15a.csv.",
    SurveyFile.OUTLETS: "Choose the survey's outlet file, such as puout15a.csv.",
}
_READ = (
    "FSCSKEY",
    "FSCS_SEQ",
    "LIBNAME",
    "LIBID",
    "CITY",
    "POPU_LSA",
    "C_OUT_TY",
    "LOCALE",
    "STATSTRU",
    "STARTDAT",
    "ENDDATE",
)
_TOO_LONG = (
    "The {file} has more than {most:,} rows, more than the whole national survey. Keep the rows of your members."
)
#: how workbooks and archives begin: zip (xlsx, ods), the old Excel, gzip
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")


def rows_of(file: SurveyFile, data: bytes, problems: list[RowProblem]) -> Iterator[Row]:
    """The rows below the heading, with the columns that are read; a row of another width is a problem."""
    reader = csv.reader(io.StringIO(_text(file, data), newline=""), strict=True)
    try:
        heading = [name.strip().upper() for name in next(reader, [])]
        _refuse_wrong_heading(file, heading)
        places = {name: heading.index(name) for name in _READ if name in heading}
        line = reader.line_num + 1
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise Refused(_TOO_LONG.format(file=_NAMES[file], most=MOST_ROWS), field=_FIELDS[file])
            if len(cells) == len(heading):
                yield Row(line, {name: cells[place] for name, place in places.items()})
            elif any(cells):
                sentence = f"the row has {len(cells)} columns and the heading {len(heading)}."
                problems.append(RowProblem(file, line, sentence))
            line = reader.line_num + 1
    except csv.Error:
        sentence = (
            f"Line {reader.line_num} of the {_NAMES[file]} is not well-formed CSV. Look for a lone quotation mark."
        )
        raise Refused(sentence, field=_FIELDS[file]) from None


def _refuse_wrong_heading(file: SurveyFile, heading: list[str]) -> None:
    missing = [name for name in _REQUIRED[file] if name not in heading]
    if not missing:
        return
    other = SurveyFile.OUTLETS if file == SurveyFile.LIBRARIES else SurveyFile.LIBRARIES
    sentence = f"The {_NAMES[file]} has no column {' and no '.join(missing)}. {_WHICH[file]}"
    if all(name in heading for name in _REQUIRED[other]):
        sentence = f"The {_NAMES[file]} is the survey's file of {_FIELDS[other]}. Exchange the two files."
    raise Refused(sentence, field=_FIELDS[file])


def _text(file: SurveyFile, data: bytes) -> str:
    """The file as text; refuses what is empty, a workbook, or in no encoding that the survey uses."""
    if not data.strip():
        raise Refused(f"The {_NAMES[file]} is empty. {_WHICH[file]}", field=_FIELDS[file])
    if data.startswith(_WORKBOOKS):
        raise Refused(f"The {_NAMES[file]} is a workbook or an archive. Save it as CSV first.", field=_FIELDS[file])
    if b"\x00" in data:
        raise Refused(f"The {_NAMES[file]} is not plain text. Save it as CSV (UTF-8) first.", field=_FIELDS[file])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # the files as published are Windows-1252
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        sentence = (
            f"Line {line} of the {_NAMES[file]} holds a letter that cannot be read. Save the file as CSV (UTF-8)."
        )
        raise Refused(sentence, field=_FIELDS[file]) from None
