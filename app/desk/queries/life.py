"""What accounts ask people to decide: requests, trials, silence, drills, proofs, retirements, look-alikes, reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import queries as accounts
from app.accounts.models import Account, AccountRequest, AccountTrial
from app.accounts.queries.care import (
    accounts_in_use,
    emergency_ids,
    last_drills,
    last_reviews,
    norms_of,
    retirements_under_way,
)
from app.accounts.queries.health import tokens_ending
from app.accounts.queries.proofs import LookAlikeSeen, failing_proofs, look_alikes
from app.accounts.queries.requests import names_of, open_requests, trials_ending
from app.accounts.rules.contacts import ContactSeen
from app.accounts.rules.life import CONTACTS_WANTED, Details
from app.accounts.rules.look_alikes import LookAlikeState
from app.accounts.rules.norms import A_YEAR_DAYS
from app.accounts.rules.quiet import Heard, Posting, Voice, drill_due_on, heard, window
from app.accounts.rules.reviews import due_on, is_due, is_overdue
from app.accounts.rules.states import FILES_STALE_AFTER_DAYS, AccountState, Connection
from app.accounts.rules.trials import SOON_DAYS
from app.consortia.queries.tree import settings_of
from app.consortia.rules.places import ids_in
from app.duties.queries.capacity import capacity_with
from app.duties.rules.capacity import Capacity
from app.foundation.ids import made_at
from app.metrics.queries.posting import Posted, posting_since
from app.platforms.catalogue import get_platform
from app.policies.queries.clauses import BindingClause, clauses_about

#: what clauses about new accounts speak of
_WORDS = ("account", "channel", "minor", "caption", "accessib", "platform")
_PHRASES = ("new account", "each account", "every account", "two people", "minors", "under 13", "captions", "alt text")
#: the steps of a path down to the library: the consortium and the library itself
_TO_LIBRARY = 2
#: further back than this nobody looks for a last post
_LONG_AGO = timedelta(days=3 * A_YEAR_DAYS)

#: sign-ins that end, no more than a home shows
_MOST_ENDING = 6


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request with all that whoever decides on it looks at."""

    request: AccountRequest
    details: Details
    names: Mapping[int, str]
    capacity: Capacity
    #: accounts on the platform at the place, then at its library
    here: Sequence[Account]
    near: Sequence[Account]
    clauses: Sequence[BindingClause]
    #: what is not as it should be, in sentences
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class DrillDue:
    """An emergency account that nobody heard of for a year; ``due_on`` None: never."""

    account: Account
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision at a place and below it, as the home shows it: little to read, and read often."""

    requests: Sequence[AccountRequest]
    trials: Sequence[AccountTrial]
    names: Mapping[int, str]
    #: accounts whose sign-in ends within two weeks, and on which day
    ending: Sequence[tuple[Account, date]] = ()


@dataclass(frozen=True, slots=True)
class AccountDecisions:
    """All that waits, with the evidence."""

    waiting: Waiting
    quiet: Sequence[tuple[Account, Heard]]
    quiet_after_days: int
    #: accounts in use of which silence cannot be told
    untold: int
    drills: Sequence[DrillDue]
    unproven: Sequence[tuple[Account, str]]
    #: in use with fewer than two people who can be reached, with those there are
    alone: Sequence[tuple[Account, Sequence[str]]]
    #: with how much of the checklist is done
    retiring: Sequence[tuple[Account, int]]
    look_alikes: Sequence[LookAlikeSeen]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """An account whose yearly review is due."""

    account: Account
    last_on: date | None
    due_on: date | None
    is_overdue: bool
    last_post_on: date | None
    contacts: Sequence[ContactSeen]


def request_seen(session: Session, request: AccountRequest, *, within: Scope, on: date) -> RequestSeen:
    """Gather the page of a request."""
    account = request.account
    place = account.place
    library = Scope(within.consortium_id, path="".join(f"{step}/" for step in ids_in(place.path)[:_TO_LIBRARY]))
    same = accounts.AccountFilter(platform=account.platform)
    others = [
        each
        for each in accounts.accounts_at(session, within=library, narrowed=same)
        if each.id != account.id and each.state is not AccountState.RETIRED
    ]
    here = [each for each in others if each.place_id == place.id]
    capacity = capacity_with(session, place, hours=request.hours, within=within, on=on)
    at_place = Scope(within.consortium_id, place.id, place.path)
    clauses = clauses_about(session, _WORDS, phrases=_PHRASES, within=at_place, on=on)
    people = (request.asked_by_id, request.first_owner_id, request.second_owner_id, request.decided_by_id)
    return RequestSeen(
        request=request,
        details=accounts.details_in(accounts.find_detail(session, account, within=within)),
        names=names_of(session, people, within=within),
        capacity=capacity,
        here=here,
        near=[each for each in others if each.place_id != place.id],
        clauses=clauses,
        missing=_missing(request, capacity, here, clauses),
    )


def _missing(
    request: AccountRequest, capacity: Capacity, here: Sequence[Account], clauses: Sequence[BindingClause]
) -> list[str]:
    label = get_platform(request.account.platform).label
    said = [] if capacity.has_room else [capacity.sentence]
    if here:
        said.append(f"The place has {here[0].handle} on {label} already.")
    if "http" not in request.evidence:
        said.append("The evidence names no link to look at.")
    if not clauses:
        said.append("No policy in force here speaks of accounts.")
    return said


def waiting_at(session: Session, *, within: Scope, on: date) -> Waiting:
    """Requests, trials that end soon or have ended, and sign-ins that end soon; four statements."""
    requests = open_requests(session, within=within)
    return Waiting(
        requests=requests,
        trials=trials_ending(session, within=within, by=on + timedelta(days=SOON_DAYS)),
        names=names_of(session, [one.asked_by_id for one in requests], within=within),
        ending=tokens_ending(session, within=within, on=on, most=_MOST_ENDING),
    )


def decisions_on_accounts(session: Session, *, within: Scope, on: date) -> AccountDecisions:
    """Everything that waits at a place and below it; a fixed number of statements."""
    norms = norms_of(session, within=within)
    in_use = accounts_in_use(session, within=within)
    emergency = emergency_ids(session, within=within)
    voices = _voices(
        session,
        [each for each in in_use if each.id not in emergency],
        within=within,
        on=on,
        days=norms.quiet_after_days,
    )
    retiring = retirements_under_way(session, within=within)
    quiet = [
        (account, said)
        for account, said in voices
        if said.voice is Voice.QUIET and account.state is AccountState.ACTIVE and account.id not in retiring
    ]
    unproven = failing_proofs(session, within=within)
    return AccountDecisions(
        waiting=waiting_at(session, within=within, on=on),
        quiet=_with_last_posts(session, quiet, within=within),
        quiet_after_days=norms.quiet_after_days,
        untold=sum(said.voice is Voice.UNKNOWN for _, said in voices),
        drills=_drills(session, [each for each in in_use if each.id in emergency], within=within, on=on),
        alone=_alone(session, in_use, within=within, on=on),
        unproven=[(each, unproven[each.id]) for each in in_use if each.id in unproven],
        retiring=[(each, retiring[each.id]) for each in in_use if each.id in retiring],
        look_alikes=look_alikes(session, within=within, state=LookAlikeState.OPEN),
    )


def _alone(
    session: Session, in_use: Sequence[Account], *, within: Scope, on: date
) -> list[tuple[Account, Sequence[str]]]:
    """An account that one person holds is lost when that person leaves."""
    contacts = accounts.latest_contacts(session, [each.id for each in in_use], within=within, on=on)
    there = [(each, [seen.name for seen in contacts[each.id] if seen.is_there]) for each in in_use]
    return [(each, names) for each, names in there if len(names) < CONTACTS_WANTED]


def voice_of(session: Session, account: Account, *, within: Scope, on: date) -> Heard:
    """Whether one account speaks, with the evidence."""
    days = norms_of(session, within=within).quiet_after_days
    found = _voices(session, [account], within=within, on=on, days=days)
    return _with_last_posts(session, found, within=within)[0][1]


def drill_due(session: Session, account: Account, *, within: Scope, on: date) -> DrillDue | None:
    """The drill that one emergency account lacks, None where it was heard within a year."""
    found = _drills(session, [account], within=within, on=on)
    return found[0] if found else None


def reviews_due(session: Session, *, within: Scope, on: date) -> list[ReviewRow]:
    """Accounts in use at a place and below it whose yearly review is due, those waiting longest first."""
    in_use = accounts_in_use(session, within=within)
    last = last_reviews(session, within=within)
    rows = [(each, last.get(each.id), due_on(last.get(each.id), since=each.opened_on)) for each in in_use]
    due = [row for row in rows if is_due(row[2], on=on)]
    ids = [account.id for account, *_ in due]
    posts = _posts(session, on - _LONG_AGO, within=within, ids=ids)
    contacts = accounts.latest_contacts(session, ids, within=within, on=on)
    found = [
        ReviewRow(
            account=account,
            last_on=last_on,
            due_on=day,
            is_overdue=is_overdue(day or due_on(None, since=made_at(account.id).date()), on=on),
            last_post_on=posts.get(account.id, Posted()).last_on,
            contacts=contacts[account.id],
        )
        for account, last_on, day in due
    ]
    return sorted(found, key=lambda row: row.due_on or date.min)


def _voices(
    session: Session, found: Sequence[Account], *, within: Scope, on: date, days: int
) -> list[tuple[Account, Heard]]:
    first, _ = window(on, days=days)
    posts = _posts(session, first, within=within, ids=[each.id for each in found])
    return [(each, heard(_posting(each, posts.get(each.id, Posted())), on=on, days=days)) for each in found]


def _posting(account: Account, posted: Posted) -> Posting:
    by_file = account.connection is Connection.FILE_ONLY
    stale = FILES_STALE_AFTER_DAYS if by_file else get_platform(account.platform).stale_after_days
    return Posting(posted.last_on, posted.known_days, account.newest_figure_on, stale)


def _with_last_posts(
    session: Session, found: Sequence[tuple[Account, Heard]], *, within: Scope
) -> list[tuple[Account, Heard]]:
    """The evidence of silence: when each posted last, however long ago."""
    silent = [each.id for each, said in found if said.last_post_on is None]
    posts = _posts(session, date(2000, 1, 1), within=within, ids=silent)
    return [
        (each, said)
        if said.last_post_on is not None
        else (each, Heard(said.voice, posts.get(each.id, Posted()).last_on, said.complete_until))
        for each, said in found
    ]


def _drills(session: Session, found: Sequence[Account], *, within: Scope, on: date) -> list[DrillDue]:
    if not found:
        return []
    posts = _posts(session, on - _LONG_AGO, within=within, ids=[each.id for each in found])
    drills = last_drills(session, within=within)
    rows = [DrillDue(each, drill_due_on(posts.get(each.id, Posted()).last_on, drills.get(each.id))) for each in found]
    return [row for row in rows if row.due_on is None or row.due_on <= on]


def _posts(session: Session, first: date, *, within: Scope, ids: Sequence[int]) -> Mapping[int, Posted]:
    if not ids:
        return {}
    zone = settings_of(session, within=within).time_zone
    return posting_since(session, first, within=within, zone=zone, only=ids)
