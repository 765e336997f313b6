"""The rows of a file that an import left out, to be mended and given again."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO

from flask import Response

from app.access.context import whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.background.actions import open_upload
from app.background.queries import get_upload
from app.consortia.queries import settings_of
from app.foundation.clock import local_day
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.installation import settings
from app.foundation.tables import PROBLEM_TITLE
from app.imports.actions.checking import MOST_PROBLEMS
from app.imports.importers.daily_file import problems_in
from app.imports.models import ImportMatch
from app.imports.queries.imports import get_import
from app.imports.queries.matching import find_match, layout_of
from app.imports.rules.files import RowProblem
from app.imports.rules.given_back import SURPLUS_TITLE
from app.imports.views.places import blueprint, place_of_import
from app.metrics.models import Run, RunProblem
from app.metrics.queries.runs import problems_of
from app.web.exports import csv_stream

_NOT_KEPT = f"Only the first {MOST_PROBLEMS:,} problems are kept, and the file is kept no more."


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """A row with its problems in words."""

    cells: Sequence[str]
    why: str


@blueprint.get("/imports/<int:run_id>/problems.csv")
@requires(Permission.METRICS_IMPORT, at=place_of_import)
def problems(run_id: int) -> Response:
    """The rows that were left out, laid out as the file itself, each with its line and its problems at the end."""
    within = whole_consortium()
    run = get_import(db.session, run_id, within=within)
    match = find_match(db.session, run, within=within)
    header = [str(heading) for heading in match.header] if match else []
    spool, width = _spooled(_left_out(run, match), least=len(header))
    return csv_stream(f"problems-{PurePosixPath(run.file_name).stem}.csv", _table(spool, header, width=width))


def _left_out(run: Run, match: ImportMatch | None) -> Iterator[_LeftOut]:
    """Every row; of a file with more problems than are kept, as it is read again."""
    within = whole_consortium()
    if run.problems <= MOST_PROBLEMS or match is None:
        yield from _told(problems_of(db.session, run, within=within))
        return
    try:
        upload = get_upload(db.session, run.upload_id or 0, within=within)
        stream = open_upload(upload, folder=settings().uploads_path)
    except NotFound:
        yield from _told(problems_of(db.session, run, within=within))
        yield _LeftOut((), _NOT_KEPT)
        return
    on = local_day(run.started_at, settings_of(db.session, within=within).time_zone)
    with stream:
        yield from _told(problems_in(db.session, run, stream, layout=layout_of(match), today=on))


def _told(found: Iterable[RunProblem | RowProblem]) -> Iterator[_LeftOut]:
    for line, of_row in groupby(found, key=attrgetter("line")):
        each = list(of_row)
        cells = [str(cell) for cell in each[0].cells or ()]
        yield _LeftOut(cells, f"Line {line}: " + " ".join(problem.sentence for problem in each))


def _spooled(rows: Iterable[_LeftOut], *, least: int) -> tuple[IO[str], int]:
    """The rows on disk, for there may be a million; and how many cells the widest has, which is known last."""
    spool, width = TemporaryFile("w+", newline="", encoding="utf-8"), least  # noqa: SIM115 - read while it is sent
    writer = csv.writer(spool)
    for row in rows:
        writer.writerow([row.why, *row.cells])
        width = max(width, len(row.cells))
    spool.seek(0)
    return spool, width


def _table(spool: IO[str], header: Sequence[str], *, width: int) -> Iterator[Sequence[str]]:
    with spool:
        yield [*header, *[SURPLUS_TITLE] * (width - len(header)), PROBLEM_TITLE]
        for why, *cells in csv.reader(spool):
            yield [*cells, *[""] * (width - len(cells)), why]
