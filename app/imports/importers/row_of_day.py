"""The row of an imported file that tells of a day, as long as the file is kept."""

from contextlib import closing
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import open_upload
from app.background.queries import get_upload
from app.foundation.errors import NotFound, Refused
from app.foundation.installation import settings
from app.imports.importers.tables import table_of
from app.imports.queries.matching import find_match, layout_of
from app.imports.rules.dates import DateOrder, day_in
from app.imports.rules.exports import brings_posts
from app.imports.rules.meanings import ACCOUNT, DAY
from app.metrics.models import Run

#: a page does not read further
_MOST_ROWS = 20_000
_LONGEST = 200
#: days without a year are read as of this one
_ANY_YEAR = 2000


def row_about(session: Session, run: Run, on: date) -> str:
    """Such as "Row 14 of oct.csv: 2026-11-08, 1240, 3"; "" where the file is kept no more or cannot be told."""
    within = Scope(consortium_id=run.consortium_id)
    match = find_match(session, run, within=within)
    if match is None or run.upload_id is None or brings_posts(run.layout) or ACCOUNT in match.meanings:
        return ""
    layout = layout_of(match)
    if DAY not in layout.meanings:
        return ""
    at = layout.meanings.index(DAY)
    sought = on.replace(year=_ANY_YEAR) if layout.date_order is DateOrder.YEARLESS else on
    try:
        upload = get_upload(session, run.upload_id, within=within)
        with open_upload(upload, folder=settings().uploads_path) as stream, closing(table_of(stream)) as rows:
            for line, cells in islice(rows, 1, _MOST_ROWS):
                if at < len(cells) and day_in(cells[at].strip(), layout.date_order) == sought:
                    return f"Row {line} of {run.file_name}: {', '.join(cells)[:_LONGEST]}"
    except (NotFound, Refused):
        pass
    return ""
