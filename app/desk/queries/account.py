"""What the page of one account shows from every room below: its life, contacts, figures, duties and history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import queries as accounts
from app.accounts.models import (
    Account,
    AccountDrill,
    AccountProof,
    AccountRequest,
    AccountRetirement,
    AccountReview,
    AccountTrial,
    ConnectionCheck,
    Credential,
)
from app.accounts.queries.about import StepTaken
from app.accounts.queries.care import Ticked, drills_of, find_retirement, find_review
from app.accounts.queries.connecting import find_check
from app.accounts.queries.proofs import proofs_of
from app.accounts.queries.requests import trials_of
from app.accounts.rules.contacts import ContactSeen
from app.accounts.rules.life import AccountKind, Details
from app.accounts.rules.quiet import Heard
from app.accounts.rules.retiring import RetirementTask
from app.accounts.rules.states import AccountState
from app.consortia.queries.tree import get_place_by_id
from app.desk.queries.life import DrillDue, drill_due, voice_of
from app.duties.queries.coverage import Row, coverage
from app.history.models import HistoryEntry
from app.history.queries import entries_of
from app.metrics.queries.figures import day_of
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.seen import FigureSeen

#: deeds shown on the page; the rest is in the record
_MOST_DEEDS = 12


@dataclass(frozen=True, slots=True)
class Care:
    """How an account is looked after: what it was asked for, its trials, proofs, reviews, drills, its way out."""

    request: AccountRequest | None
    #: the latest first; the first may be going on
    trials: Sequence[AccountTrial]
    proofs: Sequence[AccountProof]
    review: AccountReview | None
    drills: Sequence[AccountDrill]
    drill_due: DrillDue | None
    #: None for one that is not in use, and for one kept for emergencies
    voice: Heard | None
    retirement: AccountRetirement | None
    ticks: Mapping[RetirementTask, Ticked]

    @property
    def trial(self) -> AccountTrial | None:
        """The trial that goes on."""
        return next((trial for trial in self.trials if trial.decision is None), None)

    @property
    def left(self) -> int:
        """How many things of the checklist are not done."""
        return len(RetirementTask) - len(self.ticks)


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """Everything the page of an account says on one day."""

    account: Account
    #: other accounts that have or had its address
    of_address: Sequence[Account]
    details: Details
    steps: Sequence[StepTaken]
    contacts: Sequence[ContactSeen]
    credential: Credential | None
    #: the latest look at what can be read
    check: ConnectionCheck | None
    #: the newest day's figures, those that were written
    latest: Sequence[FigureSeen]
    #: the account in the matrix of its own place and of each that it serves
    rows: Sequence[Row]
    deeds: Sequence[tuple[HistoryEntry, Mapping[str, object]]]
    care: Care


def account_seen(session: Session, account: Account, *, within: Scope, on: date) -> AccountSeen:
    """Gather the page of an account; the reader may see its place."""
    details = accounts.details_in(accounts.find_detail(session, account, within=within))
    return AccountSeen(
        account=account,
        of_address=accounts.accounts_of_address(session, account, within=within),
        details=details,
        steps=accounts.steps_of(session, account, within=within),
        contacts=accounts.contacts_of(session, account, within=within, on=on),
        credential=accounts.find_credential(session, account, within=within),
        check=find_check(session, account, within=within),
        latest=_latest(session, account, within=within),
        rows=_rows(session, account, within=within, on=on),
        deeds=_deeds(session, account, within=within),
        care=_care(session, account, details, within=within, on=on),
    )


def _care(session: Session, account: Account, details: Details, *, within: Scope, on: date) -> Care:
    is_for_emergencies = details.kind is AccountKind.EMERGENCY_ONLY
    is_in_use = account.state in (AccountState.ACTIVE, AccountState.ON_WATCH)
    return Care(
        request=accounts.find_request(session, account, within=within),
        trials=trials_of(session, account, within=within),
        proofs=proofs_of(session, account, within=within),
        review=find_review(session, account, within=within),
        drills=drills_of(session, account, within=within) if is_for_emergencies else (),
        drill_due=drill_due(session, account, within=within, on=on) if is_for_emergencies and is_in_use else None,
        voice=voice_of(session, account, within=within, on=on) if is_in_use and not is_for_emergencies else None,
        retirement=find_retirement(session, account, within=within),
        ticks={each.tick.task: each for each in accounts.ticks_of(session, account, within=within)},
    )


def _latest(session: Session, account: Account, *, within: Scope) -> list[FigureSeen]:
    if account.newest_figure_on is None:
        return []
    seen = day_of(session, account, account.newest_figure_on, within=within)
    return [seen.figures[metric] for metric in Metric if seen.figures[metric].origin is not None]


def _rows(session: Session, account: Account, *, within: Scope, on: date) -> list[Row]:
    """The account's row at its owner's place."""
    place = get_place_by_id(session, account.place_id, within=within)
    here = Scope(consortium_id=within.consortium_id, place_id=place.id, path=place.path)
    return [row for row in coverage(session, within=here, on=on) if row.account.id == account.id]


def _deeds(session: Session, account: Account, *, within: Scope) -> list[tuple[HistoryEntry, Mapping[str, object]]]:
    found = entries_of(session, Account.__tablename__, account.id, within=within)
    return [(entry, detail.values if detail else {}) for entry, detail in found[:_MOST_DEEDS]]
