"""Rebuilding scorecards: what was measured and judged is stored, period by period; closed ones stay as they are."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.queries import root_for_change, today_of
from app.foundation.periods import Period
from app.foundation.rewriting import rewrite
from app.goals.actions import note_standings
from app.metrics.queries.closing import find_closing
from app.scorecards.actions.measuring import Found, measure
from app.scorecards.models import Scorecard
from app.scorecards.queries.closing import periods_to_rebuild
from app.scorecards.queries.ground import ground_of


def rebuild_all(session: Session, *, within: Scope, on: date, at: datetime) -> list[Period]:
    """Rebuild every open period that is kept as of a day, and those reopened since, in the caller's transaction.

    Answers which.
    """
    root_for_change(session, within=within)
    periods = periods_to_rebuild(session, within=within, on=on)
    _rebuild_these(session, periods, within=within, on=on, at=at)
    return periods


def rebuild(session: Session, *, within: Scope, period: Period, at: datetime) -> None:
    """Measure and judge every place in one period; the same again changes nothing, and a closed one stays as it is."""
    root_for_change(session, within=within)
    _rebuild_these(session, [period], within=within, on=today_of(session, within=within, at=at), at=at)


def _rebuild_these(session: Session, periods: Sequence[Period], *, within: Scope, on: date, at: datetime) -> None:
    ground = ground_of(session, within=within)
    for period in periods:
        keep(session, measure(session, ground, within=within, period=period, as_of=on, at=at), within=within)


def keep(session: Session, found: Found, *, within: Scope) -> None:
    """Store a period's scorecards, writing what differs from those before; two rebuilds of one consortium follow each other.

    A period that was closed meanwhile stays as it was closed.
    """
    root_for_change(session, within=within)
    if find_closing(session, found.period, within=within) is not None:
        return
    note_standings(session, found.kpis, found.goals, within=within, period=found.period)
    _store_cards(session, found.cards, within=within, period=found.period)


def _store_cards(session: Session, cards: Sequence[dict[str, Any]], *, within: Scope, period: Period) -> None:
    """Make these the cards of a period; where they stand so already, one of them still tells the moment."""
    table = sa.Table(Scorecard.__tablename__, Scorecard.metadata)
    of_period = {
        "consortium_id": within.consortium_id,
        "period_first_on": period.first,
        "period_last_on": period.last,
    }
    if rewrite(session, table, cards, of=of_period, stamp="rebuilt_at") or not cards:
        return
    last = cards[-1]
    session.execute(
        sa.update(table)
        .where(*(table.c[name] == value for name, value in of_period.items()), table.c.place_id == last["place_id"])
        .values(rebuilt_at=last["rebuilt_at"])
    )
