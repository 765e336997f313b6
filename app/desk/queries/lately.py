"""What changed at a place lately, and whether what a page says is recent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries.health import Completeness, accounts_in_trouble, completeness_of
from app.consortia.queries import settings_of
from app.desk.queries.life import Waiting, waiting_at
from app.desk.rules import RECENTLY, Change
from app.findings import queries as findings
from app.foundation.clock import local_day
from app.goals.queries.lately import events_since

_MOST = 6


@dataclass(frozen=True, slots=True)
class Lately:
    """The side column of a home: what changed, what broke, and how complete the figures are."""

    changes: Sequence[Change]
    #: the consortium's clock, by which an instant falls on a day
    zone: str
    #: the longest broken first, no more than a home shows
    in_trouble: Sequence[Account]
    completeness: Completeness
    #: requests for accounts, and trials that end
    waiting: Waiting
    #: when the rules were last checked; None where they never were
    checked_at: datetime | None


def lately(session: Session, *, within: Scope, on: date) -> Lately:
    """What changed at a place and below it up to a day; eleven statements."""
    zone = settings_of(session, within=within).time_zone
    in_trouble = accounts_in_trouble(session, within=within, most=_MOST)
    return Lately(
        changes=_changes(session, in_trouble, within=within, on=on, zone=zone),
        zone=zone,
        in_trouble=in_trouble,
        completeness=completeness_of(session, within=within, on=on),
        waiting=waiting_at(session, within=within, on=on),
        checked_at=findings.last_checked_at(session, within=within),
    )


def _changes(session: Session, in_trouble: Sequence[Account], *, within: Scope, on: date, zone: str) -> list[Change]:
    """Newest first: events, findings opened and put right, connections that broke."""
    since = on - RECENTLY
    happened = events_since(session, within=within, since=since, on=on, most=_MOST)
    opened = findings.opened_since(session, within=within, since=since, on=on, most=_MOST)
    righted = findings.put_right_since(session, within=within, since=since, most=_MOST)
    changes = [Change(event.happened_on, f"{place.name}: {event.words}") for event, place in happened]
    changes += [Change(one.opened_on, f"Not met: {one.title}") for one in opened]
    changes += [Change(one.closed_on, f"Put right: {one.title}") for one in righted if one.closed_on]
    changes += [
        Change(broken_on, _broke(account))
        for account in in_trouble
        if account.connection_since and (broken_on := local_day(account.connection_since, zone)) > since
    ]
    return sorted(changes, key=lambda change: change.on, reverse=True)[:_MOST]


def _broke(account: Account) -> str:
    return f"{account.place.name}: {account.connection.label.lower()} on {account.handle}"
