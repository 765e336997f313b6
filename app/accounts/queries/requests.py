"""Reading requests for new accounts and trials."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account, AccountRequest, AccountTrial
from app.accounts.rules.requests import RequestState
from app.accounts.rules.states import AccountState
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.people.models import Person


def find_request(session: Session, account: Account, *, within: Scope) -> AccountRequest | None:
    """What was said when the account was asked for, with the account; None for one that was registered."""
    return session.scalars(_requests(within).where(AccountRequest.account_id == account.id)).one_or_none()


def get_request(session: Session, account: Account, *, within: Scope) -> AccountRequest:
    """The same; NotFound for an account that nobody asked for."""
    found = find_request(session, account, within=within)
    if found is None:
        raise NotFound("Nobody asked for this account: it was registered.")
    return found


def open_requests(session: Session, *, within: Scope) -> Sequence[AccountRequest]:
    """The requests of a place and below it that wait for a decision, with account and place, the oldest first."""
    return session.scalars(
        _requests(within)
        .where(AccountRequest.state == RequestState.OPEN)
        .order_by(None)
        .order_by(AccountRequest.asked_at, AccountRequest.id)
    ).all()


def count_requests(session: Session, *, within: Scope) -> int:
    """How many requests of a place and below it wait for a decision."""
    statement = sa.select(sa.func.count(AccountRequest.id)).join(AccountRequest.account).join(Account.place)
    return session.scalars(statement.where(*_asked_for(within), AccountRequest.state == RequestState.OPEN)).one()


def requests_of(session: Session, person_id: int, *, within: Scope, most: int) -> Sequence[AccountRequest]:
    """What a person asked for, the newest first."""
    return session.scalars(_requests(within).where(AccountRequest.asked_by_id == person_id).limit(most)).all()


def promised_accounts(session: Session, *, within: Scope) -> Sequence[AccountRequest]:
    """Requests at one place that were approved and whose account is not in use yet: its hours are promised."""
    return session.scalars(
        _requests(within).where(Account.state == AccountState.APPROVED, Account.place_id == within.place_id)
    ).all()


def find_trial(session: Session, account: Account, *, within: Scope) -> AccountTrial | None:
    """The trial that the account is on now."""
    return session.scalars(
        sa.select(AccountTrial).where(
            AccountTrial.consortium_id == within.consortium_id,
            AccountTrial.account_id == account.id,
            AccountTrial.decision.is_(None),
        )
    ).one_or_none()


def trials_of(session: Session, account: Account, *, within: Scope) -> Sequence[AccountTrial]:
    """Every trial of an account, the latest first."""
    return session.scalars(
        sa.select(AccountTrial)
        .where(AccountTrial.consortium_id == within.consortium_id, AccountTrial.account_id == account.id)
        .order_by(AccountTrial.id.desc())
    ).all()


def trials_ending(session: Session, *, within: Scope, by: date) -> Sequence[AccountTrial]:
    """Trials of a place and below it that end by a day and wait for their decision, with account and place."""
    return session.scalars(
        sa.select(AccountTrial)
        .join(AccountTrial.account)
        .join(Account.place)
        .where(
            AccountTrial.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            AccountTrial.decision.is_(None),
            AccountTrial.ends_on <= by,
            Account.state != AccountState.RETIRED,
        )
        .options(contains_eager(AccountTrial.account).contains_eager(Account.place))
        .order_by(AccountTrial.ends_on, AccountTrial.id)
    ).all()


def names_of(session: Session, ids: Iterable[int | None], *, within: Scope) -> dict[int, str]:
    """The names of people by their ids."""
    wanted = sorted({one for one in ids if one is not None})
    rows = session.execute(
        sa.select(Person.id, Person.name)
        .where(Person.consortium_id == within.consortium_id, Person.id.in_(wanted))
        .order_by(Person.id)
    )
    return dict(rows.all())


def _requests(within: Scope) -> sa.Select[AccountRequest]:
    return (
        sa.select(AccountRequest)
        .join(AccountRequest.account)
        .join(Account.place)
        .where(*_asked_for(within))
        .options(contains_eager(AccountRequest.account).contains_eager(Account.place))
        .order_by(AccountRequest.asked_at.desc(), AccountRequest.id.desc())
    )


def _asked_for(within: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AccountRequest.consortium_id == within.consortium_id,
        Account.consortium_id == within.consortium_id,
        Place.consortium_id == within.consortium_id,
        Place.path.startswith(within.path, autoescape=True),
    )
