"""What the homes show, gathered from the rooms below: standings, decisions, changes, completeness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.rules import STALE_AFTER_DAYS, AccountState, Connection
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.desk.rules import RECENTLY, Change
from app.duties.queries.coverage import Row, coverage, summary_of
from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import CellState
from app.duties.rules.matrix import Summary
from app.findings import queries as findings
from app.findings.models import Finding
from app.findings.rules.states import FindingState
from app.foundation.figures import Figure
from app.foundation.periods import Period, last_whole_quarter
from app.goals import queries as goals
from app.goals.models import GoalEvent
from app.goals.queries import Measurement
from app.scorecards.models import Scorecard

#: answered in time, broadcast share, interactions per 1,000 residents
SHOWN = ("K28", "K14", "K51")
_IN_TROUBLE = (Connection.SIGN_IN_EXPIRED, Connection.FAILING)


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """A place with how it stood in the period; None where no scorecard was made for it yet."""

    place: Place
    card: Scorecard | None


@dataclass(frozen=True, slots=True)
class Home:
    """Everything a home page says about one place on one day."""

    place: Place
    on: date
    period: Period
    #: the place itself
    own: PlaceStanding
    #: what it consists of, worst first
    parts: Sequence[PlaceStanding]
    on_track_before: int | None
    measured: Mapping[str, Measurement]
    curves: Mapping[tuple[int, str], list[tuple[date, Figure]]]
    matrix: Sequence[Row]
    duties: Summary
    findings: Sequence[Finding]
    in_trouble: Sequence[Account]
    accounts_fresh: int
    accounts_watched: int
    changes: Sequence[Change]

    @property
    def is_measured(self) -> bool:
        """Has any of its parts a scorecard of the period?"""
        return any(part.card for part in self.parts)

    @property
    def unanswered(self) -> int:
        """How many places have an account on which nobody answers questions though a policy asks for it."""
        return len({row.place.id for row in self.matrix if row.cells[Family.ANSWER].state is CellState.VACANT})


def home_of(session: Session, place: Place, *, within: Scope, on: date) -> Home:
    """Gather a home in a fixed number of statements, however many branches it has."""
    period = last_whole_quarter(on)
    parts = _parts(session, place, within=within)
    cards = _cards(session, [place, *parts], within=within, period=period)
    before = _cards(session, parts, within=within, period=period.before())
    matrix = coverage(session, within=within, on=on)
    accounts = _accounts(session, within=within)
    opened = findings.findings_at(session, within=within, state=FindingState.OPEN)
    standings = [PlaceStanding(part, cards.get(part.id)) for part in parts]
    return Home(
        place=place,
        on=on,
        period=period,
        own=PlaceStanding(place, cards.get(place.id)),
        parts=sorted(standings, key=_worst_first),
        on_track_before=sum(card.state.value == "on_track" for card in before.values()) if before else None,
        measured=goals.measurements_of(session, place, within=within, period=period),
        curves=goals.curves_of(
            session, [one.id for one in parts] or [place.id], SHOWN, within=within, last=period.last
        ),
        matrix=matrix,
        duties=summary_of(matrix),
        findings=opened,
        in_trouble=[account for account in accounts if account.connection in _IN_TROUBLE],
        accounts_fresh=sum(_is_fresh(account, on=on) for account in accounts),
        accounts_watched=len(accounts),
        changes=_changes(session, opened, accounts, within=within, on=on),
    )


def _parts(session: Session, place: Place, *, within: Scope) -> list[Place]:
    if place.kind is PlaceKind.BRANCH:
        return []
    if place.kind is PlaceKind.LIBRARY:
        return consortia.branches_of(session, within=within)
    return consortia.libraries_of(session, within=within)


def _cards(session: Session, places: Sequence[Place], *, within: Scope, period: Period) -> dict[int, Scorecard]:
    rows = session.scalars(
        sa.select(Scorecard)
        .where(
            Scorecard.consortium_id == within.consortium_id,
            Scorecard.period_last_on == period.last,
            Scorecard.period_first_on == period.first,
            Scorecard.place_id.in_([place.id for place in places]),
        )
        .order_by(Scorecard.place_id)
    )
    return {card.place_id: card for card in rows}


def _worst_first(standing: PlaceStanding) -> tuple[int, str]:
    order = standing.card.state.order if standing.card else 99
    return order, standing.place.name


def _accounts(session: Session, *, within: Scope) -> Sequence[Account]:
    """Accounts in use at a place and below it that figures are collected for, with their places."""
    return session.scalars(
        sa.select(Account)
        .join(Account.place)
        .options(contains_eager(Account.place))
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Account.state.in_([AccountState.ACTIVE, AccountState.ON_WATCH]),
            Account.connection != Connection.NOT_CONNECTED,
        )
        .order_by(Place.path, Account.platform, Account.handle)
    ).all()


def _changes(
    session: Session, opened: Sequence[Finding], accounts: Sequence[Account], *, within: Scope, on: date
) -> list[Change]:
    """Newest first: events, findings opened and put right, connections that broke."""
    since = on - RECENTLY
    happened = session.execute(
        sa.select(GoalEvent.happened_on, GoalEvent.words, Place.name)
        .join(Place, sa.and_(Place.consortium_id == GoalEvent.consortium_id, Place.id == GoalEvent.place_id))
        .where(
            GoalEvent.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            GoalEvent.happened_on > since,
            GoalEvent.happened_on <= on,
        )
        .order_by(GoalEvent.happened_on.desc(), GoalEvent.id)
    )
    righted = findings.findings_at(session, within=within, state=FindingState.PUT_RIGHT)
    changes = [Change(day, f"{name}: {words}") for day, words, name in happened]
    changes += [Change(one.opened_on, f"Not met: {one.title}") for one in opened if since < one.opened_on <= on]
    changes += [
        Change(one.closed_on, f"Put right: {one.title}") for one in righted if one.closed_on and one.closed_on > since
    ]
    changes += [
        Change(
            account.connection_since.date(),
            f"{account.place.name}: {account.connection.label.lower()} on {account.handle}",
        )
        for account in accounts
        if account.connection in _IN_TROUBLE and account.connection_since and account.connection_since.date() > since
    ]
    return sorted(changes, key=lambda change: change.on, reverse=True)[:6]


def _is_fresh(account: Account, *, on: date) -> bool:
    newest = account.newest_figure_on
    return newest is not None and (on - newest).days <= STALE_AFTER_DAYS
