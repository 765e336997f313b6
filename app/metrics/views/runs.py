"""How the pulls of the last nights went, one pull by itself, and how long mentions are kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.queries import get_account
from app.background.queries import OpenWork, count_open
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.asking import PULL
from app.metrics.actions.mentions import set_mentions_kept
from app.metrics.forms import MentionsKeptForm
from app.metrics.queries.mentions import mentions_kept_days
from app.metrics.queries.nights import (
    NightSums,
    RunFilter,
    failures_of,
    get_run,
    holds_at,
    night_sums,
    pulls_listed,
)
from app.metrics.queries.runs import problems_of
from app.metrics.rules.costs import money, reads_in_words
from app.metrics.rules.pulls import start_of_day
from app.metrics.rules.runs import RunKind, RunState
from app.metrics.views.figures import blueprint
from app.people.guard import place_in_path, root_place
from app.platforms.catalogue import get_platform, platforms
from app.web.paging import PAGE_SIZE, page_asked

_SHOWN_NIGHTS = 7
_MOST_PROBLEMS = 50
_ENDED = (RunState.DONE, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class Night:
    """A line of the table of nights."""

    on: date
    sums: NightSums
    url: str
    is_chosen: bool


@blueprint.get("/at/<string:place>/pulls")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def runs(place: str) -> str:
    """The pulls of the night ``night`` (by default the latest) at a place and below, narrowed by state and platform."""
    zone = ZoneInfo(settings_of(db.session, within=whole_consortium()).time_zone)
    today = local_day(now(), zone.key)
    on = _asked_night() or today
    kept: dict[str, Any] = {name: value for name in ("state", "platform") if (value := request.args.get(name))}
    wanted = _filter(on, zone)
    page = page_asked()
    return render_template(
        "metrics/runs.html",
        place=current_place(),
        code=place,
        on=on,
        nights=[_night(today - timedelta(days=back), on, place, zone) for back in range(_SHOWN_NIGHTS)],
        wanted=wanted,
        found=pulls_listed(db.session, wanted, within=current_scope(), page=page, page_size=PAGE_SIZE),
        failures=failures_of(db.session, _filter_of(on, zone), within=current_scope()),
        page=page,
        page_size=PAGE_SIZE,
        url_of_page=lambda number: url_for(".runs", place=place, night=on.isoformat(), page=number, **kept),
        state_choices=[("", "All"), *((state.value, state.label) for state in _ENDED)],
        platform_choices=[("", "All"), *((each.name, each.label) for each in platforms() if each.is_pulled)],
        label_of=lambda name: get_platform(name).label,
        under_way=_under_way(),
        # beside what is under way, which is not counted by place
        done_today=night_sums(db.session, _filter_of(today, zone), within=whole_consortium()).accounts,
        holds=holds_at(db.session, now(), within=whole_consortium()),
        zone=zone.key,
        money=money,
        may_see_costs=may_here(Permission.ACCOUNTS_WRITE),
        may_settle=may_here(Permission.PLACES_WRITE) and current_place().parent_id is None,
    )


def _night(day: date, chosen: date, place: str, zone: ZoneInfo) -> Night:
    sums = night_sums(db.session, _filter_of(day, zone), within=current_scope())
    return Night(day, sums, url_for(".runs", place=place, night=day.isoformat()), day == chosen)


def _filter_of(on: date, zone: ZoneInfo) -> RunFilter:
    return RunFilter(start_of_day(on, zone=zone), start_of_day(on + timedelta(days=1), zone=zone))


def _filter(on: date, zone: ZoneInfo) -> RunFilter:
    state, platform = request.args.get("state", ""), request.args.get("platform", "")
    known = {each.name for each in platforms()}
    whole = _filter_of(on, zone)
    return RunFilter(
        whole.since,
        whole.until,
        RunState(state) if state in _ENDED else None,
        platform if platform in known else None,
    )


def _asked_night() -> date | None:
    try:
        on = date.fromisoformat(request.args.get("night", ""))
    except ValueError:
        return None
    return on if date.min + timedelta(days=2) < on < date.max - timedelta(days=2) else None


def _under_way() -> OpenWork:
    return count_open(db.session, PULL, at=now(), within=whole_consortium())


def _place_of_run(run_id: int) -> Place:
    found = get_run(db.session, run_id, within=whole_consortium())
    return get_account(db.session, found.account_id or 0, within=whole_consortium()).place


@blueprint.get("/pulls/<int:run_id>")
@requires(Permission.ACCOUNTS_READ, at=_place_of_run)
def run(run_id: int) -> str:
    """One pull or import: how it ended, what it read, what it cost and which rows were refused."""
    found = get_run(db.session, run_id, within=whole_consortium())
    zone = settings_of(db.session, within=whole_consortium()).time_zone
    return render_template(
        "metrics/run.html",
        run=found,
        place=current_place(),
        platform=get_platform(found.account.platform) if found.account else None,
        problems=problems_of(db.session, found, within=whole_consortium())[:_MOST_PROBLEMS],
        is_pull=found.kind is RunKind.PULL,
        night=local_day(found.started_at, zone),
        seconds=_seconds(found.started_at, found.ended_at),
        zone=zone,
        money=money,
        reads_in_words=reads_in_words,
    )


def _seconds(started_at: datetime, ended_at: datetime | None) -> int | None:
    return None if ended_at is None else max(round((ended_at - started_at).total_seconds()), 0)


@blueprint.route("/mentions/kept", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
def mentions_kept() -> ResponseReturnValue:
    """Say how many days it is kept what others said and who they are."""
    days = mentions_kept_days(db.session, within=whole_consortium())
    form = MentionsKeptForm(days=days)
    if form.validate_on_submit():
        try:
            set_mentions_kept(db.session, form.days.data or 0, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"What others said is kept for {form.days.data} days.", "ok")
            return redirect(url_for(".mentions_kept"))
    return render_template("metrics/mentions_kept.html", form=form, place=current_place(), days=days)
