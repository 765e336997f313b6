"""Writing down a post that no pull reads."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.models import Account
from app.accounts.queries import accounts_at
from app.accounts.rules import AccountState, Connection
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.handwriting import Logged, PostWords, log_post
from app.metrics.forms import LogForm, PostForm
from app.metrics.views.posts.listing import FIGURES, blueprint
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform


@blueprint.route("/at/<string:place>/posts/new", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def log(place: str) -> ResponseReturnValue:
    """A form for one post of an account that no pull reads; its day is counted from what was written down."""
    accounts = {account.id: account for account in _accounts()}
    form = LogForm()
    form.account.choices = [(account.id, _label(account)) for account in accounts.values()]
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                logged = _log(form, accounts[form.account.data], form.day.data or now().date())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_told(logged), "ok")
            return redirect(url_for(".show", post_id=logged.post.id))
    return render_template("metrics/posts/log.html", place=current_place(), code=place, form=form, accounts=accounts)


def _accounts() -> list[Account]:
    """The running accounts of the place and below that no pull reads."""
    return [
        account
        for account in accounts_at(db.session, within=current_scope())
        if account.state is not AccountState.RETIRED
        and (account.connection is Connection.FILE_ONLY or not get_platform(account.platform).is_pulled)
    ]


def _label(account: Account) -> str:
    return f"{get_platform(account.platform).label} {account.handle}, {account.place.name}"


def _log(form: LogForm, account: Account, day: date) -> Logged:
    return log_post(db.session, account, words_told(form, day), by=current_actor(), at=now())


def words_told(form: PostForm, day: date) -> PostWords:
    """What the form says of a post published on a day, at its time where the consortium is."""
    zone = ZoneInfo(settings_of(db.session, within=whole_consortium()).time_zone)
    return PostWords(
        published_at=datetime.combine(day, _time(form.time.data or ""), zone),
        text=form.text.data or "",
        url=form.url.data or "",
        is_reply=bool(form.is_reply.data),
        has_media=bool(form.has_media.data),
        figures={name: form[name].data for name in FIGURES if name in form and form[name].data is not None},
    )


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise Refused("Write the time as 14:30.", field="time") from None


def _told(logged: Logged) -> str:
    if logged.is_counted:
        return "The post is written down, and its day is counted from it."
    return "The post is written down. Its day has figures from elsewhere already, which stay as they are."
