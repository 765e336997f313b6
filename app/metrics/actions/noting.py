"""Figures that a person writes down: of a day, or of a week that no platform tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.accounts.rules import AccountState
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries import today_of
from app.foundation.errors import Refused
from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.recounting import hand_run
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run
from app.metrics.queries.figures import days_of
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay

#: further back nobody remembers
_OLDEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Noted:
    """What was written down, and what stays as a platform or a file told it."""

    run: Run
    written: tuple[Metric, ...]
    held: tuple[Metric, ...]

    @property
    def words(self) -> str:
        """For the page."""
        if not self.held:
            return "Written down."
        names = ", ".join(metric.label for metric in self.held)
        return f"Written down, but for {names}: what the platform or a file told stands."


def note_by_hand(
    session: Session, account: Account, period: Period, told: Mapping[Metric, int], *, by: Actor, at: datetime
) -> Noted:
    """Write figures of a day, or of a whole week, as entered by hand; again, to correct them.

    A level stands at the end of the period. A count of a week is spread over those of its days that hold none, so
    that its sum is what was written. Refuses a retired account, days to come, and figures that cannot be.
    """
    _refuse(session, account, period, told, at=at)
    seen = {each.day: each for each in days_of(session, account, period=period, within=_scope(account))}
    rows: dict[date, dict[Metric, Figure]] = {}
    held: list[Metric] = []
    for metric, count in told.items():
        free = [
            day
            for day, each in seen.items()
            if not each.figures[metric].figure.is_known
            or ((origin := each.figures[metric].origin) is not None and origin.source is Source.BY_HAND)
        ]
        days = [day for day in free if not metric.is_stock or day == period.last]
        if not days:
            held.append(metric)
        for day, part in zip(days, _spread(count, len(days)), strict=True):
            rows.setdefault(day, {})[metric] = Figure.of(part)
    written = tuple(metric for metric in told if metric not in held)
    run = hand_run(
        session, consortium_id=account.consortium_id, account=account, by=by, at=at, message="Written down by hand."
    )
    batch = [AccountDay(account.id, day, figures) for day, figures in sorted(rows.items())]
    done = store_batch(session, batch, run=run, source=Source.BY_HAND, at=at)
    run.rows_read, run.rows_added, run.rows_changed = len(batch), done.added, done.changed
    detail = {"handle": account.handle, "from": str(period.first), "to": str(period.last)}
    record(session, Deed.FIGURES_BY_HAND, run, by=by, at=at, place_path=account.place.path, detail=detail)
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=account.consortium_id, at=at, key="all")
    return Noted(run, written, tuple(held))


def _refuse(session: Session, account: Account, period: Period, told: Mapping[Metric, int], *, at: datetime) -> None:
    today = today_of(session, within=_scope(account), at=at)
    if account.state is AccountState.RETIRED:
        raise Refused("This account is retired.")
    if period.last > today:
        raise Refused("This day is still to come. Write down what is known.", field="day")
    if period.first < today - _OLDEST:
        raise Refused("This day is more than two years ago.", field="day")
    if not told:
        raise Refused("Write at least one figure.")
    for metric, count in told.items():
        if count < 0:
            raise Refused("A count is 0 or more.", field=metric.value)
    due, in_time = told.get(Metric.QUESTIONS_DUE), told.get(Metric.QUESTIONS_IN_TIME)
    if in_time is not None and due is not None and in_time > due:
        raise Refused("No more questions can be answered in time than were due.", field=Metric.QUESTIONS_IN_TIME.value)


def _spread(count: int, days: int) -> list[int]:
    """Whole numbers, as even as can be, that add up to the count."""
    if not days:
        return []
    return [count // days + (number < count % days) for number in range(days)]


def _scope(account: Account) -> Scope:
    return Scope(consortium_id=account.consortium_id)
