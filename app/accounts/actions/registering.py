"""Registering accounts, saying what they are for, connecting them, and noting how they last answered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts import queries
from app.accounts.models import Account, AccountDetail, AccountProof, Credential, OAuthGrant
from app.accounts.rules.life import Details
from app.accounts.rules.states import AccountMode, AccountState, Connection, PullEnd, is_on_own_network
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.crypto import Vault
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.platforms.catalogue import get_platform
from app.platforms.contract import Identity

_LONGEST_TOKEN = 4000


@dataclass(frozen=True, slots=True)
class Registration:
    """What a new account is: its recognized address, whose it is, and what the public may expect there."""

    identity: Identity
    place: Place
    mode: AccountMode = AccountMode.CONVERSATIONAL
    purpose: str = ""
    opened_on: date | None = None
    #: proposed, or in use already
    state: AccountState = AccountState.ACTIVE


def register(session: Session, wanted: Registration, *, allow_own_network: bool, by: Actor, at: datetime) -> Account:
    """Add an official account; one that can be pulled without a token is due at once, except in the demo.

    Refuses an address that is in use here already, and a server of one's own network where the installation does
    not allow it. A retired account of the address stays as it was, with its figures.
    """
    identity, place = wanted.identity, wanted.place
    within = Scope(consortium_id=place.consortium_id)
    if not allow_own_network and is_on_own_network(identity.base_url or identity.url):
        raise Refused("This address is on a private network, which this installation does not contact.", field="url")
    if known := queries.find_account_by_url(session, identity.platform, identity.url, within=within):
        raise Refused(f"{known.handle} is registered already, at {known.place.name}.", field="url")
    is_pulled = get_platform(identity.platform).is_pulled_unconnected
    is_due = is_pulled and wanted.state is not AccountState.PROPOSED and may_be_pulled(session, within)
    account = Account(
        id=new_id(),
        consortium_id=place.consortium_id,
        place_id=place.id,
        place=place,
        platform=identity.platform,
        handle=identity.handle,
        url=identity.url,
        base_url=identity.base_url,
        mode=wanted.mode,
        state=wanted.state,
        purpose=wanted.purpose,
        opened_on=wanted.opened_on,
        connection=Connection.NOT_CONNECTED if is_pulled else Connection.FILE_ONLY,
        connection_since=at,
        next_pull_at=at if is_due else None,
    )
    session.add(account)
    session.flush()
    note(session, Deed.ACCOUNT_ADDED, account, by=by, at=at, url=account.url, platform=account.platform)
    return account


def connect(session: Session, account: Account, *, token: str, vault: Vault, by: Actor, at: datetime) -> None:
    """Keep a platform's token, sealed, and ask the platform at the next chance; replaces the token before it.

    Refuses a retired account, a platform that is not pulled, and a text that cannot be a token.
    """
    refuse_retired(account)
    if not get_platform(account.platform).is_pulled:
        raise Refused("This platform's figures come from files; there is nothing to connect.", field="token")
    token = token.strip()
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise Refused("This is not a token. Copy it whole from the platform's page for developers.", field="token")
    forget_token(session, account)
    hold_token(session, account, vault.seal(token), expires_at=None, at=at)
    note(session, Deed.ACCOUNT_CONNECTED, account, by=by, at=at)


def forget_token(session: Session, account: Account) -> None:
    """Forget the account's token and whatever prolongs it."""
    for table in (OAuthGrant, Credential):
        session.execute(
            sa.delete(table).where(table.consortium_id == account.consortium_id, table.account_id == account.id)
        )


def hold_token(session: Session, account: Account, sealed: bytes, *, expires_at: datetime | None, at: datetime) -> None:
    """Keep a sealed token in place of the one before it, and have the platform asked at the next chance."""
    within = Scope(consortium_id=account.consortium_id)
    kept = queries.find_credential(session, account, within=within)
    if kept is None:
        kept = Credential(consortium_id=account.consortium_id, account_id=account.id)
        session.add(kept)
    kept.sealed, kept.kept_at, kept.expires_at = sealed, at, expires_at
    account.failed_pulls = 0
    if account.connection is not Connection.WORKING:
        _stand(account, Connection.NOT_CONNECTED, note="", at=at)
    if may_be_pulled(session, within):
        account.next_pull_at = at
    session.flush()


def change(session: Session, account: Account, *, mode: AccountMode, purpose: str, by: Actor, at: datetime) -> None:
    """Say anew what the public may expect there and what the account is for."""
    refuse_retired(account)
    if (mode, purpose) == (account.mode, account.purpose):
        return
    account.mode, account.purpose = mode, purpose
    session.flush()
    note(session, Deed.ACCOUNT_CHANGED, account, by=by, at=at, mode=mode.label, purpose=purpose)


def describe(session: Session, account: Account, wanted: Details, *, by: Actor, at: datetime) -> None:
    """Say anew what else there is to say about an account.

    Refuses an address that is none, and a planned end before the opening.
    """
    refuse_retired(account)
    if wanted.site_link and not wanted.site_link.startswith(("https://", "http://")):
        raise Refused("An address starts with https:// or http://.", field="site_link")
    if wanted.planned_end_on and account.opened_on and wanted.planned_end_on < account.opened_on:
        raise Refused("The account ends before it was opened.", field="planned_end_on")
    kept = queries.find_detail(session, account, within=Scope(consortium_id=account.consortium_id))
    before = queries.details_in(kept)
    if wanted == before:
        return
    if kept is None:
        kept = AccountDetail(consortium_id=account.consortium_id, account_id=account.id)
        session.add(kept)
    kept.kind, kept.audience, kept.speakers = wanted.kind, wanted.audience, wanted.speakers
    kept.site_link, kept.planned_end_on = wanted.site_link, wanted.planned_end_on
    session.flush()
    if wanted.site_link != before.site_link:  # what the page before proved says nothing of this one
        of_account = (AccountProof.consortium_id == account.consortium_id, AccountProof.account_id == account.id)
        session.execute(sa.delete(AccountProof).where(*of_account))
    changed = {name: value for name, value in asdict(wanted).items() if value != getattr(before, name)}
    note(session, Deed.ACCOUNT_CHANGED, account, by=by, at=at, **changed)


def note_pull(session: Session, account: Account, end: PullEnd) -> None:
    """Remember how a pull ended and when the next one is due; no deed of a person, so not in the history."""
    _stand(account, end.connection, note=end.note, at=end.at)
    account.next_pull_at = end.next_at if account.state is not AccountState.RETIRED else None
    account.external_id = end.external_id or account.external_id
    if end.is_good:
        account.last_pull_at, account.failed_pulls = end.at, 0
    elif end.connection is not Connection.LIMITED:
        account.failed_pulls += 1
    session.flush()


def note_asked(session: Session, turns: Mapping[int, datetime], *, consortium_id: int) -> None:
    """Pulls have been asked for: whatever becomes of them, the account of each id is not due before its next turn."""
    accounts = sa.Table(Account.__tablename__, Account.metadata)
    if not turns:
        return
    statement = sa.update(accounts).where(
        accounts.c.consortium_id == consortium_id, accounts.c.id == sa.bindparam("of_account", type_=accounts.c.id.type)
    )
    session.connection().execute(
        statement.values(next_pull_at=sa.bindparam("turn_at", type_=accounts.c.next_pull_at.type)),
        [{"of_account": account_id, "turn_at": turn_at} for account_id, turn_at in sorted(turns.items())],
    )


def note_newest_figures(session: Session, newest: sa.Select[int, date], *, consortium_id: int) -> None:
    """Remember the newest day with a figure of each account, both as selected; an older day changes nothing."""
    accounts = sa.Table(Account.__tablename__, Account.metadata)
    # found once: as a mere subquery it may be found anew for each account
    account_id, day = newest.cte("came").prefix_with("MATERIALIZED").columns
    session.execute(
        sa.update(accounts)
        .where(
            accounts.c.consortium_id == consortium_id,
            accounts.c.id == account_id,
            sa.or_(accounts.c.newest_figure_on.is_(None), accounts.c.newest_figure_on < day),
        )
        .values(newest_figure_on=day)
    )


def _stand(account: Account, connection: Connection, *, note: str, at: datetime) -> None:
    if account.connection is not connection:
        account.connection, account.connection_since = connection, at
    account.connection_note = note[:300]


def may_be_pulled(session: Session, within: Scope) -> bool:
    """Are accounts of this consortium pulled at all? Those of a demo never are."""
    return not settings_of(session, within=within).is_demo


def refuse_retired(account: Account) -> None:
    """Refuse what nobody does to an account that is closed."""
    if account.state is AccountState.RETIRED:
        raise Refused("This account is retired. Register it again to use it again.")


def note(session: Session, deed: Deed, account: Account, *, by: Actor, at: datetime, **detail: object) -> None:
    """Write a deed about an account down, under its handle."""
    detail = {"handle": account.handle, **detail}
    record(session, deed, account, by=by, at=at, place_path=account.place.path, detail=detail)
