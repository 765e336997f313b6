"""The token with which an account is asked, prolonged first where it is about to end."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import queries
from app.accounts.actions.connecting import Kept, claim_grant, keep_prolonged, let_grant_go
from app.accounts.models import OAuthGrant
from app.accounts.queries.connecting import client_for, find_grant
from app.accounts.rules.connecting import AtHand
from app.foundation.clock import now
from app.foundation.errors import Refused
from app.foundation.installation import settings, vault
from app.platforms.consent import Client
from app.platforms.contract import PlatformError, SignInExpired
from app.platforms.oauth import Tokens, refreshed


class BeingProlonged(PlatformError):  # noqa: N818 - an error of the contract is named for what happened
    """Another worker prolongs this token now: ask again in a moment."""

    worth_retrying = True


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it goes to a platform, and whether a sign-in brought it; both None and False where none is kept."""

    text: str | None = field(default=None, repr=False)
    is_signed_in: bool = False
    #: as it is kept; None for one that has just been prolonged
    sealed: bytes | None = field(default=None, repr=False)


def fresh_token(session: Session, account_id: int, *, within: Scope) -> Token:
    """The account's token; one of a sign-in that ends within minutes is prolonged first, by one worker at a time.

    Call with no transaction open; none is open afterwards. What prolongs a token may serve only once, so the new one
    is committed before anything uses it; a worker that dies in between leaves the old one to be tried again, which a
    platform that takes each only once then refuses: SignInExpired, and people are told. Raises
    BeingProlonged, SignInExpired, Unreachable and Malformed.
    """
    at = now()
    account = queries.get_account(session, account_id, within=within)
    kept = queries.find_credential(session, account, within=within)
    grant = find_grant(session, account_id, within=within)
    if kept is None:
        session.rollback()
        return Token()
    at_hand = AtHand(kept.sealed, grant is not None, grant.token_until if grant and grant.sealed else None)
    if grant is None or grant.sealed is None or not at_hand.ends_soon(at):
        session.rollback()
        return opened_token(at_hand)
    if not claim_grant(session, grant, at=at):
        session.rollback()
        raise BeingProlonged("Another worker is signing in anew.")
    client, sealed = client_for(session, account, redirect_uri="", within=within), grant.sealed
    session.expunge(grant)
    session.commit()
    return Token(_prolong(session, grant, client, sealed), is_signed_in=True)


def _prolong(session: Session, grant: OAuthGrant, client: Client | None, sealed: bytes) -> str:
    try:
        if client is None:
            raise SignInExpired("This installation cannot sign in there any more. Connect again.")
        tokens = refreshed(client, _opened(sealed), allow_private=settings().allow_private_hosts)
    except PlatformError:
        let_grant_go(session, grant)
        session.commit()
        raise
    keep_prolonged(session, grant, sealed_tokens(tokens), at=now())
    session.commit()
    return tokens.access


def sealed_tokens(tokens: Tokens) -> Kept:
    """What a sign-in brought, as it goes into the database."""
    refresh = vault().seal(tokens.refresh) if tokens.refresh else None
    return Kept(vault().seal(tokens.access), refresh, tokens.until, tokens.ends)


def opened_token(at_hand: AtHand) -> Token:
    """The token as a platform gets it; raises SignInExpired where no key opens it any more."""
    return Token(_opened(at_hand.sealed), at_hand.is_signed_in, at_hand.sealed)


def _opened(sealed: bytes) -> str:
    try:
        return vault().open(sealed)
    except Refused as refusal:
        raise SignInExpired(str(refusal)) from refusal
