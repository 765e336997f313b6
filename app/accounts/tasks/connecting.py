"""What a worker does to connect an account: make us known to a server, give a code for a token, look what can be read."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from app.access.rules import Actor, Scope
from app.accounts import queries
from app.accounts.actions.checking import keep_check, note_end
from app.accounts.actions.connecting import (
    EXCHANGE,
    REGISTER_APP,
    end_attempt,
    keep_app,
    keep_sign_in,
    redirect_uri_for,
)
from app.accounts.importers.parts import first_end, look, look_at_token, summary, unread
from app.accounts.importers.tokens import BeingProlonged, Token, fresh_token, sealed_tokens
from app.accounts.models import Account, OAuthAttempt
from app.accounts.queries.connecting import client_for, get_attempt, known_to
from app.accounts.rules.connecting import PartSeen
from app.background.registry import Handler, Work
from app.background.rules import Again
from app.foundation.clock import now
from app.foundation.ids import new_id
from app.foundation.installation import settings, vault
from app.people.queries.persons import get_person
from app.platforms.catalogue import get_platform
from app.platforms.consent import server_of
from app.platforms.contract import Identity, Meter, PlatformError, Reach, TokenReader, TokenReading
from app.platforms.oauth import exchanged, registered
from app.platforms.readers import reader_for

_IN_A_MOMENT = timedelta(seconds=20)
#: what counts the reads of a platform, by its name, and ends them at what may still be spent there this month
MeterFor = Callable[[Work, str], Meter]


def register_app(work: Work) -> str:
    """Make this installation known to the server of an account, so that a person can go on to its sign-in."""
    account, attempt = _account(work), _attempt(work)
    sign_in = get_platform(account.platform).sign_in
    server = server_of(sign_in, account.base_url) if sign_in else None
    is_over = attempt.ended_at is not None or bool(attempt.redirect_uri)
    work.session.rollback()
    if sign_in is None or server is None or is_over:
        return "There is nothing to prepare."
    work.renew()
    app_id = new_id()
    try:
        known = registered(
            server,
            sign_in.registers,
            redirect_uri=redirect_uri_for(str(app_id)),
            scopes=" ".join(sign_in.scopes),
            website=settings().public_url,
            allow_private=settings().allow_private_hosts,
        )
    except PlatformError as error:
        end_attempt(_attempt(work), trouble=str(error), at=now())
        return str(error)
    keep_app(
        work.session,
        _attempt(work),
        app_id=app_id,
        server=server,
        client_id=known.client_id,
        secret=known.client_secret,
        at=now(),
    )
    return f"{server} knows this installation now."


def exchange(work: Work) -> str:
    """Give the code of a sign-in for a token and keep it; a code serves once, so a failure ends the sign-in."""
    account, attempt, within = _account(work), _attempt(work), _scope(work)
    if attempt.sealed is None:
        return attempt.trouble or "This sign-in is over."
    client = client_for(work.session, account, redirect_uri=attempt.redirect_uri, within=within)
    kept = json.loads(vault().open(attempt.sealed))
    work.session.rollback()
    work.renew()
    trouble = "This installation cannot sign in there any more."
    try:
        if client is not None:
            allow_private = settings().allow_private_hosts
            tokens = exchanged(client, code=kept["code"], verifier=kept["verifier"], allow_private=allow_private)
            trouble = ""
    except PlatformError as error:
        trouble = str(error)
    attempt = _attempt(work)
    end_attempt(attempt, trouble=trouble, at=now())
    if trouble:
        return trouble
    account = queries.account_for_change(work.session, account.id, within=within)
    person = get_person(work.session, attempt.person_id, within=within)
    by = Actor(person.name, within.consortium_id, person.id)
    keep_sign_in(work.session, account, sealed_tokens(tokens), by=by, at=now())
    return f"{account.handle} is connected."


def check(work: Work, *, meter_for: MeterFor) -> Again | str:
    """Look what can be read of an account, and keep the answers in words."""
    account, within = _account(work), _scope(work)
    meter = meter_for(work, account.platform)
    token, told = Token(), None
    work.session.rollback()
    try:
        token = fresh_token(work.session, account.id, within=within)
        parts, told = _look(work, account, token, meter)
    except BeingProlonged as error:
        return Again(_IN_A_MOMENT, str(error))
    except PlatformError as error:
        parts = unread(str(error))
    account = queries.get_account(work.session, account.id, within=within)
    if told and token.sealed:
        note_end(work.session, account, first_end(told), sealed=token.sealed)
    is_signed_in = token.text is not None
    keep_check(work.session, account, parts, is_signed_in=is_signed_in, cost_micros=meter.spent, at=now())
    return summary(parts)


def _look(work: Work, account: Account, token: Token, meter: Meter) -> tuple[list[PartSeen], TokenReading | None]:
    """Each part of the account and, where the platform tells of tokens, what it says of this one."""
    platform = get_platform(account.platform)
    reader = reader_for(account.platform)
    if reader is None:
        return unread("This platform cannot be pulled. Import its figures from a file."), None
    reach = Reach(
        base_url=account.base_url,
        token=token.text,
        known_as=known_to(platform.sign_in) if platform.sign_in else None,
        allow_private=settings().allow_private_hosts,
        meter=meter,
        is_signed_in=token.is_signed_in,
    )
    identity = Identity(account.platform, account.handle, account.url, account.base_url, account.external_id)
    work.renew()
    parts = look(reader, reach, identity, platform, at=now(), between=work.renew)
    if token.text is None or not isinstance(reader, TokenReader):
        return parts, None
    work.renew()
    seen, told = look_at_token(reader, reach, platform)
    return [*parts, seen], told


def _account(work: Work) -> Account:
    """The account as it was read: it stays so when the reading ends."""
    account = queries.get_account(work.session, int(work.payload["account_id"]), within=_scope(work))
    work.session.expunge(account)
    return account


def _attempt(work: Work) -> OAuthAttempt:
    return get_attempt(work.session, int(work.payload["attempt_id"]), within=_scope(work))


def _scope(work: Work) -> Scope:
    return Scope(consortium_id=work.consortium_id)


HANDLERS: Mapping[str, Handler] = {EXCHANGE: exchange, REGISTER_APP: register_app}
