"""The evidence of a whole consortium at once: places with their accounts, duties, days and posts; no query a place."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.accounts.rules.states import AccountState
from app.consortia.models import Place
from app.consortia.queries import closures_within, settings_of, subtree
from app.consortia.rules.places import PlaceKind, ids_in
from app.duties.queries.coverage import Row, coverage
from app.findings.checks.care import care_by_account, hours_by_place
from app.findings.checks.rows import days_by_account, posts_by_account
from app.findings.checks.said import posts_said_of
from app.findings.rules.care import CareSeen
from app.findings.rules.judging import AccountSeen, DayCounts, PlaceSeen, PostCounts, RuleAsked
from app.findings.rules.seen import PostSeen
from app.foundation.periods import Period, last_whole_quarter
from app.metrics.queries.answering import questions_by_account
from app.metrics.rules.questions import QuestionSeen
from app.people.queries.positions import incumbencies_at
from app.people.queries.roles import memberships_at
from app.platforms.catalogue import get_platform
from app.policies.queries import AdoptedRule
from app.policies.rules.catalogue import RuleFamily, Window, get_kind
from app.policies.rules.parameters import number, parse_parameters

_SILENCE = "account.dormant_after_days"
_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)
#: closures of so many days are known: a quarter's, and those inside a silence
_CLOSED_BACK = timedelta(days=730)
_MANAGING = {PlaceKind.BRANCH: Role.BRANCH_MANAGER, PlaceKind.LIBRARY: Role.DIRECTOR}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks of one run are made from."""

    #: the quarter that the windowed rules are judged over
    quarter: Period
    on: date
    #: by the library they stand below, or are
    places: dict[int, list[PlaceSeen]]
    #: the position that answers for a place; a place without one has nobody
    owners: dict[int, int]


def gather(session: Session, adopted: Collection[AdoptedRule], *, within: Scope, on: date) -> Evidence:
    """Read once what the rules ask about: a fixed number of statements, however many places and rules there are."""
    quarter = last_whole_quarter(on)
    open_places = [place for place in subtree(session, within=within) if place.is_open(on)]
    families = {get_kind(each.rule.key).family for each in adopted}
    said = _said(session, within=within, quarter=quarter) if RuleFamily.CONTENTS in families else {}
    rows = coverage(session, within=within, on=on)
    cared = RuleFamily.AUTHORITY in families
    care = _care(session, rows, adopted, within=within, on=on) if cared else {}
    hours = hours_by_place(session, within=within, on=on) if cared else {}
    accounts = _accounts(session, rows, said, care, within=within, quarter=quarter)
    closed = _closed_days(session, within=within, span=Period(on - _CLOSED_BACK, on))
    places: dict[int, list[PlaceSeen]] = defaultdict(list)
    for place in open_places:
        if place.kind in _MANAGING:
            seen = PlaceSeen(
                place.id,
                place.name,
                tuple(accounts.get(place.id, ())),
                closed.get(place.id, frozenset()),
                hours.get(place.id, Decimal(0)),
            )
            for above in ids_in(place.path):
                places[above].append(seen)
    return Evidence(quarter, on, places, _owners(session, open_places, within=within, on=on))


def _accounts(
    session: Session,
    rows: Sequence[Row],
    said: Mapping[int, tuple[PostSeen, ...]],
    care: Mapping[int, CareSeen],
    *,
    within: Scope,
    quarter: Period,
) -> dict[int, list[AccountSeen]]:
    days = days_by_account(session, within=within, period=quarter)
    posts = _posts(session, within=within, quarter=quarter)
    questions = _questions(session, within=within, quarter=quarter)
    found: dict[int, list[AccountSeen]] = defaultdict(list)
    for row in rows:
        account = row.account
        nothing: tuple[DayCounts, ...] = ()
        found[row.place.id].append(
            AccountSeen(
                account_id=account.id,
                label=f"{get_platform(account.platform).label} {account.handle}",
                mode=account.mode,
                is_shared=row.is_shared,
                opened_on=account.opened_on,
                cells=row.cells,
                days=nothing if row.is_shared else days.get(account.id, nothing),
                posts=PostCounts() if row.is_shared else posts.get(account.id, PostCounts()),
                questions=() if row.is_shared else questions.get(account.id, ()),
                said=() if row.is_shared else said.get(account.id, ()),
                care=None if row.is_shared else care.get(account.id),
            )
        )
    return found


def _care(
    session: Session, rows: Sequence[Row], adopted: Collection[AdoptedRule], *, within: Scope, on: date
) -> dict[int, CareSeen]:
    in_use = {row.account.id: row.account for row in rows if not row.is_shared and row.account.state in _IN_USE}
    silences = {
        int(number(parse_parameters(_SILENCE, each.rule.parameters), "maximum"))
        for each in adopted
        if each.rule.key == _SILENCE
    }
    return care_by_account(session, list(in_use.values()), silences=silences, within=within, on=on)


def _posts(session: Session, *, within: Scope, quarter: Period) -> dict[int, PostCounts]:
    first_at, end_at, _ = _instants(session, within=within, quarter=quarter)
    return posts_by_account(session, within=within, first_at=first_at, end_at=end_at)


def _questions(session: Session, *, within: Scope, quarter: Period) -> dict[int, tuple[QuestionSeen, ...]]:
    first_at, end_at, _ = _instants(session, within=within, quarter=quarter)
    return questions_by_account(session, within=within, first_at=first_at, end_at=end_at)


def _said(session: Session, *, within: Scope, quarter: Period) -> dict[int, tuple[PostSeen, ...]]:
    first_at, end_at, zone = _instants(session, within=within, quarter=quarter)
    return posts_said_of(session, within=within, first_at=first_at, end_at=end_at, zone=zone)


def _instants(session: Session, *, within: Scope, quarter: Period) -> tuple[datetime, datetime, str]:
    """The first instant of a period, the first after it, and the consortium's time zone."""
    name = settings_of(session, within=within).time_zone
    zone = ZoneInfo(name)
    end = quarter.last + timedelta(days=1)
    return datetime.combine(quarter.first, time(), zone), datetime.combine(end, time(), zone), name


def _closed_days(session: Session, *, within: Scope, span: Period) -> dict[int, frozenset[date]]:
    return {
        place_id: frozenset(
            day
            for closure in closures
            for step in range((closure.last_on - closure.first_on).days + 1)
            if (day := closure.first_on + timedelta(days=step)) in span
        )
        for place_id, closures in closures_within(session, within=within).items()
    }


def _owners(session: Session, places: list[Place], *, within: Scope, on: date) -> dict[int, int]:
    """The position of whoever manages each place: its branch manager, or the director of a library."""
    kinds = {place.id: place.kind for place in places}
    held: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for incumbency in incumbencies_at(session, within=within, on=on):
        held[incumbency.person_id].append((incumbency.position.place_id, incumbency.position_id))
    owners: dict[int, int] = {}
    for membership in memberships_at(session, within=within):
        place_id = membership.place_id
        if membership.role is not _MANAGING.get(kinds.get(place_id, PlaceKind.CONSORTIUM)):
            continue
        positions = held.get(membership.person_id, [])
        here = [position_id for at, position_id in positions if at == place_id]
        if chosen := here or [position_id for _, position_id in positions]:
            owners.setdefault(place_id, chosen[0])
    return owners


def asked(adopted: AdoptedRule, evidence: Evidence) -> RuleAsked | None:
    """The rule with the days it is judged on; None while no day of the quarter has it in force.

    A rule of a day is judged as things stand on it. A rule of a quarter is judged over the last three whole months,
    from the day it came into force there: nothing is held against a rule of later days.
    """
    kind = get_kind(adopted.rule.key)
    quarter = evidence.quarter
    if kind.window is Window.DAY:
        period = Period(evidence.on, evidence.on)
    elif adopted.in_force_on > quarter.last:
        return None
    else:
        period = Period(max(quarter.first, adopted.in_force_on), quarter.last)
    parameters = parse_parameters(adopted.rule.key, adopted.rule.parameters)
    return RuleAsked(adopted.rule.id, kind, parameters, adopted.policy.code, period, evidence.on)
