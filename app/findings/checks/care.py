"""How the accounts of a consortium are looked after, read at once: what the checks of authority are made from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account, AccountDetail, AccountProof
from app.accounts.queries.about import latest_contacts
from app.accounts.queries.care import last_drills, last_reviews
from app.accounts.rules import Connection
from app.accounts.rules.life import AccountKind
from app.accounts.rules.proofs import Proof, ProofState
from app.accounts.rules.quiet import Posting, window
from app.accounts.rules.states import FILES_STALE_AFTER_DAYS
from app.consortia.queries import settings_of
from app.duties.models import Assignment
from app.findings.rules.care import CareSeen
from app.foundation.clock import local_day
from app.metrics.queries.posting import Posted, posting_since
from app.platforms.catalogue import get_platform

#: how far back the last post of a silent account is looked for
_LONG_AGO = timedelta(days=730)
_ON_WEB = ("http://", "https://")


def care_by_account(
    session: Session, accounts: Sequence[Account], *, silences: Collection[int], within: Scope, on: date
) -> dict[int, CareSeen]:
    """How each of these accounts, all in use, is looked after on a day; eight statements, two more a silence asked about."""
    zone = settings_of(session, within=within).time_zone
    ids = [account.id for account in accounts]
    contacts = latest_contacts(session, ids, within=within, on=on)
    details, proofs = _details(session, within=within), _proofs(session, within=within, zone=zone)
    reviews, drills = last_reviews(session, within=within), last_drills(session, within=within)
    posted = {
        days: posting_since(session, window(on, days=days)[0], within=within, zone=zone) for days in sorted(silences)
    }
    last_posts = _last_posts(session, ids, posted, within=within, on=on)
    nothing = (AccountKind.GENERAL, "")
    return {
        account.id: CareSeen(
            is_emergency=details.get(account.id, nothing)[0] is AccountKind.EMERGENCY_ONLY,
            contacts=contacts[account.id],
            purpose=account.purpose.strip(),
            reviewed_on=reviews.get(account.id),
            opened_on=account.opened_on,
            is_on_web=account.url.startswith(_ON_WEB),
            site_link=details.get(account.id, nothing)[1],
            proof=proofs.get(account.id),
            has_posts="posts" in get_platform(account.platform).metrics,
            posting={days: _posting(account, found.get(account.id, Posted())) for days, found in posted.items()},
            last_post_on=last_posts.get(account.id),
            last_drill_on=drills.get(account.id),
        )
        for account in accounts
    }


def hours_by_place(session: Session, *, within: Scope, on: date) -> dict[int, Decimal]:
    """The hours a week that duties at each place of the consortium have on a day."""
    rows = session.execute(
        sa.select(Assignment.place_id, sa.func.sum(Assignment.hours_per_week))
        .where(
            Assignment.consortium_id == within.consortium_id,
            Assignment.first_on <= on,
            sa.or_(Assignment.last_on.is_(None), Assignment.last_on >= on),
        )
        .group_by(Assignment.place_id)
        .order_by(Assignment.place_id)
    )
    return {place_id: Decimal(hours) for place_id, hours in rows}


def _details(session: Session, *, within: Scope) -> dict[int, tuple[AccountKind, str]]:
    rows = session.execute(
        sa.select(AccountDetail.account_id, AccountDetail.kind, AccountDetail.site_link)
        .where(AccountDetail.consortium_id == within.consortium_id)
        .order_by(AccountDetail.account_id)
    )
    return {account_id: (kind, site_link) for account_id, kind, site_link in rows}


def _proofs(session: Session, *, within: Scope, zone: str) -> dict[int, tuple[ProofState, date]]:
    rows = session.execute(
        sa.select(AccountProof.account_id, AccountProof.state, AccountProof.checked_at)
        .where(AccountProof.consortium_id == within.consortium_id, AccountProof.proof == Proof.SITE_LINK)
        .order_by(AccountProof.account_id)
    )
    return {account_id: (state, local_day(at, zone)) for account_id, state, at in rows}


def _last_posts(
    session: Session, ids: Sequence[int], posted: Mapping[int, Mapping[int, Posted]], *, within: Scope, on: date
) -> dict[int, date]:
    """The last day with a post of each account; the silent ones are looked at further back."""
    found = {
        account_id: each.last_on
        for days in sorted(posted)
        for account_id, each in posted[days].items()
        if each.last_on is not None
    }
    silent = [account_id for account_id in ids if account_id not in found]
    if silent:
        zone = settings_of(session, within=within).time_zone
        for account_id, each in posting_since(session, on - _LONG_AGO, within=within, zone=zone, only=silent).items():
            if each.last_on is not None:
                found[account_id] = each.last_on
    return found


def _posting(account: Account, posted: Posted) -> Posting:
    by_file = account.connection is Connection.FILE_ONLY
    stale = FILES_STALE_AFTER_DAYS if by_file else get_platform(account.platform).stale_after_days
    return Posting(posted.last_on, posted.known_days, account.newest_figure_on, stale)
