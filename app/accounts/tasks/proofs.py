"""What a worker does for accounts: look whether they are proven ours, and search the register for look-alikes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import actions, queries
from app.accounts.models import Account
from app.accounts.queries.proofs import due_for_proof, named_accounts
from app.accounts.rules.look_alikes import pairs
from app.accounts.rules.proofs import (
    Found,
    LinkSeen,
    Proof,
    ProofState,
    judge_domain,
    judge_rel_me,
    judge_site,
    own_domain,
)
from app.background.actions import ask
from app.background.queries import recent_work
from app.background.registry import Handler, Work
from app.consortia.queries import all_consortia, settings_of
from app.foundation.clock import now
from app.foundation.database import tenant
from app.foundation.errors import NotFound, Refused
from app.foundation.installation import settings
from app.platforms.contract import PlatformError
from app.platforms.links import Link, did_of, links_of_page, names_of_mastodon
from app.platforms.recognize import recognize
from app.web.filters import plural

PROVE = "accounts.prove"
SEARCH = "accounts.look_alikes"
_WEEKLY = timedelta(days=7)
#: accounts of one piece of work: it may be stopped between two of them
_AT_ONCE = 20


def prove(work: Work) -> str:
    """Look at the pages that should link to accounts; each account is committed by itself."""
    session, within = work.session, Scope(consortium_id=work.consortium_id)
    looked = 0
    for account_id in work.payload["account_ids"]:
        work.renew()
        try:
            account = queries.get_account(session, int(account_id), within=within)
        except NotFound:
            continue
        site = queries.details_in(queries.find_detail(session, account, within=within)).site_link
        session.expunge(account)
        session.rollback()
        found = look(account, site, allow_private=settings().allow_private_hosts)
        actions.keep_proofs(session, account, found, at=now())
        session.commit()
        looked += 1
    return f"{plural(looked, 'account', 'accounts')} looked at."


def look(account: Account, site: str, *, allow_private: bool) -> list[Found]:
    """How the proofs of an account stand now, as far as its site (if it has one), its platform and its domain answer."""
    found = _on_site(account, site, allow_private=allow_private) if site else []
    if account.platform == "bluesky" and (domain := own_domain(account.handle, site=site)):
        found.append(_domain(account, domain, site=site, allow_private=allow_private))
    return found


def _on_site(account: Account, site: str, *, allow_private: bool) -> list[Found]:
    page = _short(site)
    try:
        links = [_seen(link) for link in links_of_page(site, allow_private=allow_private)]
    except PlatformError as error:
        return [Found(Proof.SITE_LINK, ProofState.UNKNOWN, f"{page}: {error}")]
    found = [judge_site(links, account.url, page=page)]
    if account.platform == "mastodon":
        found.append(_rel_me(account, links, site, allow_private=allow_private))
    return found


def _rel_me(account: Account, links: list[LinkSeen], site: str, *, allow_private: bool) -> Found:
    named: list[LinkSeen] | None
    try:
        told = names_of_mastodon(account.base_url or "", account.handle, allow_private=allow_private)
    except PlatformError:
        named = None
    else:
        named = [LinkSeen(link.url, link.is_me) for link in told]
    return judge_rel_me(links, account.url, page=site, named=named)


def _domain(account: Account, domain: str, *, site: str, allow_private: bool) -> Found:
    try:
        answer = did_of(domain, allow_private=allow_private)
    except PlatformError as error:
        return Found(Proof.DOMAIN_HANDLE, ProofState.UNKNOWN, f"{domain}: {error}")
    return judge_domain(account.handle, answer, known_did=account.external_id, site=site)


def _seen(link: Link) -> LinkSeen:
    """A link with the canonical address of the account it names, or as it is."""
    try:
        return LinkSeen(recognize(link.url).url, link.is_me)
    except Refused:
        return LinkSeen(link.url, link.is_me)


def _short(site: str) -> str:
    return site.split("://", 1)[-1].rstrip("/")[:120]


def search(work: Work) -> str:
    """Search the register for accounts that claim one place or have nearly one name, and queue what is new."""
    within = Scope(consortium_id=work.consortium_id)
    found = pairs(named_accounts(work.session, within=within))
    fresh = actions.queue_pairs(work.session, found, within=within, at=now())
    return f"{plural(fresh, 'look-alike', 'look-alikes')} found."


def find_due_proofs(session: Session, at: datetime) -> None:
    """Ask for whatever is due: proofs through the week, each account in its hour, and a search once a week.

    Nothing of a demo is looked at outside: its accounts are made up.
    """
    for consortium in all_consortia(session):
        within = Scope(consortium_id=consortium.id)
        with tenant(session, consortium.id):
            if not settings_of(session, within=within).is_demo and (
                due := due_for_proof(session, within=within, at=at, most=_AT_ONCE)
            ):
                ask(session, PROVE, {"account_ids": list(due)}, consortium_id=consortium.id, at=at, key=PROVE)
            last = recent_work(session, SEARCH, within=within, count=1)
            if not last or last[0].asked_at <= at - _WEEKLY:
                ask(session, SEARCH, {}, consortium_id=consortium.id, at=at, key=SEARCH)


HANDLERS: Mapping[str, Handler] = {PROVE: prove, SEARCH: search}
