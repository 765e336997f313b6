"""An account's figures day by day, where each came from, and pulling now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.models import Account
from app.accounts.queries import account_for_change, get_account
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.periods import Period
from app.metrics.actions.asking import ask_pull
from app.metrics.models import ClosedPeriod
from app.metrics.queries.breaks import breaks_of
from app.metrics.queries.closing import closings_at
from app.metrics.queries.figures import day_of, days_of, offered_for
from app.metrics.queries.further import further_of
from app.metrics.queries.runs import runs_by_id, runs_of
from app.metrics.queries.standing import choices_of, differences_on
from app.metrics.rules.breaks import Break
from app.metrics.rules.dictionary import DESK_LOG, FurtherMetric, Metric, Source, definition_of
from app.metrics.rules.seen import DESK_ONLY, DaySeen, FigureSeen
from app.metrics.views.filed import ROW_ABOUT
from app.metrics.views.wording import DifferenceSeen, difference_seen
from app.platforms.catalogue import get_platform
from app.web.exports import csv_response

blueprint = Blueprint("metrics", __name__, template_folder="../templates")
_SHOWN_DAYS = 28
_MOST_DAYS = 92


def place_of_account(account_id: int, **_others: object) -> Place:
    """``at=`` for an account's pages."""
    return get_account(db.session, account_id, within=Scope(consortium_id=current_actor().consortium_id)).place


@blueprint.get("/accounts/<int:account_id>/figures")
@requires(Permission.METRICS_READ, at=place_of_account)
def figures(account_id: int) -> str:
    """Every day of ``from`` to ``to`` (at most 92 days, by default the last four weeks), each figure or its reason."""
    account = get_account(db.session, account_id, within=whole_consortium())
    period = _period(_newest(account))
    days = days_of(db.session, account, period=period, within=whole_consortium())
    columns = _columns(days)
    further = further_of(db.session, account, period=period, within=whole_consortium())
    return render_template(
        "metrics/figures.html",
        account=account,
        platform=get_platform(account.platform),
        period=period,
        days=list(reversed(days)),
        metrics=columns,
        further=further,
        further_metrics=[metric for metric in FurtherMetric if any(metric in told for told in further.values())],
        unwritten=_unwritten(account, columns),
        runs=runs_of(db.session, account, within=whole_consortium()),
        zone=_zone(),
        breaks=_breaks_by_day(account),
        earlier=_url(account, Period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))),
        span={"from": period.first.isoformat(), "to": period.last.isoformat()},
        later=_url(account, Period(period.last + timedelta(days=1), period.last + timedelta(days=period.days)))
        if period.last < _newest(account)
        else None,
        may_import=may_here(Permission.METRICS_IMPORT) and account.retired_on is None,
    )


@blueprint.get("/accounts/<int:account_id>/figures.csv")
@requires(Permission.METRICS_READ, at=place_of_account)
def figures_file(account_id: int) -> Response:
    """The same days as the page, a line for each figure that was written: its value or why there is none, and its source."""
    account = get_account(db.session, account_id, within=whole_consortium())
    period = _period(_newest(account))
    days = days_of(db.session, account, period=period, within=whole_consortium())
    further = further_of(db.session, account, period=period, within=whole_consortium())
    header = ["Day", "Figure", "Value", "Why there is none", "Source", "File", "Run", "Written", "Values before"]
    lines = [
        (
            seen.day,
            entry.metric.label,
            entry.figure.value,
            entry.figure.reason.label if entry.figure.reason else "",
            entry.origin.source.label,
            entry.origin.file_name,
            entry.origin.run_id,
            entry.origin.noted_at,
            len(entry.revisions),
        )
        for seen in days
        for entry in (*seen.figures.values(), *further.get(seen.day, {}).values())
        if entry.origin is not None
    ]
    return csv_response(f"figures-{account.id}-{period.code}.csv", header, lines)


@blueprint.get("/accounts/<int:account_id>/figures/<string:on>")
@requires(Permission.METRICS_READ, at=place_of_account)
def day(account_id: int, on: str) -> str:
    """One day: each figure with its meaning, its source, its run and what stood there before."""
    account = get_account(db.session, account_id, within=whole_consortium())
    chosen = _day(on)
    if chosen is None:
        abort(404)
    seen = day_of(db.session, account, chosen, within=whole_consortium())
    further = further_of(db.session, account, period=Period(chosen, chosen), within=whole_consortium())
    told = (*seen.figures.values(), *further.get(chosen, {}).values())
    entries = {entry.metric: entry for entry in told}
    return render_template(
        "metrics/day.html",
        account=account,
        seen=seen,
        entries=entries,
        definitions={metric: definition_of(metric) for metric in entries},
        makings={
            metric: definition_of(metric).making_on(_source_of(account, entry), chosen)
            for metric, entry in entries.items()
        },
        begins={
            each.metric: each.why
            for each in breaks_of(db.session, account, within=whole_consortium())
            if each.from_on == chosen
        },
        platform=get_platform(account.platform),
        zone=_zone(),
        closed=[(each.period, local_day(each.closed_at, _zone())) for each in _closings_on(chosen)],
        differing=_differing(account, chosen),
        may_decide=may_here(Permission.METRICS_IMPORT),
        **_told_by_runs(entries.values(), chosen),
    )


def _closings_on(day: date) -> list[ClosedPeriod]:
    """The closed periods that a day lies in, the shortest first."""
    found = [each for each in closings_at(db.session, within=whole_consortium()) if day in each.period]
    return sorted(found, key=lambda each: each.period.days)


def _differing(account: Account, day: date) -> dict[str, DifferenceSeen]:
    """What another source says of figures of the day, where it says something else."""
    found = differences_on(db.session, account, day, within=whole_consortium())
    runs = runs_by_id(db.session, [each.run_id for each in found], within=whole_consortium())
    zone = _zone()
    return {each.metric: difference_seen(each, runs[each.run_id], zone=zone) for each in found}


def _told_by_runs(entries: Collection[FigureSeen], day: date) -> dict[str, dict[int, str]]:
    """By import, why it changed old figures, and the row of its file about the day."""
    runs = {entry.origin.run_id for entry in entries if entry.origin and entry.origin.file_name}
    choices = choices_of(db.session, runs, within=whole_consortium())
    held = runs_by_id(db.session, runs, within=whole_consortium())
    rows = {run_id: ROW_ABOUT.filled(db.session, held[run_id], day) for run_id in runs}
    return {"whys": {run_id: choice.why for run_id, choice in choices.items() if choice.late}, "rows_told": rows}


@blueprint.post("/accounts/<int:account_id>/pull")
@requires(Permission.METRICS_IMPORT, at=place_of_account)
def pull(account_id: int) -> ResponseReturnValue:
    """Ask for a pull at the next chance; one that waits already is the same one."""
    account = account_for_change(db.session, account_id, within=whole_consortium())
    try:
        ask_pull(db.session, account, at=now())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash(f"{account.handle} will be pulled in a moment. You can leave this page.", "ok")
    return redirect(url_for(".figures", account_id=account_id))


def _breaks_by_day(account: Account) -> dict[date, list[Break]]:
    found: dict[date, list[Break]] = defaultdict(list)
    for each in breaks_of(db.session, account, within=whole_consortium()):
        found[each.from_on].append(each)
    return found


def _source_of(account: Account, entry: FigureSeen) -> str:
    """The dictionary's name for who made a figure: the export it stood in, a person who wrote it, or the platform."""
    if entry.origin is None or entry.origin.source not in {Source.IMPORT, Source.BY_HAND}:
        return account.platform
    return entry.origin.layout or DESK_LOG


def _columns(days: list[DaySeen]) -> list[Metric]:
    """The metrics of which something was written in these days: a value, or a reason."""
    return [metric for metric in Metric if any(seen.figures[metric].origin for seen in days)]


def _unwritten(account: Account, columns: list[Metric]) -> list[str]:
    """What the platform or the desk could give, and nobody wrote in these days."""
    offered = offered_for(account.platform) | DESK_ONLY
    return [metric.label for metric in Metric if metric in offered and metric not in columns]


def _period(newest: date) -> Period:
    last = _day(request.args.get("to", "")) or newest
    first = _day(request.args.get("from", "")) or last - timedelta(days=_SHOWN_DAYS - 1)
    first = min(first, last)
    return Period(max(first, last - timedelta(days=_MOST_DAYS - 1)), last)


def _newest(account: Account) -> date:
    return account.newest_figure_on or local_day(now(), _zone())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _url(account: Account, period: Period) -> str:
    span = urlencode({"from": period.first.isoformat(), "to": period.last.isoformat()})
    return f"{url_for('.figures', account_id=account.id)}?{span}"


def _zone() -> str:
    return settings_of(db.session, within=whole_consortium()).time_zone
