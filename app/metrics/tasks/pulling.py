"""What a worker does with platforms: pull an account, forget and count mentions; and what is due by the clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.importers.tokens import BeingProlonged, Token, fresh_token, opened_token
from app.accounts.models import Account
from app.accounts.queries import account_alone_for_change
from app.accounts.rules.connecting import AtHand
from app.background.actions import ask
from app.background.queries import recent_work
from app.background.registry import Work
from app.background.rules import Again
from app.consortia.queries import all_consortia
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant, tenant
from app.foundation.errors import Refused
from app.foundation.installation import settings, vault
from app.metrics.actions import asking, pulls
from app.metrics.actions.answering import COUNT_QUESTIONS, COUNTED_DAYS, recount_questions
from app.metrics.actions.holding import hold_server
from app.metrics.actions.mentions import FORGET_MENTIONS, purge_mentions
from app.metrics.actions.setting_aside import set_aside, settle
from app.metrics.importers.platform import Wanted, read_account
from app.metrics.queries.answering import has_sorted_mentions
from app.metrics.queries.costs import spent_in
from app.metrics.queries.mentions import has_unpurged, mentions_kept_days
from app.metrics.queries.pulling import PullFacts, get_pull_facts, held_until
from app.metrics.rules.costs import allowance, first_of_month
from app.metrics.rules.mentions import kept_since, keyed_hash
from app.metrics.rules.pulls import (
    days_waited,
    heard_since,
    history_wanted,
    insights_wanted,
    lane_of,
    sway_after_hold,
    window_of,
)
from app.platforms.catalogue import get_platform
from app.platforms.contract import Identity, Meter, PlatformError, RateLimited, Reach
from app.platforms.readers import reader_for
from app.web.filters import plural

#: where the platform did not say until when to wait
_WAIT = timedelta(minutes=15)
_DAILY = timedelta(days=1)
#: where another worker prolongs the token
_IN_A_MOMENT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that a pull needs of the database, read before the platform is asked."""

    account_id: int
    identity: Identity
    #: None where the account is read without one
    at_hand: AtHand | None
    wanted: Wanted
    meter: Meter
    #: platform and host, and whose limit it is there
    server: str
    token_hash: str
    #: the server asked those who come with this token to wait until then
    held_until: datetime | None

    @property
    def gap(self) -> pulls.Gap:
        """The days that stay without figures where nothing comes of it."""
        return pulls.Gap(self.wanted.window.last, self.wanted.waited)


def pull(work: Work) -> Again | str:
    """Pull one account: read, ask the platform with no transaction open, then write everything at once."""
    plan = _plan(work, at=now())
    work.session.commit()  # nothing was written, but after a rollback psycopg would prepare every statement anew
    if plan.held_until:
        return _hold(plan, plan.held_until)
    work.renew()
    try:
        reader = reader_for(plan.identity.platform)
        if reader is None:
            raise Refused("This platform cannot be pulled. Import its figures from a file.")
        token = _token(work, plan)
        pulled = read_account(reader, _reach(plan, token), plan.identity, plan.wanted, between=work.renew)
    except BeingProlonged as error:
        return Again(_IN_A_MOMENT, str(error))
    except RateLimited as error:
        return _wait(work, plan, error)
    except PlatformError as error:
        return _fail(work, plan, error)
    account = _account_to_write(work, plan)
    return pulls.keep_pull(work.session, account, pulled, row_id=work.row_id, meter=plan.meter, at=now()).message


def _plan(work: Work, *, at: datetime) -> _Plan:
    within, account_id = _scope(work), int(work.payload["account_id"])
    facts = get_pull_facts(work.session, account_id, within=within)
    identity = facts.identity
    server = lane_of(identity.platform, identity.base_url or identity.url)
    token_hash = _hash_of(facts)
    until = held_until(work.session, server, token_hash, within=within)
    wanted = _wanted(facts, at=at)
    limits = get_platform(identity.platform).limits
    is_due = wanted.was_pulled_before and facts.history_from_on is None
    known = {"days": limits.history_days, "known_days": limits.backfill_days}
    history_from = history_wanted(account_id, today=wanted.window.last, **known) if is_due else None
    waited = days_waited(work.claimed.asked_at, until, today=wanted.window.last, zone=wanted.zone)
    return _Plan(
        account_id=account_id,
        identity=identity,
        at_hand=facts.at_hand,
        wanted=replace(wanted, waited=waited, history_from=history_from),
        meter=_meter(work, identity.platform),
        server=server,
        token_hash=token_hash,
        held_until=until if until and until > at else None,
    )


def _hash_of(facts: PullFacts) -> str:
    """Tells tokens apart: accounts that share one share its limits. A token that cannot be opened is one of its own."""
    if facts.at_hand is None or facts.credential_id is None:
        return ""
    try:
        return keyed_hash(settings().secret_key, "token", vault().open(facts.at_hand.sealed))
    except Refused:
        return keyed_hash(settings().secret_key, "sealed", facts.credential_id)


def _wanted(facts: PullFacts, *, at: datetime) -> Wanted:
    zone = ZoneInfo(facts.time_zone)
    limits = get_platform(facts.identity.platform).limits
    last_on = local_day(facts.last_pull_at, zone.key) if facts.last_pull_at else None
    window = window_of(last_on, today=local_day(at, zone.key), backfill_days=limits.backfill_days)
    insights = insights_wanted(
        facts.insights_from_on,
        facts.insights_until_on,
        last=local_day(at, limits.clock) - timedelta(days=1),
        days=limits.insights_days,
        at_once=limits.insights_at_once,
    )
    since = heard_since(window, facts.newest_mention_at, zone=zone)
    return Wanted(window, zone, last_on is not None, since, insights)


def meter_for(work: Work, platform: str) -> Meter:
    """Counts what a test of a connection reads; where the platform bills, up to what the month's cap leaves."""
    prices, cap = get_platform(platform).prices, settings().read_cap_a_month
    if prices is None or cap is None:
        return Meter(prices.per_read if prices else {})
    spent = spent_in(work.session, month=first_of_month(now()), within=_scope(work))
    return Meter(prices.per_read, allowance(cap, spent))


def _meter(work: Work, platform: str) -> Meter:
    """The same for a pull: it sets aside what each question may cost, since others pull meanwhile."""
    prices, cap = get_platform(platform).prices, settings().read_cap_a_month
    if prices is None or cap is None:
        return Meter(prices.per_read if prices else {})

    def more(wanted: int) -> int:
        got = set_aside(work.session, work.claimed, wanted, cap=cap, at=now())
        work.session.commit()
        return got

    return Meter(prices.per_read, 0, more)


def _token(work: Work, plan: _Plan) -> Token:
    """The token that the plan has read already, or prolonged where it is about to end."""
    if plan.at_hand is None:
        return Token()
    if plan.at_hand.ends_soon(now()):
        return fresh_token(work.session, plan.account_id, within=_scope(work))
    return opened_token(plan.at_hand)


def _reach(plan: _Plan, token: Token) -> Reach:
    return Reach(
        base_url=plan.identity.base_url,
        token=token.text,
        is_signed_in=token.is_signed_in,
        allow_private=settings().allow_private_hosts,
        meter=plan.meter,
    )


def _account_to_write(work: Work, plan: _Plan) -> Account:
    """The account, in the transaction that also writes what the pull cost."""
    if plan.meter.set_aside is not None:
        settle(work.session, work.claimed)
    return account_alone_for_change(work.session, plan.account_id, within=_scope(work))


def _wait(work: Work, plan: _Plan, error: RateLimited) -> Again:
    at = now()
    until = max(error.until or at + _WAIT, at + timedelta(minutes=1))
    account = _account_to_write(work, plan)
    pulls.note_wait(work.session, account, error, row_id=work.row_id, until=until, meter=plan.meter, at=at)
    hold_server(work.session, plan.server, plan.token_hash, until=until, consortium_id=work.consortium_id)
    return Again(until - at, str(error))


def _hold(plan: _Plan, until: datetime) -> Again:
    """Others with the same token were told to wait, so this one does not even ask; nor do all come back at once."""
    label = get_platform(plan.identity.platform).label
    return Again(until - now() + sway_after_hold(plan.account_id), f"{label} asked us to wait.")


def _fail(work: Work, plan: _Plan, error: PlatformError) -> str:
    account = _account_to_write(work, plan)
    run = pulls.note_failure(work.session, account, error, row_id=work.row_id, gap=plan.gap, meter=plan.meter, at=now())
    return run.message


def pull_given_up(work: Work, message: str) -> None:
    """A pull failed for good, for a reason that nobody foresaw: people see it at the account and in its days."""
    plan = _plan(work, at=now())
    account = account_alone_for_change(work.session, plan.account_id, within=_scope(work))
    error = PlatformError(message)
    pulls.note_failure(work.session, account, error, row_id=work.row_id, gap=plan.gap, meter=Meter(), at=now())


def find_due_pulls(session: Session, at: datetime) -> None:
    """Ask for every pull that is due, consortium by consortium."""
    for consortium in all_consortia(session):
        enter_tenant(session, consortium.id)
        asking.ask_due_pulls(session, within=Scope(consortium_id=consortium.id), at=at, most=asking.MOST_ASKED_AT_ONCE)
    enter_tenant(session, None)


def forget_mentions(work: Work) -> str:
    """Take words and authors from mentions that are kept no longer."""
    count = purge_mentions(work.session, within=_scope(work), at=now())
    return f"{plural(count, 'mention', 'mentions')} forgotten; the counts stay."


def find_due_forgetting(session: Session, at: datetime) -> None:
    """Ask for it where something was said too long ago, once a day."""
    for consortium in all_consortia(session):
        within = Scope(consortium_id=consortium.id)
        with tenant(session, consortium.id):
            before = kept_since(at, days=mentions_kept_days(session, within=within))
            last = recent_work(session, FORGET_MENTIONS, within=within, count=1)
            if has_unpurged(session, before=before, within=within) and not (last and last[0].asked_at > at - _DAILY):
                ask(session, FORGET_MENTIONS, {}, consortium_id=consortium.id, at=at, key=FORGET_MENTIONS)


def recount(work: Work) -> str:
    """Count the questions of each day anew, from what people said of mentions."""
    changed = recount_questions(work.session, within=_scope(work), at=now())
    return f"Questions of {plural(changed, 'day', 'days')} counted anew."


def find_due_recounts(session: Session, at: datetime) -> None:
    """Ask for it once a day where mentions are sorted: the time of a question runs out without anybody's doing."""
    for consortium in all_consortia(session):
        within = Scope(consortium_id=consortium.id)
        with tenant(session, consortium.id):
            last = recent_work(session, COUNT_QUESTIONS, within=within, count=1)
            if last and last[0].asked_at > at - _DAILY:
                continue
            if has_sorted_mentions(session, within=within, since=at - timedelta(days=COUNTED_DAYS)):
                ask(session, COUNT_QUESTIONS, {}, consortium_id=consortium.id, at=at, key="all")


def _scope(work: Work) -> Scope:
    return Scope(consortium_id=work.consortium_id)
