"""Correcting and removing a post that a person wrote down, and taking either back."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.queries import account_for_change
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.correcting import correct_post, remove_post, undo_post_change
from app.metrics.forms import CorrectForm, RemoveForm
from app.metrics.models import Post
from app.metrics.queries.post_changes import get_post_change, post_changes_at
from app.metrics.queries.tagged import get_post
from app.metrics.queries.tagging import names_of
from app.metrics.rules.hand_posts import UNDO_FOR, why_fixed
from app.metrics.views.posts.handwriting import words_told
from app.metrics.views.posts.listing import FIGURES, blueprint, place_of_post
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.web.fields import Form


def place_of_change(change_id: int, **_others: object) -> Place:
    """``at=`` for taking a correction or a removal back."""
    within = Scope(consortium_id=current_actor().consortium_id)
    return get_post_change(db.session, change_id, within=within).account.place


@blueprint.route("/posts/<int:post_id>/correct", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_of_post)
def correct(post_id: int) -> ResponseReturnValue:
    """Say anew what a post says that somebody wrote down; its days are counted anew."""
    post = get_post(db.session, post_id, within=whole_consortium())
    form = CorrectForm(data=_as_written(post))

    def change(wanted: Post) -> None:
        words = words_told(form, form.day.data or now().date())
        correct_post(db.session, wanted, words, why=form.why.data or "", by=current_actor(), at=now())

    if form.validate_on_submit() and _done(post, form, change):
        flash("The post is corrected, and its day is counted anew.", "ok")
        return redirect(url_for(".show", post_id=post_id))
    return render_template("metrics/posts/correct.html", post=post, form=form, why_fixed=_why_fixed(post))


@blueprint.route("/posts/<int:post_id>/remove", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_of_post)
def remove(post_id: int) -> ResponseReturnValue:
    """Ask whether a post that somebody wrote down goes, and why; its day is counted without it."""
    post = get_post(db.session, post_id, within=whole_consortium())
    place, form = post.account.place.code, RemoveForm()

    def take_away(wanted: Post) -> None:
        remove_post(db.session, wanted, why=form.why.data or "", by=current_actor(), at=now())

    if form.validate_on_submit() and _done(post, form, take_away):
        flash("The post is removed, and its day is counted without it.", "ok")
        return redirect(url_for(".index", place=place))
    return render_template(
        "metrics/posts/remove.html", post=post, form=form, why_fixed=_why_fixed(post), zone=_zone().key
    )


@blueprint.get("/at/<string:place>/posts/changes")
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def changes(place: str) -> str:
    """What was corrected and removed in the last thirty days, each to be taken back."""
    found = post_changes_at(db.session, within=current_scope(), since=now() - UNDO_FOR)
    people = [change.person_id for change in found if change.person_id]
    return render_template(
        "metrics/posts/changes.html",
        place=current_place(),
        code=place,
        changes=found,
        names=names_of(db.session, people, within=whole_consortium()),
        label_of=lambda name: get_platform(name).label,
        days=UNDO_FOR.days,
        zone=_zone().key,
    )


@blueprint.post("/posts/changes/<int:change_id>/undo")
@requires(Permission.METRICS_IMPORT, at=place_of_change)
def undo_change(change_id: int) -> ResponseReturnValue:
    """Put a post back as it was before it was corrected or removed."""
    change = get_post_change(db.session, change_id, within=whole_consortium())
    try:
        with db.session.begin_nested():
            account_for_change(db.session, change.account_id, within=whole_consortium())
            change = get_post_change(db.session, change_id, within=whole_consortium())
            undo_post_change(db.session, change, by=current_actor(), at=now())
    except Refused as refusal:
        flash(str(refusal), "off")
        return redirect(url_for(".changes", place=change.account.place.code))
    db.session.commit()
    flash("The post is as it was before, and its day is counted anew.", "ok")
    return redirect(url_for(".show", post_id=change.post_id))


def _done(post: Post, form: Form, change: Callable[[Post], None]) -> bool:
    """Carry it out under the account's lock; a refusal goes to the form."""
    try:
        with db.session.begin_nested():
            account_for_change(db.session, post.account_id, within=whole_consortium())
            change(get_post(db.session, post.id, within=whole_consortium()))
    except Refused as refusal:
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


def _why_fixed(post: Post) -> str:
    return why_fixed(post.run.kind, platform=get_platform(post.account.platform).label)


def _as_written(post: Post) -> dict[str, Any]:
    at = post.published_at.astimezone(_zone())
    said = {name: getattr(post, name) for name in ("text", "url", "is_reply", "has_media", *FIGURES)}
    return {"day": at.date(), "time": f"{at:%H:%M}", **said}


def _zone() -> ZoneInfo:
    return ZoneInfo(settings_of(db.session, within=whole_consortium()).time_zone)
