"""Saying what mentions are and what became of them: those that are ticked in the list, or one; and taking it back."""

from datetime import UTC, datetime, time
from urllib.parse import parse_qs, urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.consortia.models import Place
from app.consortia.queries import get_place_by_id, today_of
from app.desk.forms import OPEN_AGAIN, HandleForm
from app.desk.queries.mentions import targets_for
from app.desk.views.homes import blueprint
from app.desk.views.mentions import asked_for, place_of_mention, show_mention, zone_here
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.handling import handle_mentions, undo_mentions
from app.metrics.models import MentionBatch
from app.metrics.queries.handling import PAGE_SIZE, MentionSeen, get_mention_batch, get_mention_seen, mentions_seen
from app.metrics.rules.handling import MentionClass, Outcome, QuietReason, Said
from app.people.guard import place_in_path
from app.web.filters import plural
from app.web.narrowing import number_in

_NOTHING_TO_DO = "These mentions say so already; nothing changed."


@blueprint.post("/at/<string:place>/mentions")
@requires(Permission.MENTIONS_ANSWER, at=place_in_path)
def handle_ticked(place: str) -> ResponseReturnValue:
    """Say it of every mention that is ticked, or of all on the page; of none where one of them is not of this place."""
    try:
        with db.session.begin_nested():
            batch = _handle(_ticked(), _told(HandleForm()))
    except Refused as refusal:
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash(_done(batch), "ok")
    return redirect(_back(place))


@blueprint.post("/mentions/<int:mention_id>")
@requires(Permission.MENTIONS_ANSWER, at=place_of_mention)
def handle_mention(mention_id: int) -> ResponseReturnValue:
    """Say what one mention is, what became of it, and when its answer stood on the platform."""
    form = HandleForm()
    seen = get_mention_seen(db.session, mention_id, within=whole_consortium())
    try:
        with db.session.begin_nested():
            batch = _handle([seen], _told(form))
    except Refused as refusal:
        form.refuse(refusal)
        return show_mention(mention_id, form)
    db.session.commit()
    flash(_done(batch), "ok")
    return redirect(url_for(".mention", mention_id=mention_id))


def place_of_batch(mention_batch_id: int, **_others: object) -> Place:
    """``at=`` for taking a batch back: the place at which it was said."""
    within = Scope(consortium_id=current_actor().consortium_id)
    batch = get_mention_batch(db.session, mention_batch_id, within=within)
    return get_place_by_id(db.session, batch.place_id, within=within)


@blueprint.post("/mentions/batches/<int:mention_batch_id>/undo")
@requires(Permission.MENTIONS_ANSWER, at=place_of_batch)
def undo_handling(mention_batch_id: int) -> ResponseReturnValue:
    """Put back what stood before a batch."""
    batch = get_mention_batch(db.session, mention_batch_id, within=current_scope())
    try:
        with db.session.begin_nested():
            count = undo_mentions(db.session, current_place(), batch, by=current_actor(), at=now())
    except Refused as refusal:
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash(f"{plural(count, 'mention is', 'mentions are')} as before: {batch.words} taken back.", "ok")
    return redirect(_back(current_place().code))


def _handle(mentions: list[MentionSeen], said: Said) -> MentionBatch:
    at, within = now(), whole_consortium()
    on = today_of(db.session, within=within, at=at)
    return handle_mentions(
        db.session,
        current_place(),
        mentions,
        said,
        target_of=targets_for(db.session, mentions, within=within, on=on),
        by=current_actor(),
        at=at,
    )


def _told(form: HandleForm) -> Said:
    """What the form says; refuses what is not in its lists."""
    if not form.validate_on_submit():
        raise Refused("Choose from the lists, and write the day as a calendar does.")
    outcome = form.outcome.data
    reason = form.reason.data if outcome == Outcome.QUIET else None
    return Said(
        kind=MentionClass(form.kind.data) if form.kind.data else None,
        outcome=Outcome(outcome) if outcome and outcome != OPEN_AGAIN else None,
        quiet_reason=QuietReason(reason) if reason else None,
        answered_at=_answered_at(form) if outcome == Outcome.HANDLED else None,
        is_open=outcome == OPEN_AGAIN,
    )


def _answered_at(form: HandleForm) -> datetime | None:
    if form.answered_on.data is None:
        return None
    try:
        at = time.fromisoformat(form.answered_time.data or "12:00").replace(tzinfo=None)
    except ValueError:
        raise Refused("Write the time as 14:30.", field="answered_time") from None
    return datetime.combine(form.answered_on.data, at, zone_here()).astimezone(UTC)


def _ticked() -> list[MentionSeen]:
    """The mentions of the form, every one of them at this place or below; refuses others."""
    texts = request.form["shown"].split() if request.form.get("all") and request.form.get("shown") else []
    texts = (texts or request.form.getlist("mention"))[:PAGE_SIZE]
    ids = {number for text in texts if (number := number_in(text)) is not None}
    if not ids:
        raise Refused("Tick the mentions first.")
    found = mentions_seen(db.session, ids, within=current_scope())
    if len(found) < len(ids):
        raise Refused("Some of these mentions are not of this place, so nothing was saved. Tick them anew.")
    return found


def _done(batch: MentionBatch) -> str:
    return f"{plural(batch.mentions, 'mention', 'mentions')}: {batch.words}." if batch.mentions else _NOTHING_TO_DO


def _back(place: str) -> str:
    address = asked_for(MultiDict(parse_qs(request.form.get("back", "")))).address
    return f"{url_for('.mentions', place=place)}?{urlencode(address, doseq=True)}".rstrip("?")
