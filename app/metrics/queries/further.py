"""Reading what platforms tell beside the metrics: each figure or its reason, where it came from, what it replaced."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.metrics.models import FurtherFigure, Run
from app.metrics.queries.figures import origin_of
from app.metrics.queries.runs import runs_by_id
from app.metrics.rules.dictionary import FurtherMetric
from app.metrics.rules.seen import FigureSeen, Revision


def further_of(
    session: Session, account: Account, *, period: Period, within: Scope
) -> dict[date, dict[FurtherMetric, FigureSeen]]:
    """By day and metric what was told of an account in a period; days and metrics of which nothing was are not there."""
    rows = session.scalars(
        sa.select(FurtherFigure)
        .where(
            FurtherFigure.consortium_id == within.consortium_id,
            FurtherFigure.account_id == account.id,
            FurtherFigure.day.between(period.first, period.last),
        )
        .order_by(FurtherFigure.day, FurtherFigure.metric, FurtherFigure.revision)
        .execution_options(populate_existing=True)
    ).all()
    runs = runs_by_id(session, {row.run_id for row in rows}, within=within)
    cells: dict[tuple[date, FurtherMetric], list[FurtherFigure]] = defaultdict(list)
    for row in rows:
        cells[row.day, row.metric].append(row)
    found: dict[date, dict[FurtherMetric, FigureSeen]] = defaultdict(dict)
    for metric in FurtherMetric:
        for (day, each), its in cells.items():
            if each is metric and its[0].revision == 0:
                found[day][metric] = _seen(its, runs)
    return dict(found)


def _seen(rows: list[FurtherFigure], runs: Mapping[int, Run]) -> FigureSeen:
    now, *before = rows
    revisions = tuple(
        Revision(row.revision, _figure(row), origin_of(row.source, runs[row.run_id]), row.noted_at) for row in before
    )
    return FigureSeen(now.metric, _figure(now), origin_of(now.source, runs[now.run_id]), revisions)


def _figure(row: FurtherFigure) -> Figure:
    return Figure.missing(row.reason) if row.reason is not None else Figure.of(row.value or 0)
