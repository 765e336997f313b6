"""Reporting periods: which are closed, what was restated since, closing, reopening, and when they close by themselves."""

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, may
from app.accounts.queries import accounts_by_id
from app.background.queries import open_row_ids
from app.consortia.models import Place
from app.consortia.queries import root_of, settings_of, today_of
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.periods import Period, parse_period
from app.metrics.actions.closing import set_closing
from app.metrics.queries.closing import closes_after_days, restated_since
from app.metrics.rules.closing import MOST_RESTATED
from app.people.guard import place_in_path, root_place
from app.platforms.catalogue import get_platform
from app.scorecards import actions
from app.scorecards.actions.closing import CLOSE_YEAR
from app.scorecards.forms import CloseForm, ClosingForm, ReopenForm
from app.scorecards.queries.closing import PeriodSeen, YearSeen, closes_with, periods_seen, reopens_with, years_seen
from app.scorecards.views.compare import blueprint
from app.web.filters import plural
from app.web.paging import PAGE_SIZE, page_asked


def _zone() -> str:
    return settings_of(db.session, within=whole_consortium()).time_zone


def _today() -> date:
    return today_of(db.session, within=whole_consortium(), at=now())


def _may_close() -> bool:
    return may(current_actor(), Permission.PERIODS_CLOSE, root_of(db.session, within=whole_consortium()).path)


def _get_seen(code: str) -> PeriodSeen:
    """The period of an address, where it has scorecards; else there is no such page."""
    asked = parse_period(code)
    found = next((seen for seen in periods_seen(db.session, within=whole_consortium()) if seen.period == asked), None)
    if found is None:
        abort(404)
    return found


def _years(seen: list[PeriodSeen]) -> list[YearSeen]:
    return years_seen(seen, starts=settings_of(db.session, within=whole_consortium()).fiscal_year_start_month)


@blueprint.get("/at/<string:place>/periods")
@requires(Permission.COMPARE_READ, at=place_in_path)
def periods(place: str) -> str:
    """Every period with scorecards: open or closed, since when, and when it closes by itself."""
    seen = periods_seen(db.session, within=whole_consortium())
    page = page_asked(len(seen))
    zone, on = _zone(), _today()
    years = [year for year in _years(seen) if year.still_open and year.whole.last < on] if _may_close() else []
    return render_template(
        "scorecards/periods.html",
        years=years,
        closing_now=_closing_now(years),
        place=current_place(),
        periods=seen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(seen),
        page=page,
        page_size=PAGE_SIZE,
        url_of_page=lambda number: url_for(".periods", place=place, page=number),
        on=on,
        local=lambda at: local_day(at, zone),
        after_days=closes_after_days(db.session, within=whole_consortium()),
        may_close=_may_close(),
    )


@blueprint.get("/at/<string:place>/periods/<string:period>")
@requires(Permission.METRICS_READ, at=place_in_path)
def period(place: str, period: str) -> str:
    """One period: how it is closed, and the figures that are not what they were then."""
    seen = _get_seen(period)
    found = restated_since(db.session, seen.closing, within=current_scope()) if seen.closing else ()
    page = page_asked(len(found))
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    zone = _zone()
    return render_template(
        "scorecards/period.html",
        place=current_place(),
        seen=seen,
        restated=shown,
        accounts=accounts_by_id(db.session, {one.account_id for one in shown}, within=whole_consortium()),
        total=len(found),
        most=MOST_RESTATED,
        page=page,
        page_size=PAGE_SIZE,
        url_of_page=lambda number: url_for(".period", place=place, period=period, page=number),
        local=lambda at: local_day(at, zone),
        zone=zone,
        label_of=lambda name: get_platform(name).label,
        is_over=seen.period.last < _today(),
        may_close=_may_close(),
    )


@blueprint.route("/periods/<string:period>/close", methods=["GET", "POST"])
@requires(Permission.PERIODS_CLOSE, at=root_place)
def close(period: str) -> ResponseReturnValue:
    """Ask once more, then compute the period's scorecards and keep them so."""
    seen, root, form = _get_seen(period), _root(), CloseForm()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                on, at = _today(), now()
                measured = actions.measure_to_close(db.session, seen.period, within=whole_consortium(), on=on, at=at)
                actions.close_period(db.session, seen.period, measured, by=current_actor(), at=at, on=on)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{seen.period.label} is closed.", "ok")
            return redirect(url_for(".period", place=root.code, period=period))
    inside = closes_with(db.session, seen.period, within=whole_consortium())[:-1]
    return render_template("scorecards/close.html", form=form, place=root, seen=seen, inside=_labels(inside))


@blueprint.route("/periods/<string:period>/reopen", methods=["GET", "POST"])
@requires(Permission.PERIODS_CLOSE, at=root_place)
def reopen(period: str) -> ResponseReturnValue:
    """Ask why, then open the period; its scorecards take in what came since."""
    seen, root, form = _get_seen(period), _root(), ReopenForm()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                actions.reopen_period(db.session, seen.period, why=form.why.data or "", by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{seen.period.label} is open again. Its scorecards follow within minutes.", "ok")
            return redirect(url_for(".period", place=root.code, period=period))
    held = [each.period for each in reopens_with(db.session, seen.period, within=whole_consortium())]
    inside = _labels([each for each in held if each != seen.period])
    return render_template("scorecards/reopen.html", form=form, place=root, seen=seen, inside=inside)


@blueprint.route("/periods/closing", methods=["GET", "POST"])
@requires(Permission.PERIODS_CLOSE, at=root_place)
def closing() -> ResponseReturnValue:
    """Say after how many days periods close by themselves; blank is never."""
    root = _root()
    form = ClosingForm(after_days=closes_after_days(db.session, within=whole_consortium()))
    if form.validate_on_submit():
        days = form.after_days.data
        set_closing(db.session, root, days, by=current_actor(), at=now())
        db.session.commit()
        said = f"Periods close {plural(days, 'day', 'days')} after their end." if days else "Periods stay open."
        flash(said, "ok")
        return redirect(url_for(".periods", place=root.code))
    return render_template("scorecards/closing.html", form=form, place=root)


@blueprint.route("/periods/years/<int:year>/close", methods=["GET", "POST"])
@requires(Permission.PERIODS_CLOSE, at=root_place)
def close_year(year: int) -> ResponseReturnValue:
    """Ask once more, then have a worker close whatever is still open of a year."""
    seen = next(
        (each for each in _years(periods_seen(db.session, within=whole_consortium())) if each.year == year), None
    )
    if seen is None:
        abort(404)
    root, form = _root(), CloseForm()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                actions.ask_to_close_year(db.session, seen, by=current_actor(), at=now(), on=_today())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{seen.whole.label} is being closed, period by period.", "ok")
            return redirect(url_for(".periods", place=root.code))
    return render_template("scorecards/close_year.html", form=form, place=root, seen=seen)


def _closing_now(years: list[YearSeen]) -> set[str]:
    """The years that a worker closes now or soon, as text."""
    keys = [str(each.year) for each in years]
    return set(open_row_ids(db.session, CLOSE_YEAR, keys, consortium_id=whole_consortium().consortium_id))


def _root() -> Place:
    return root_of(db.session, within=whole_consortium())


def _labels(found: list[Period]) -> list[str]:
    return [each.label for each in found]
