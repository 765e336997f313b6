"""What a pull needs to know before the platform is asked: one statement, put together once."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account, Credential, OAuthGrant
from app.accounts.rules.connecting import AtHand
from app.consortia.models import ConsortiumSettings
from app.foundation.errors import NotFound
from app.metrics.models import PlatformHold, PullCursor
from app.platforms.contract import Identity


@dataclass(frozen=True, slots=True)
class PullFacts:
    """An account, how it is asked, and how far earlier pulls have read."""

    identity: Identity
    last_pull_at: datetime | None
    #: None where the account is read without a token
    credential_id: int | None
    at_hand: AtHand | None
    newest_mention_at: datetime | None
    insights_from_on: date | None
    insights_until_on: date | None
    history_from_on: date | None
    time_zone: str


_ACCOUNTS = sa.Table(Account.__tablename__, Account.metadata)
_CREDENTIALS = sa.Table(Credential.__tablename__, Credential.metadata)
_GRANTS = sa.Table(OAuthGrant.__tablename__, OAuthGrant.metadata)
_CURSORS = sa.Table(PullCursor.__tablename__, PullCursor.metadata)
_SETTINGS = sa.Table(ConsortiumSettings.__tablename__, ConsortiumSettings.metadata)
_HOLDS = sa.Table(PlatformHold.__tablename__, PlatformHold.metadata)


def _of_account(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.consortium_id == _ACCOUNTS.c.consortium_id, table.c.account_id == _ACCOUNTS.c.id)


_FACTS = (
    sa.select(
        _ACCOUNTS.c.platform,
        _ACCOUNTS.c.handle,
        _ACCOUNTS.c.url,
        _ACCOUNTS.c.base_url,
        _ACCOUNTS.c.external_id,
        _ACCOUNTS.c.last_pull_at,
        _CREDENTIALS.c.id.label("credential_id"),
        _CREDENTIALS.c.sealed,
        _GRANTS.c.id.label("grant_id"),
        _GRANTS.c.token_until,
        _GRANTS.c.sealed.is_not(None).label("can_be_prolonged"),
        _CURSORS.c.newest_mention_at,
        _CURSORS.c.insights_from_on,
        _CURSORS.c.insights_until_on,
        _CURSORS.c.history_from_on,
        _SETTINGS.c.time_zone,
    )
    .select_from(
        _ACCOUNTS.join(_SETTINGS, _SETTINGS.c.consortium_id == _ACCOUNTS.c.consortium_id)
        .outerjoin(_CREDENTIALS, _of_account(_CREDENTIALS))
        .outerjoin(_GRANTS, _of_account(_GRANTS))
        .outerjoin(_CURSORS, _of_account(_CURSORS))
    )
    .where(_ACCOUNTS.c.consortium_id == sa.bindparam("of_consortium"), _ACCOUNTS.c.id == sa.bindparam("of_account"))
    .order_by(_ACCOUNTS.c.id)
)
_HELD_UNTIL = (
    sa.select(_HOLDS.c.until_at)
    .where(
        _HOLDS.c.consortium_id == sa.bindparam("of_consortium"),
        _HOLDS.c.server == sa.bindparam("of_server"),
        _HOLDS.c.token_hash == sa.bindparam("of_token"),
    )
    .order_by(_HOLDS.c.id)
)


def get_pull_facts(session: Session, account_id: int, *, within: Scope) -> PullFacts:
    """All of it for one account of the consortium; NotFound where there is no such account."""
    whose = {"of_consortium": within.consortium_id, "of_account": account_id}
    row = session.execute(_FACTS, whose).one_or_none()
    if row is None:
        raise NotFound("There is no such account here.")
    at_hand = AtHand(
        sealed=row.sealed,
        is_signed_in=row.grant_id is not None,
        ends_at=row.token_until if row.can_be_prolonged else None,
    )
    return PullFacts(
        identity=Identity(row.platform, row.handle, row.url, row.base_url, row.external_id),
        last_pull_at=row.last_pull_at,
        credential_id=row.credential_id,
        at_hand=at_hand if row.credential_id is not None else None,
        newest_mention_at=row.newest_mention_at,
        insights_from_on=row.insights_from_on,
        insights_until_on=row.insights_until_on,
        history_from_on=row.history_from_on,
        time_zone=row.time_zone,
    )


def held_until(session: Session, server: str, token_hash: str, *, within: Scope) -> datetime | None:
    """Until when a server asked to be left alone by those who come with this token; None where it never did."""
    of_hold = {"of_consortium": within.consortium_id, "of_server": server, "of_token": token_hash}
    until: datetime | None = session.execute(_HELD_UNTIL, of_hold).scalar_one_or_none()
    return until
