"""Reading where the source of an account's figures counts another thing than the source of the day before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.access.rules import Scope
from app.accounts.models import Account
from app.metrics.models import DailyFigure, Observation, Run
from app.metrics.rules.breaks import Break, Told, breaks_between, mixed_metrics
from app.metrics.rules.dictionary import DESK_LOG, Metric, Source
from app.metrics.rules.runs import RunKind

#: who made a figure, in SQL, where a platform's own answers are ""
_PULLED = ""


def recounted(session: Session, accounts: Sequence[Account], *, within: Scope) -> Mapping[int, Sequence[Break]]:
    """Breaks by account; one statement, and one more for each metric that the files of an account count otherwise.

    Only accounts whose files, or whose files and pulls, count different things are looked at day by day.
    """
    layouts = _layouts(session, accounts, within)
    mixed: dict[Metric, list[Account]] = defaultdict(list)
    for account in accounts:
        for metric in mixed_metrics(account.platform, layouts.get(account.id, ())):
            mixed[metric].append(account)
    found: dict[int, list[Break]] = defaultdict(list)
    for metric, its in mixed.items():
        platforms = {account.id: account.platform for account in its}
        for account_id, told in _told(session, metric, platforms, within).items():
            found[account_id] += breaks_between(metric, told)
    return found


def _layouts(session: Session, accounts: Iterable[Account], within: Scope) -> Mapping[int, set[str]]:
    """The platforms' own files that accounts were ever fed from."""
    named = [account.id for account in accounts]
    rows = session.execute(
        sa.select(Run.account_id, Run.layout)
        .where(
            Run.consortium_id == within.consortium_id,
            Run.kind == RunKind.IMPORT,
            Run.layout != "",
            Run.account_id == named[0] if len(named) == 1 else Run.account_id.is_not(None),
        )
        .distinct()
        .order_by(Run.account_id, Run.layout)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for account_id, layout in rows:
        if account_id is not None:
            found[account_id].add(layout)
    return found


def _told(session: Session, metric: Metric, platforms: Mapping[int, str], within: Scope) -> Mapping[int, list[Told]]:
    """By account the first day of each stretch of days that one source told, oldest first."""
    days = _makers(metric, platforms, within)
    before = sa.func.lag(days.c.maker).over(partition_by=days.c.account_id, order_by=days.c.day)
    stretches = sa.select(days, before.label("before")).subquery()
    rows = session.execute(
        sa.select(stretches.c.account_id, stretches.c.day, stretches.c.maker)
        .where(sa.or_(stretches.c.before.is_(None), stretches.c.before != stretches.c.maker))
        .order_by(stretches.c.account_id, stretches.c.day)
    )
    found: dict[int, list[Told]] = defaultdict(list)
    for account_id, day, maker in rows:
        found[account_id].append(Told(day, maker or platforms[account_id]))
    return found


def _makers(metric: Metric, platforms: Mapping[int, str], within: Scope) -> sa.Subquery:
    """Each day on which the metric is known, and who made it: a note of the figure's own goes before the day's row."""
    row_run, note_run = aliased(Run), aliased(Run)
    source = sa.func.coalesce(sa.cast(Observation.source, sa.String), sa.cast(DailyFigure.source, sa.String))
    layout = sa.case((Observation.id.is_not(None), note_run.layout), else_=row_run.layout)
    maker = sa.case(
        (source == Source.BY_HAND.value, DESK_LOG),
        (source == Source.IMPORT.value, sa.func.coalesce(sa.func.nullif(layout, ""), DESK_LOG)),
        else_=_PULLED,
    )
    note = sa.and_(
        Observation.consortium_id == DailyFigure.consortium_id,
        Observation.account_id == DailyFigure.account_id,
        Observation.day == DailyFigure.day,
        Observation.metric == metric,
        Observation.revision == 0,
    )
    return (
        sa.select(DailyFigure.account_id, DailyFigure.day, maker.label("maker"))
        .join(row_run, sa.and_(row_run.consortium_id == DailyFigure.consortium_id, row_run.id == DailyFigure.run_id))
        .outerjoin(Observation, note)
        .outerjoin(
            note_run, sa.and_(note_run.consortium_id == DailyFigure.consortium_id, note_run.id == Observation.run_id)
        )
        .where(
            DailyFigure.consortium_id == within.consortium_id,
            DailyFigure.account_id.in_(platforms),
            getattr(DailyFigure, metric.value).is_not(None),
            maker != DESK_LOG,
        )
        .subquery()
    )
