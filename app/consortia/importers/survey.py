"""The rows of both files as one directory: each outlet with its library, each key once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.consortia.importers.rows import Row, UnreadableError
from app.consortia.rules import Directory, RowProblem, SurveyFile, SurveyLibrary, SurveyOutlet
from app.foundation.errors import Refused
from app.foundation.tables import Column, Layout, Table, read_table

#: the whole national file has about 17,500 outlets
MOST_ROWS = 50_000

_REQUIRED: Mapping[SurveyFile, tuple[str, ...]] = {
    SurveyFile.LIBRARIES: ("FSCSKEY", "LIBNAME", "POPU_LSA"),
    SurveyFile.OUTLETS: ("FSCSKEY", "FSCS_SEQ", "LIBNAME", "C_OUT_TY"),
}
_READ = ("LIBID", "CITY", "LOCALE", "STATSTRU", "STARTDAT", "ENDDATE")
_CALLED = {SurveyFile.LIBRARIES: "first file (libraries)", SurveyFile.OUTLETS: "second file (outlets)"}
_HINTS = {
    SurveyFile.LIBRARIES: "Choose the survey's administrative-entity file, such as pupld15a.csv.",
    SurveyFile.OUTLETS: "Choose the survey's outlet file, such as puout15a.csv.",
}


def read_survey(libraries: bytes, outlets: bytes) -> Directory:
    """Both files as one directory, with a problem for each row that is left out.

    Refuses a file that is empty, no CSV text, too long, or without the columns it needs; the refusal's field is
    ``libraries`` or ``outlets``.
    """
    reading = _Reading()
    for row in _rows_of(SurveyFile.LIBRARIES, libraries, reading.problems):
        reading.add_library(row)
    for row in _rows_of(SurveyFile.OUTLETS, outlets, reading.problems):
        reading.add_outlet(row)
    return Directory(tuple(reading.libraries.values()), tuple(reading.outlets.values()), tuple(reading.problems))


def _rows_of(file: SurveyFile, data: bytes, problems: list[RowProblem]) -> Iterator[Row]:
    """The rows below the heading, with the columns that are read; a row of another width is a problem."""
    table = _table(file, data)
    problems.extend(RowProblem(file, problem.line, problem.sentence) for problem in table.problems)
    for row in table.rows:
        yield Row(row.line, row.cells)


def _table(file: SurveyFile, data: bytes) -> Table:
    try:
        return read_table(data, _layout(file))
    except Refused:
        other = SurveyFile.OUTLETS if file == SurveyFile.LIBRARIES else SurveyFile.LIBRARIES
        if not _is(other, data):
            raise
    sentence = f"The {_CALLED[file]} is the survey's file of {other.value}. Exchange the two files."
    raise Refused(sentence, field=file.value)


def _is(file: SurveyFile, data: bytes) -> bool:
    try:
        read_table(data, _layout(file))
    except Refused:
        return False
    return True


def _layout(file: SurveyFile) -> Layout:
    needed = [Column(name, name, is_required=True) for name in _REQUIRED[file]]
    further = [Column(name, name) for name in _READ]
    return Layout(
        columns=(*needed, *further),
        called=_CALLED[file],
        hint=_HINTS[file],
        field=file.value,
        most_rows=MOST_ROWS,
        too_long=", more than the whole national survey. Keep the rows of your members.",
    )


@dataclass
class _Reading:
    """What has been read so far, by key, and what could not be."""

    libraries: dict[str, SurveyLibrary] = field(default_factory=dict)
    outlets: dict[str, SurveyOutlet] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    #: keys of libraries whose own row has a problem
    unread: set[str] = field(default_factory=set)

    def add_library(self, row: Row) -> None:
        """Read one row of the first file."""
        try:
            library = _library(row)
            _refuse_twice(f"library {library.fscs_key}", self.libraries.get(library.fscs_key))
            self.libraries[library.fscs_key] = library
        except UnreadableError as problem:
            self.problems.append(RowProblem(SurveyFile.LIBRARIES, row.line, str(problem)))
            self.unread.add(row.cells["FSCSKEY"].strip().upper())

    def add_outlet(self, row: Row) -> None:
        """Read one row of the second file; its library must be in the first."""
        try:
            outlet = self._outlet(row)
            _refuse_twice(f"outlet {outlet.code}", self.outlets.get(outlet.code))
            self.outlets[outlet.code] = outlet
        except UnreadableError as problem:
            self.problems.append(RowProblem(SurveyFile.OUTLETS, row.line, str(problem)))

    def _outlet(self, row: Row) -> SurveyOutlet:
        key, sequence = row.key(), row.sequence()
        library = self._library_of(key, f"{key}-{sequence}")
        return SurveyOutlet(
            line=row.line,
            fscs_key=key,
            sequence=sequence,
            name=row.name(),
            branch_type=row.branch_type(),
            city=row.text("CITY"),
            locale=row.locale(),
            closed_on=row.closed_on(library.period_ends_on),
        )

    def _library_of(self, key: str, code: str) -> SurveyLibrary:
        if library := self.libraries.get(key):
            return library
        if key in self.unread:
            raise UnreadableError(
                f"outlet {code} belongs to library {key}, whose own row has a problem. Mend that first."
            )
        raise UnreadableError(f"outlet {code} has no library in the first file. Add its library or leave it out.")


def _refuse_twice(words: str, earlier: SurveyLibrary | SurveyOutlet | None) -> None:
    if earlier is not None:
        raise UnreadableError(f"{words} is already on line {earlier.line}. Keep one of the two.")


def _library(row: Row) -> SurveyLibrary:
    starts_on, ends_on = row.day("STARTDAT"), row.day("ENDDATE")
    return SurveyLibrary(
        line=row.line,
        fscs_key=row.key(),
        name=row.name(),
        state_id=row.text("LIBID") or None,
        city=row.text("CITY"),
        population=row.population(),
        fiscal_year_start_month=starts_on.month if starts_on else None,
        period_ends_on=ends_on,
        closed_on=row.closed_on(ends_on),
    )
