"""Signing in at a platform and keeping what it brought; nothing here talks to a platform."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts import queries
from app.accounts.actions.checking import ask_check
from app.accounts.actions.registering import hold_token, may_be_pulled, note, refuse_retired
from app.accounts.models import Account, Credential, OAuthApp, OAuthAttempt, OAuthGrant
from app.accounts.queries import connecting as connections
from app.accounts.rules.connecting import (
    NO_CODE,
    NOT_OURS,
    PROLONG_WITHIN,
    SAME_END,
    SIGN_IN_WITHIN,
    USED,
    refusal_of_platform,
    refusal_of_return,
)
from app.background.actions import ask
from app.foundation.crypto import new_token, token_hash
from app.foundation.errors import NotFound, Refused
from app.foundation.ids import new_id
from app.foundation.installation import settings, vault
from app.history.rules import Deed
from app.platforms.catalogue import get_platform
from app.platforms.consent import server_of

#: kinds of background work
EXCHANGE, REGISTER_APP = "accounts.exchange", "accounts.register_app"
_LONGEST_CODE = 2000


@dataclass(frozen=True, slots=True)
class Returned:
    """What a platform's sign-in sent a browser back with."""

    state: str
    code: str
    #: the platform's word for a refusal
    error: str
    #: the sender, "" where it does not say (RFC 9207)
    issuer: str
    #: the address at which the browser arrived
    arrived_at: str


def redirect_uri_for(way: str) -> str:
    """The one address to which a platform sends people back, by its settings' name or the id of our name there."""
    return f"{settings().public_url}/connect/{way}/back"


def begin_sign_in(
    session: Session, account: Account, *, login_session_id: int, by: Actor, at: datetime
) -> OAuthAttempt:
    """Begin a sign-in at the platform for this browser; a server that does not know us is told of us first.

    Refuses a retired account, one of a demo, and a platform at which this installation cannot sign people in.
    """
    refuse_retired(account)
    sign_in = get_platform(account.platform).sign_in
    if sign_in is None or not connections.may_sign_in(account.platform):
        raise Refused("This installation cannot sign in there. Paste a token.")
    if not may_be_pulled(session, Scope(consortium_id=account.consortium_id)):
        raise Refused("The accounts of the demo are made up; there is nowhere to sign in.")
    _clear_attempts(session, account, login_session_id=login_session_id, at=at)
    state = new_token()
    attempt = OAuthAttempt(
        id=new_id(),
        consortium_id=account.consortium_id,
        account_id=account.id,
        person_id=by.person_id,
        login_session_id=login_session_id,
        state_hash=token_hash(state),
        sealed=vault().seal(json.dumps({"state": state, "verifier": new_token()})),
        redirect_uri="" if sign_in.registers else redirect_uri_for(sign_in.client),
        begun_at=at,
    )
    session.add(attempt)
    session.flush()
    if sign_in.registers:
        _meet(session, account, attempt, server_of(sign_in, account.base_url) or "", at=at)
    return attempt


def _clear_attempts(session: Session, account: Account, *, login_session_id: int, at: datetime) -> None:
    session.execute(
        sa.delete(OAuthAttempt).where(
            OAuthAttempt.consortium_id == account.consortium_id,
            OAuthAttempt.account_id == account.id,
            sa.or_(
                sa.and_(OAuthAttempt.login_session_id == login_session_id, OAuthAttempt.used_at.is_(None)),
                OAuthAttempt.begun_at < at - SIGN_IN_WITHIN,
            ),
        )
    )


def _meet(session: Session, account: Account, attempt: OAuthAttempt, server: str, *, at: datetime) -> None:
    """Go on at once where the server knows us by the address we have now; else a worker tells it of us."""
    known = connections.find_app(session, server, within=Scope(consortium_id=account.consortium_id))
    if known is not None and known.redirect_uri == redirect_uri_for(str(known.id)):
        attempt.redirect_uri = known.redirect_uri
        session.flush()
        return
    ask(
        session,
        REGISTER_APP,
        {"account_id": account.id, "attempt_id": attempt.id},
        consortium_id=account.consortium_id,
        at=at,
        key=str(attempt.id),
    )


def keep_app(
    session: Session, attempt: OAuthAttempt, *, app_id: int, server: str, client_id: str, secret: str, at: datetime
) -> None:
    """The server knows us now, by this name: people may go on to its sign-in. Whatever it knew before is replaced."""
    session.execute(
        sa.delete(OAuthApp).where(OAuthApp.consortium_id == attempt.consortium_id, OAuthApp.server == server)
    )
    redirect_uri = redirect_uri_for(str(app_id))
    session.add(
        OAuthApp(
            id=app_id,
            consortium_id=attempt.consortium_id,
            server=server,
            client_id=client_id,
            sealed=vault().seal(secret),
            redirect_uri=redirect_uri,
            registered_at=at,
        )
    )
    attempt.redirect_uri = redirect_uri
    session.flush()


def link_of(session: Session, account: Account, attempt: OAuthAttempt) -> str | None:
    """The address of the platform's sign-in for this attempt; None while the server does not know us, or it is over."""
    if attempt.sealed is None or attempt.used_at is not None or not attempt.redirect_uri:
        return None
    within = Scope(consortium_id=account.consortium_id)
    client = connections.client_for(session, account, redirect_uri=attempt.redirect_uri, within=within)
    if client is None:
        return None
    kept = json.loads(vault().open(attempt.sealed))
    return client.link(state=kept["state"], verifier=kept["verifier"])


def attempt_of(session: Session, returned: Returned, *, login_session_id: int, by: Actor) -> OAuthAttempt:
    """The sign-in that a browser comes back from.

    Raises NotFound for a state that this consortium, this person and this browser did not begin with, and for an answer
    at another address than the one given: nobody here set out on that, and nothing is told of whoever did.
    """
    within = Scope(consortium_id=by.consortium_id)
    attempt = connections.find_attempt(session, returned.state, within=within) if returned.state else None
    is_theirs = attempt and (attempt.person_id, attempt.login_session_id) == (by.person_id, login_session_id)
    if attempt is None or not is_theirs or attempt.redirect_uri != returned.arrived_at:
        raise NotFound(NOT_OURS)
    return attempt


def judge_return(session: Session, attempt: OAuthAttempt, returned: Returned, *, at: datetime) -> None:
    """May it be used? Writes nothing.

    Refuses a sign-in that was used or is too old, an answer of another sender, and a platform's no.
    """
    within = Scope(consortium_id=attempt.consortium_id)
    account = queries.get_account(session, attempt.account_id, within=within)
    client = connections.client_for(session, account, redirect_uri=attempt.redirect_uri, within=within)
    issuer = client.issuer if client else ""
    refusal = refusal_of_return(
        begun_at=attempt.begun_at, used_at=attempt.used_at, issuer=issuer, issuer_told=returned.issuer, at=at
    )
    if refusal:
        raise Refused(refusal)
    if returned.error:
        raise Refused(refusal_of_platform(returned.error))
    if not 0 < len(returned.code) <= _LONGEST_CODE:
        raise Refused(NO_CODE)


def take_return(session: Session, attempt: OAuthAttempt, returned: Returned, *, at: datetime) -> None:
    """Use a sign-in, once, and have a worker give its code for a token. Refuses as :func:`judge_return`."""
    judge_return(session, attempt, returned, at=at)
    kept = json.loads(vault().open(attempt.sealed or b""))
    sealed = vault().seal(json.dumps({**kept, "code": returned.code}))
    taken = session.execute(
        sa.update(OAuthAttempt)
        .where(
            OAuthAttempt.consortium_id == attempt.consortium_id,
            OAuthAttempt.id == attempt.id,
            OAuthAttempt.used_at.is_(None),
        )
        .values(used_at=at, sealed=sealed)
        .returning(OAuthAttempt.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:  # another request was first
        raise Refused(USED)
    payload = {"account_id": attempt.account_id, "attempt_id": attempt.id}
    ask(session, EXCHANGE, payload, consortium_id=attempt.consortium_id, at=at, key=str(attempt.id))


def end_attempt(attempt: OAuthAttempt, *, trouble: str = "", at: datetime) -> None:
    """It is over: its secrets go; why it brought nothing stays for the page."""
    attempt.ended_at, attempt.trouble, attempt.sealed = at, trouble[:300], None
    attempt.used_at = attempt.used_at or at


@dataclass(frozen=True, slots=True)
class Kept:
    """A token and what prolongs it, both sealed, as they go into the database."""

    access: bytes
    refresh: bytes | None
    until: datetime | None
    #: when a person has to sign in again although there is what prolongs the token; None where it lasts
    ends: datetime | None


def keep_sign_in(session: Session, account: Account, kept: Kept, *, by: Actor, at: datetime) -> None:
    """Keep what a sign-in brought, in place of any token before it, and have the account pulled and looked at."""
    refuse_retired(account)
    hold_token(session, account, kept.access, expires_at=kept.ends if kept.refresh else kept.until, at=at)
    within = Scope(consortium_id=account.consortium_id)
    grant = connections.find_grant(session, account.id, within=within)
    if grant is None:
        grant = OAuthGrant(consortium_id=account.consortium_id, account_id=account.id)
        session.add(grant)
    grant.sealed, grant.token_until, grant.claimed_until, grant.granted_at = kept.refresh, kept.until, None, at
    session.flush()
    ask_check(session, account, at=at)
    note(session, Deed.ACCOUNT_CONNECTED, account, by=by, at=at)


def claim_grant(session: Session, grant: OAuthGrant, *, at: datetime) -> bool:
    """Let this worker prolong the token and no other; commit before the platform is asked."""
    taken = session.execute(
        sa.update(OAuthGrant)
        .where(
            OAuthGrant.consortium_id == grant.consortium_id,
            OAuthGrant.id == grant.id,
            sa.or_(OAuthGrant.claimed_until.is_(None), OAuthGrant.claimed_until < at),
        )
        .values(claimed_until=at + PROLONG_WITHIN)
        .returning(OAuthGrant.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return taken is not None


def keep_prolonged(session: Session, grant: OAuthGrant, kept: Kept, *, at: datetime) -> None:
    """The new token and what prolongs it, written together and before either is used."""
    session.execute(
        sa.update(Credential)
        .where(Credential.consortium_id == grant.consortium_id, Credential.account_id == grant.account_id)
        .values(sealed=kept.access, kept_at=at)
        .execution_options(synchronize_session=False)
    )
    if kept.ends is not None:
        _put_off_end(session, grant, kept.ends)
    _settle(session, grant, sealed=kept.refresh, token_until=kept.until, claimed_until=None)


def _put_off_end(session: Session, grant: OAuthGrant, ends: datetime) -> None:
    """Note a new end of the sign-in; the same one told anew is off by seconds, and would be told to people again."""
    session.execute(
        sa.update(Credential)
        .where(
            Credential.consortium_id == grant.consortium_id,
            Credential.account_id == grant.account_id,
            sa.or_(Credential.expires_at.is_(None), Credential.expires_at < ends - SAME_END),
        )
        .values(expires_at=ends)
        .execution_options(synchronize_session=False)
    )


def let_grant_go(session: Session, grant: OAuthGrant) -> None:
    """The platform gave nothing: another may try."""
    _settle(session, grant, claimed_until=None)


def _settle(session: Session, grant: OAuthGrant, **values: object) -> None:
    session.execute(
        sa.update(OAuthGrant)
        .where(OAuthGrant.consortium_id == grant.consortium_id, OAuthGrant.id == grant.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
