"""The rows of a file that an import left out, to be mended and given again."""

from flask import Response

from app.access.context import whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.foundation.database import db
from app.foundation.tables import PROBLEM_TITLE
from app.imports.queries.imports import get_import
from app.imports.queries.matching import find_match
from app.imports.views.places import blueprint, place_of_import
from app.metrics.models import RunProblem
from app.metrics.queries.runs import problems_of
from app.web.exports import csv_response


@blueprint.get("/imports/<int:run_id>/problems.csv")
@requires(Permission.METRICS_IMPORT, at=place_of_import)
def problems(run_id: int) -> Response:
    """The rows that were left out, laid out as the file itself, each with its line and its problems at the end."""
    within = whole_consortium()
    run = get_import(db.session, run_id, within=within)
    match = find_match(db.session, run, within=within)
    header = [str(heading) for heading in match.header] if match else []
    by_line: dict[int, list[RunProblem]] = {}
    for problem in problems_of(db.session, run, within=within):
        by_line.setdefault(problem.line, []).append(problem)
    return csv_response(
        f"problems-{run.file_name}",
        [*header, PROBLEM_TITLE],
        (
            [*_cells(found[0], len(header)), f"Line {line}: " + " ".join(each.sentence for each in found)]
            for line, found in by_line.items()
        ),
    )


def _cells(problem: RunProblem, width: int) -> list[str]:
    cells = [str(cell) for cell in problem.cells or []][:width]
    return cells + [""] * (width - len(cells))
