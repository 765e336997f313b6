"""The pages of an import of one CSV file, the same in every room: what they say, the template, the problem rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response

from app.foundation.tables import PROBLEM_TITLE, Layout, Problem, Table
from app.web.exports import csv_response
from app.web.fields import Form, UploadField


class FileForm(Form):
    """The file to import."""

    file = UploadField("File", accept=".csv,.txt,text/csv", missing="Choose the file.")


class ApplyForm(Form):
    """Yes, import it: nothing to fill in."""


@dataclass(frozen=True, slots=True)
class ImportPages:
    """What the pages of one import say, and where they lead."""

    layout: Layout
    title: str
    lede: str
    #: what a row is, one and many, as in "Import 12 rows"
    row: str
    rows: str
    #: the file's name in downloads, without its ending
    file_name: str
    back_url: str
    choose_url: str
    template_url: str
    check_url: Callable[[int], str]
    problems_url: Callable[[int], str]


def template_response(pages: ImportPages) -> Response:
    """The layout as a file to fill in: its titles and one row that shows how."""
    columns = pages.layout.columns
    rows = [[column.example for column in columns]]
    return csv_response(f"{pages.file_name}-template.csv", [column.title for column in columns], rows)


def problems_response(pages: ImportPages, table: Table, problems: Sequence[Problem]) -> Response:
    """The rows that are left out, in the layout's own columns with the problem beside, to be mended and given again."""
    columns = pages.layout.columns
    rows = table.row_at()
    return csv_response(
        f"{pages.file_name}-problems.csv",
        [*(column.title for column in columns), PROBLEM_TITLE],
        [
            [*(rows[problem.line].cells.get(column.name, "") for column in columns), str(problem)]
            for problem in problems
        ],
    )
