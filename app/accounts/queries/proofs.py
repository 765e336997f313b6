"""Reading how proofs stand, which are due, and the queue of look-alikes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.access.rules import Scope
from app.accounts.models import Account, AccountDetail, AccountProof, LookAlike
from app.accounts.rules.look_alikes import LookAlikeState, Named
from app.accounts.rules.proofs import LATEST_AFTER, SOONEST_AFTER, ProofState, hour_of_week, hours_a_week
from app.accounts.rules.states import AccountState
from app.consortia.models import Place
from app.foundation.errors import NotFound

_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)


@dataclass(frozen=True, slots=True)
class LookAlikeSeen:
    """One of the queue, with its place and the account it may be taken for."""

    row: LookAlike
    place: Place
    account: Account | None
    other: Account | None


def proofs_of(session: Session, account: Account, *, within: Scope) -> Sequence[AccountProof]:
    """How the proofs of one account stand."""
    return session.scalars(
        sa.select(AccountProof)
        .where(AccountProof.consortium_id == within.consortium_id, AccountProof.account_id == account.id)
        .order_by(AccountProof.proof)
    ).all()


def failing_proofs(session: Session, *, within: Scope) -> dict[int, str]:
    """What the proofs that fail say, by account in use at a place and below it."""
    rows = session.execute(
        sa.select(AccountProof.account_id, AccountProof.sentence)
        .join(
            Account,
            sa.and_(Account.consortium_id == AccountProof.consortium_id, Account.id == AccountProof.account_id),
        )
        .join(Account.place)
        .where(
            AccountProof.consortium_id == within.consortium_id,
            AccountProof.state == ProofState.FAILS,
            Account.consortium_id == within.consortium_id,
            Account.state.in_(_IN_USE),
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .order_by(AccountProof.account_id, AccountProof.proof)
    )
    found: dict[int, str] = {}
    for account_id, sentence in rows:
        found.setdefault(account_id, sentence)
    return found


def due_for_proof(session: Session, *, within: Scope, at: datetime, most: int) -> Sequence[int]:
    """Accounts in use with something to look at whose hour of the week it is, or that were missed.

    That is a page that should link to them, or a name on Bluesky that is a domain.
    """
    checked = (
        sa.select(AccountProof.account_id, sa.func.max(AccountProof.checked_at).label("checked_at"))
        .where(AccountProof.consortium_id == within.consortium_id)
        .group_by(AccountProof.account_id)
        .subquery()
    )
    is_their_hour = sa.and_(Account.id % hours_a_week() == hour_of_week(at), checked.c.checked_at < at - SOONEST_AFTER)
    return session.scalars(
        sa.select(Account.id)
        .outerjoin(
            AccountDetail,
            sa.and_(
                AccountDetail.consortium_id == within.consortium_id,
                AccountDetail.consortium_id == Account.consortium_id,
                AccountDetail.account_id == Account.id,
            ),
        )
        .outerjoin(checked, checked.c.account_id == Account.id)
        .where(
            Account.consortium_id == within.consortium_id,
            sa.or_(AccountDetail.site_link != "", _is_named_by_domain()),
            Account.url.startswith("http"),  # what is not on the web has no address to link to
            Account.state.in_(_IN_USE),
            sa.or_(checked.c.checked_at.is_(None), checked.c.checked_at < at - LATEST_AFTER, is_their_hour),
        )
        .order_by(Account.id)
        .limit(most)
    ).all()


def _is_named_by_domain() -> sa.ColumnElement[bool]:
    return sa.and_(Account.platform == "bluesky", Account.handle.contains("."), Account.handle.notlike("%.bsky.social"))


def named_accounts(session: Session, *, within: Scope) -> list[Named]:
    """Every account of the consortium that is or may come into use, as far as one can be taken for another."""
    rows = session.execute(
        sa.select(Account.id, Account.place_id, Account.platform, Account.handle)
        .where(Account.consortium_id == within.consortium_id, Account.state != AccountState.RETIRED)
        .order_by(Account.id)
    )
    return [Named(*row) for row in rows]


def known_pairs(session: Session, *, within: Scope) -> set[tuple[int, int]]:
    """The pairs of our own accounts that are in the queue, decided ones too."""
    rows = session.execute(
        sa.select(LookAlike.account_id, LookAlike.other_id)
        .where(LookAlike.consortium_id == within.consortium_id, LookAlike.other_id.is_not(None))
        .order_by(LookAlike.id)
    )
    return {(one, other) for one, other in rows if one is not None and other is not None}


def get_look_alike(session: Session, seen_id: int, *, within: Scope) -> LookAlikeSeen:
    """One of the queue at the scope's place or below; NotFound otherwise."""
    found = [LookAlikeSeen(*row) for row in session.execute(_look_alikes(within).where(LookAlike.id == seen_id))]
    if not found:
        raise NotFound("There is no such look-alike here.")
    return found[0]


def look_alikes(session: Session, *, within: Scope, state: LookAlikeState | None = None) -> list[LookAlikeSeen]:
    """The queue of a place and below it, the newest first."""
    statement = _look_alikes(within)
    if state is not None:
        statement = statement.where(LookAlike.state == state)
    return [LookAlikeSeen(*row) for row in session.execute(statement)]


def _look_alikes(within: Scope) -> Any:
    ours, other = aliased(Account), aliased(Account)
    return (
        sa.select(LookAlike, Place, ours, other)
        .join(Place, sa.and_(Place.consortium_id == LookAlike.consortium_id, Place.id == LookAlike.place_id))
        .outerjoin(ours, sa.and_(ours.consortium_id == LookAlike.consortium_id, ours.id == LookAlike.account_id))
        .outerjoin(other, sa.and_(other.consortium_id == LookAlike.consortium_id, other.id == LookAlike.other_id))
        .where(
            LookAlike.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .order_by(LookAlike.reported_at.desc(), LookAlike.id.desc())
    )
