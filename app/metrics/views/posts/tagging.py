"""Tagging posts: those that are ticked in the list, or one; and taking the last batch back."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.tagging import Hand, tag_posts, undo_tags
from app.metrics.forms import TagForm
from app.metrics.queries.tagged import PAGE_SIZE, get_post, posts_for_tagging, tags_of
from app.metrics.queries.tagging import get_batch
from app.metrics.rules.tags import TagKind
from app.metrics.views.posts.listing import blueprint, place_of_post
from app.metrics.views.posts.narrowing import kept
from app.metrics.views.posts.offering import TAKE_AWAY, give_choices
from app.people.guard import place_in_path
from app.web.filters import plural

_LONGEST_ID = 19


@blueprint.post("/at/<string:place>/posts/tag")
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def tag(place: str) -> ResponseReturnValue:
    """Tag every post that is ticked, or all on the page; nothing is tagged where one of them is not of this place."""
    form = TagForm()
    give_choices(form)
    try:
        with db.session.begin_nested():
            wanted = {kind: None if value == TAKE_AWAY else value for kind, value in _told(form).items() if value}
            batch = tag_posts(db.session, current_place(), _ticked(), wanted, hand=Hand(by=current_actor(), at=now()))
    except Refused as refusal:
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash(f"{plural(batch.posts, 'post', 'posts')} tagged: {batch.words}." if batch.posts else _NOTHING_TO_DO, "ok")
    return redirect(_back(place))


_GONE = "What is gone at its platform is not tagged any more."
_NOTHING_TO_DO = "These posts say so already; nothing changed."


@blueprint.post("/at/<string:place>/posts/batches/<int:batch_id>/undo")
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def undo(place: str, batch_id: int) -> ResponseReturnValue:
    """Put back what stood before a batch of tags."""
    batch = get_batch(db.session, batch_id, within=current_scope())
    try:
        with db.session.begin_nested():
            posts = undo_tags(db.session, current_place(), batch, by=current_actor(), at=now())
    except Refused as refusal:
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash(f"{plural(posts, 'post is', 'posts are')} as before: {batch.words} taken back.", "ok")
    return redirect(_back(place))


@blueprint.post("/posts/<int:post_id>/tag")
@requires(Permission.METRICS_IMPORT, at=place_of_post)
def tag_one(post_id: int) -> ResponseReturnValue:
    """Say anew what one post is; what is left empty is taken away."""
    post = get_post(db.session, post_id, within=whole_consortium())
    if post.gone_at is not None:
        flash(_GONE, "off")
        return redirect(url_for(".show", post_id=post_id))
    held = tags_of(db.session, [post.id], within=whole_consortium()).get(post.id, {})
    form = TagForm()
    give_choices(form, held=held)
    try:
        with db.session.begin_nested():
            told = _told(form)
            wanted = {
                kind: told[kind] or None for kind in TagKind if told[kind] != (held[kind].value if kind in held else "")
            }
            if wanted:
                tag_posts(db.session, post.account.place, [post.id], wanted, hand=Hand(by=current_actor(), at=now()))
    except Refused as refusal:
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash("The tags are saved." if wanted else _NOTHING_TO_DO, "ok")
    return redirect(url_for(".show", post_id=post_id))


def _told(form: TagForm) -> Mapping[TagKind, str]:
    """What the form says of each kind, empty where nothing; refuses what is not in its lists."""
    if not form.validate_on_submit():
        raise Refused("Choose the tags from the lists.")
    return {kind: str(form[kind.value].data or "") for kind in TagKind}


def _ticked() -> list[int]:
    """The posts of the form, every one of them at this place or below; refuses others."""
    texts = request.form["shown"].split() if request.form.get("all") and request.form.get("shown") else []
    texts = (texts or request.form.getlist("post"))[:PAGE_SIZE]
    ids = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < _LONGEST_ID}
    if not ids:
        raise Refused("Tick the posts to tag first.")
    found = posts_for_tagging(db.session, ids, within=current_scope())
    if len(found) < len(ids):
        raise Refused("Some of these posts are not of this place, so none was tagged. Tick them anew.")
    there = [post.id for post in found if post.gone_at is None]
    if not there:
        raise Refused(_GONE)
    return there


def _back(place: str) -> str:
    address = kept(MultiDict(parse_qs(request.form.get("back", ""))))
    return f"{url_for('.index', place=place)}?{urlencode(address, doseq=True)}".rstrip("?")
