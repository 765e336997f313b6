"""What people said to the accounts of a place: the list, newest first, narrowed by its address; as CSV; and one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.consortia.models import Place
from app.consortia.queries import settings_of, today_of
from app.consortia.rules.places import PlaceKind
from app.desk.forms import HandleForm
from app.desk.queries.mentions import answering_at, who_answers
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.metrics.queries.handling import (
    PAGE_SIZE,
    ListFilter,
    MentionSeen,
    count_mentions,
    count_same,
    count_unheard,
    find_author_hash,
    find_last_mention_batch,
    get_mention_seen,
    mentions_for_download,
    mentions_listed,
)
from app.metrics.queries.mentions import MentionFilter, mentions_kept_days
from app.metrics.queries.tagging import names_of
from app.metrics.rules.handling import MentionClass, MentionState, QuietReason
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform, platforms
from app.web.exports import csv_response
from app.web.narrowing import chosen, number_in, period_of
from app.web.paging import page_asked

#: in a filter by kind: those that nobody has sorted
UNSORTED = "-"
#: for so long a batch is offered to be undone
_UNDO_FOR = timedelta(hours=1)
_KEPT = ("state", "kind", "platform", "account", "from", "to", "same")
_HEADER = (
    "place_code", "place", "platform", "handle", "said_at", "kind", "state", "reason", "due_at", "answered_at",
    "minutes_to_answer", "text", "address",
)  # fmt: skip
#: the shape and color of a state
SHAPES = {MentionState.TO_DO: "none", MentionState.OVERDUE: "off", MentionState.HANDLED: "ok", MentionState.QUIET: "ok"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a list asks for."""

    wanted: ListFilter
    #: the parts of the address that are kept from page to page
    address: Mapping[str, Any]


def place_of_mention(mention_id: int, **_others: object) -> Place:
    """``at=`` for a mention's pages."""
    within = Scope(consortium_id=current_actor().consortium_id)
    return get_mention_seen(db.session, mention_id, within=within).mention.account.place


@blueprint.get("/at/<string:place>/mentions")
@requires(Permission.MENTIONS_READ, at=place_in_path)
def mentions(place: str) -> str:
    """What was said to the accounts of a place and all below it, fifty a page, and how much of it waits."""
    at, within = _moment(), current_scope()
    asked = asked_for(request.args)
    counts = count_mentions(db.session, within=within, wanted=asked.wanted, at=at)
    number = page_asked(counts.total)
    rows = mentions_listed(db.session, within=within, wanted=asked.wanted, at=at, number=number)
    may_answer = may_here(Permission.MENTIONS_ANSWER)
    address = dict(asked.address)
    return render_template(
        "desk/mentions.html",
        place=current_place(),
        code=place,
        rows=rows,
        counts=counts,
        number=number,
        page_size=PAGE_SIZE,
        asked=asked,
        period=period_of(request.args, today=_today()),
        back=urlencode(address, doseq=True),
        url_of_page=lambda page: url_for(".mentions", place=place, **address, page=page),
        overdue_url=url_for(".mentions", place=place, **(address | {"state": [MentionState.OVERDUE.value]})),
        csv_url=url_for(".mentions_csv", place=place, **address),
        same=count_same(db.session, [row.mention for row in rows], within=whole_consortium()),
        answers=_who_answers(rows),
        unheard=count_unheard(db.session, within=within),
        last_batch=_last_batch() if may_answer else None,
        form=HandleForm(formdata=None),
        may_answer=may_answer,
        may_connect=may_here(Permission.ACCOUNTS_WRITE),
        choices=_choices(),
        **_shown(at),
    )


@blueprint.get("/at/<string:place>/mentions.csv")
@requires(Permission.MENTIONS_READ, at=place_in_path)
def mentions_csv(place: str) -> Response:
    """The list as narrowed, at most 20,000 rows, with nothing about who wrote; the words for those who may read them."""
    at = _moment()
    rows = mentions_for_download(db.session, within=current_scope(), wanted=asked_for(request.args).wanted, at=at)
    may_read = may_here(Permission.MENTIONS_WORDS)
    return csv_response(f"mentions-{place}.csv", _HEADER, (_csv_row(row, at, may_read) for row in rows))


@blueprint.get("/mentions/<int:mention_id>")
@requires(Permission.MENTIONS_READ, at=place_of_mention)
def mention(mention_id: int) -> str:
    """One mention: its words while they are kept, its times, who answers, and what became of it."""
    return show_mention(mention_id, None)


def show_mention(mention_id: int, form: HandleForm | None) -> str:
    """Draw the page of one mention, with the form as a person sent it where that was refused."""
    at = _moment()
    row = get_mention_seen(db.session, mention_id, within=whole_consortium())
    account, handling = row.mention.account, row.handling
    cells = answering_at(db.session, account.place, on=_today()).get(account.id)
    said_by = [handling.person_id] if handling and handling.person_id else []
    return render_template(
        "desk/mention.html",
        row=row,
        account=account,
        handling=handling,
        platform=get_platform(account.platform),
        same=count_same(db.session, [row.mention], within=whole_consortium()).get(row.mention.author_hash, 1),
        who=who_answers(cells, row.kind),
        said_by=next(iter(names_of(db.session, said_by, within=whole_consortium()).values()), "Somebody who left"),
        form=form or _form_of(row),
        may_answer=may_here(Permission.MENTIONS_ANSWER),
        **_shown(at),
    )


def asked_for(args: "MultiDict[str, str]") -> Asked:
    """What an address asks for; words that are none of ours narrow nothing."""
    zone, period = zone_here(), period_of(args, today=_today())
    state, _, reason = args.get("state", "").partition(":")
    kind = args.get("kind", "")
    said = MentionFilter(
        account_id=number_in(args.get("account", "")),
        platform=next((each.name for each in platforms() if each.name == args.get("platform")), None),
        since=datetime.combine(period.first, time(), zone),
        until=datetime.combine(period.last + timedelta(days=1), time(), zone),
        author_hash=_same_as(number_in(args.get("same", ""))),
    )
    wanted = ListFilter(
        said,
        kind=chosen(MentionClass, kind),
        is_unsorted=kind == UNSORTED,
        state=chosen(MentionState, state),
        reason=chosen(QuietReason, reason) if state == MentionState.QUIET else None,
    )
    return Asked(wanted, {name: given for name in _KEPT if (given := [text for text in args.getlist(name) if text])})


def zone_here() -> ZoneInfo:
    """The consortium's time zone."""
    return ZoneInfo(settings_of(db.session, within=whole_consortium()).time_zone)


def _today() -> date:
    return today_of(db.session, within=whole_consortium(), at=now())


def _moment() -> datetime:
    """The moment that decides what is overdue: now, or the end of a demo's own last day."""
    return min(now(), datetime.combine(_today() + timedelta(days=1), time(), zone_here()))


def _same_as(mention_id: int | None) -> str | None:
    if mention_id is None:
        return None
    found = find_author_hash(db.session, mention_id, within=current_scope())
    if found is None:
        raise NotFound("Who wrote this is no longer kept.")
    return found


def _shown(at: datetime) -> dict[str, object]:
    """What both pages show the same way."""
    return {
        "may_read": may_here(Permission.MENTIONS_WORDS),
        "at": at,
        "shapes": SHAPES,
        "label_of": lambda name: get_platform(name).label,
        "kept_days": mentions_kept_days(db.session, within=whole_consortium()),
        "zone": zone_here().key,
    }


def _who_answers(rows: list[MentionSeen]) -> dict[int, str]:
    """By mention, who answers it now; only at one branch, since the whole of a consortium would be read for a page."""
    if current_place().kind is not PlaceKind.BRANCH or not rows:
        return {}
    cells = answering_at(db.session, current_place(), on=_today())
    return {row.mention.id: who_answers(cells.get(row.mention.account_id), row.kind) for row in rows}


def _last_batch() -> object:
    return find_last_mention_batch(db.session, current_actor(), within=current_scope(), since=now() - _UNDO_FOR)


def _form_of(row: MentionSeen) -> HandleForm:
    """What is said of the mention; the time of an answer is the one told, or the first that a pull saw."""
    handling = row.handling
    if handling is None:
        return HandleForm(formdata=None)
    answered_at = handling.answered_at or (None if handling.outcome else handling.answer_seen_at)
    local = answered_at.astimezone(zone_here()) if answered_at else None
    data = {
        "kind": handling.kind or "",
        "outcome": handling.outcome or "",
        "reason": handling.quiet_reason or "",
        "answered_on": local.date() if local else None,
        "answered_time": f"{local:%H:%M}" if local else "",
    }
    return HandleForm(formdata=None, data=data)


def _choices() -> dict[str, list[tuple[str, str]]]:
    quiet = [(f"{MentionState.QUIET}:{each.value}", f"Left quiet: {each.label}") for each in QuietReason]
    return {
        "state": [("", "All"), *((each.value, each.label) for each in MentionState), *quiet],
        "kind": [("", "All"), (UNSORTED, "Not sorted yet"), *((each.value, each.label) for each in MentionClass)],
        "platform": [("", "All"), *((each.name, each.label) for each in platforms() if "mentions" in each.metrics)],
    }


def _csv_row(row: MentionSeen, at: datetime, may_read: bool) -> list[object]:  # noqa: FBT001 - one call, just above
    mention, handling, account = row.mention, row.handling, row.mention.account
    return [
        account.place.code, account.place.name, get_platform(account.platform).label, account.handle, mention.said_at,
        row.kind.label if row.kind else "", row.state(at).label,
        handling.quiet_reason.label if handling and handling.quiet_reason else "",
        handling.due_at if handling else None, handling.answered_at if handling else None,
        handling.answer_minutes if handling else None,
        mention.text if may_read else "", mention.url if may_read else "",
    ]  # fmt: skip
