"""Keeping what proofs of accounts gave, and the queue of accounts that may be taken for ours."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account, AccountProof, LookAlike
from app.accounts.queries.proofs import known_pairs, proofs_of
from app.accounts.rules.look_alikes import LookAlikeState, Pair
from app.accounts.rules.proofs import Found
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed


def keep_proofs(session: Session, account: Account, found: Iterable[Found], *, at: datetime) -> None:
    """Remember how the proofs of an account stand; what does not apply any more is forgotten. No deed of a person."""
    kept = {each.proof: each for each in proofs_of(session, account, within=Scope(account.consortium_id))}
    for one in found:
        row = kept.pop(one.proof, None)
        if row is None:
            row = AccountProof(consortium_id=account.consortium_id, account_id=account.id, proof=one.proof)
            session.add(row)
        row.state, row.sentence, row.checked_at = one.state, one.sentence[:300], at
    for row in kept.values():
        session.delete(row)
    session.flush()


def queue_pairs(session: Session, pairs: Iterable[Pair], *, within: Scope, at: datetime) -> int:
    """Put pairs that nobody has seen yet into the queue; how many are new."""
    known = known_pairs(session, within=within)
    fresh = [pair for pair in pairs if (pair.one.account_id, pair.other.account_id) not in known]
    for pair in fresh:
        session.add(
            LookAlike(
                id=new_id(),
                consortium_id=within.consortium_id,
                place_id=pair.one.place_id,
                account_id=pair.one.account_id,
                other_id=pair.other.account_id,
                url="",
                note=pair.why[:500],
                reported_at=at,
            )
        )
    session.flush()
    return len(fresh)


def report_look_alike(
    session: Session, place: Place, *, url: str, note: str, account: Account | None, by: Actor, at: datetime
) -> LookAlike:
    """Put an account from outside into the queue; refuses an address that is none."""
    if not url.startswith(("https://", "http://")):
        raise Refused("An address starts with https:// or http://.", field="url")
    seen = LookAlike(
        id=new_id(),
        consortium_id=place.consortium_id,
        place_id=place.id,
        account_id=account.id if account else None,
        url=url,
        note=note,
        reported_by_id=by.person_id,
        reported_at=at,
    )
    session.add(seen)
    session.flush()
    detail = {"url": url, "note": note}
    record(session, Deed.LOOK_ALIKE_REPORTED, seen, by=by, at=at, place_path=place.path, detail=detail)
    return seen


def decide_look_alike(
    session: Session, seen: LookAlike, state: LookAlikeState, *, place: Place, reason: str, by: Actor, at: datetime
) -> None:
    """Say what became of it: it is ours, it was reported to the platform, or it is no concern; and open again."""
    if seen.state is state:
        return
    seen.state, seen.reason = state, reason
    seen.decided_by_id, seen.decided_at = (by.person_id, at) if state is not LookAlikeState.OPEN else (None, None)
    session.flush()
    detail = {"state": state.label, "reason": reason, "note": seen.note}
    record(session, Deed.LOOK_ALIKE_DECIDED, seen, by=by, at=at, place_path=place.path, detail=detail)
