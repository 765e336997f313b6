"""The demo's daily figures, stored and rolled up by the metrics room's own hand, with the holes and their reasons."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.accounts.models import Account
from app.desk.demo.drawing import COLUMNS, AccountSpec, Stretch, daily_rows
from app.desk.demo.specs import Casting, gaps_of, spec_of, withdrawn_of
from app.desk.demo.stage import Stage
from app.foundation.figures import Figure, Reason
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run, SeriesBreak
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState

#: few numbers make up most figures; a figure is never changed, so one object serves them all
_COMMON = [Figure.of(value) for value in range(2000)]


def write_figures(stage: Stage) -> Run:
    """Two years of every account, as one run."""
    run = Run(
        consortium_id=stage.consortium_id,
        kind=RunKind.DEMO,
        state=RunState.DONE,
        started_at=stage.calendar.now,
        ended_at=stage.calendar.now,
    )
    stage.session.add(run)
    stage.session.flush()
    castings = [*castings_of(stage), *_castings_of_retired(stage)]
    rows = [row for casting in castings for row in days_of(stage, casting)]
    done = store_batch(stage.session, rows, run=run, source=Source.DEMO, at=stage.calendar.now)
    run.rows_read, run.rows_added, run.message = len(rows), done.added, f"{done.words}."
    for casting in castings:
        _break_series(stage, casting)
    stage.session.flush()
    return run


def castings_of(stage: Stage) -> Iterator[Casting]:
    """Every account in its place."""
    platforms_of: dict[str, list[str]] = {}
    for code, platform in stage.accounts:
        platforms_of.setdefault(code, []).append(platform)
    for (code, platform), account in stage.accounts.items():
        yield _casting(stage, account, code, platform, tuple(platforms_of[code]))


def _casting(stage: Stage, account: Account, code: str, platform: str, platforms: tuple[str, ...]) -> Casting:
    return Casting(account.id, code, platform, platforms, residents=stage.places[code].population or 0)


def _castings_of_retired(stage: Stage) -> Iterator[Casting]:
    """Accounts that were closed, each for itself: their figures stay."""
    for (code, platform), account in stage.others.items():
        if account.retired_on is not None:
            yield _casting(stage, account, code, platform, (platform,))


def days_of(stage: Stage, casting: Casting) -> Iterator[AccountDay]:
    """What came in for an account: figures, and reasons where a figure should have been."""
    calendar = stage.calendar
    spec = spec_of(casting, calendar)
    wanted = [(number, metric) for number, metric in enumerate(COLUMNS, start=2) if metric in spec.offers]
    withdrawn = {metric for metric, _, _ in withdrawn_of(casting, calendar)}
    retired = stage.others.get((casting.code, casting.platform))
    last = retired.retired_on - timedelta(days=1) if retired and retired.retired_on else calendar.as_of
    for row in daily_rows(spec, max(calendar.first, stage.begins(casting.code)), last):
        yield AccountDay(
            row[0],
            row[1],
            {metric: _figure(row[number], is_withdrawn=metric in withdrawn) for number, metric in wanted},
        )
    for gap in gaps_of(casting, calendar):
        yield from _holes(spec, gap.stretch, gap.reason)


def _figure(value: int | date | None, *, is_withdrawn: bool) -> Figure:
    if isinstance(value, int):
        return _COMMON[value] if value < len(_COMMON) else Figure.of(value)
    return Figure.missing(Reason.WITHDRAWN if is_withdrawn else Reason.BELOW_THRESHOLD)


def _holes(spec: AccountSpec, stretch: Stretch, reason: Reason) -> Iterator[AccountDay]:
    missing = dict.fromkeys(sorted(spec.offers), Figure.missing(reason))
    for step in range((stretch.last - stretch.first).days + 1):
        yield AccountDay(spec.account_id, stretch.first + timedelta(days=step), missing)


def _break_series(stage: Stage, casting: Casting) -> None:
    for metric, since, why in withdrawn_of(casting, stage.calendar):
        stage.session.add(
            SeriesBreak(
                consortium_id=stage.consortium_id,
                account_id=casting.account_id,
                metric=Metric(metric),
                from_on=since,
                why=why,
            )
        )
