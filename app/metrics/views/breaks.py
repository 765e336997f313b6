"""What figures mean: the dictionary, and the days from which a figure of an account means something else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires, signed_in
from app.access.rules import Permission
from app.accounts.queries import get_account
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.metrics.actions.breaks import break_series, rejoin_series
from app.metrics.forms import BreakForm
from app.metrics.queries.breaks import break_for_change, breaks_of
from app.metrics.queries.figures import offered_for
from app.metrics.rules.dictionary import DESK_LOG, Definition, Making, Metric, dictionary
from app.metrics.rules.seen import DESK_ONLY
from app.metrics.views.figures import blueprint, place_of_account
from app.metrics.views.filed import EXPORT_PLATFORMS, EXPORT_TITLES
from app.platforms.catalogue import Platform, get_platform, platforms

_BY_HAND = "By hand, or a file of our own"


@dataclass(frozen=True, slots=True)
class Meaning:
    """An entry of the dictionary as the page shows it."""

    definition: Definition
    #: the platforms of whose accounts the figure is told, by whatever way
    platforms: Sequence[Platform]
    #: who makes it, in words, and how
    sources: Sequence[tuple[str, Sequence[Making]]]


@blueprint.get("/figures/dictionary")
@signed_in
def meanings() -> str:
    """What each figure means; how it is made is told of the one ``figure``, or on the one ``platform``, that is asked for."""
    labels = {platform.name: platform.label for platform in platforms()}
    chosen = request.args.get("platform", "")
    asked = [platform for platform in platforms() if chosen not in labels or platform.name == chosen]
    figure = request.args.get("figure", "")
    figure = figure if figure in dictionary() else ""
    meant = [_meaning(each, asked) for name, each in dictionary().items() if figure in {"", name}]
    return render_template(
        "metrics/meanings.html",
        meanings=[meaning for meaning in meant if meaning.sources],
        choices=[("", "All platforms"), *labels.items()],
        chosen=chosen if chosen in labels else "",
        figures=[("", "All figures"), *((name, each.label) for name, each in dictionary().items())],
        figure=figure,
        by_hand=_BY_HAND,
    )


def _meaning(definition: Definition, asked: Sequence[Platform]) -> Meaning:
    """Its sources and platforms among those asked for."""
    titles, files = EXPORT_TITLES.filled(), EXPORT_PLATFORMS.filled()
    sources: list[tuple[str, Sequence[Making]]] = []
    told: set[str] = {platform.name for platform in asked if _is_noted(definition, platform)}
    for source, makings in definition.makings.items():
        its = told if source == DESK_LOG else {each.name for each in asked if each.name in files.get(source, (source,))}
        if its:
            told |= its
            sources.append((_label(source, titles), makings))
    return Meaning(definition, [platform for platform in asked if platform.name in told], sources)


def _is_noted(definition: Definition, platform: Platform) -> bool:
    """Can a person note the figure of an account on the platform?"""
    return definition.name in offered_for(platform.name) | DESK_ONLY and DESK_LOG in definition.makings


def _label(source: str, titles: Mapping[str, str]) -> str:
    if source == DESK_LOG:
        return _BY_HAND
    return titles[source] if source in titles else f"{get_platform(source).label}, pulled"


@blueprint.route("/accounts/<int:account_id>/breaks", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_of_account)
def breaks(account_id: int) -> ResponseReturnValue:
    """The days from which figures of the account were counted anew, and a form to note one more."""
    account = get_account(db.session, account_id, within=whole_consortium())
    form = BreakForm()
    if form.validate_on_submit() and form.from_on.data:
        metric = Metric(form.metric.data)
        try:
            with db.session.begin_nested():
                break_series(
                    db.session,
                    account,
                    metric,
                    from_on=form.from_on.data,
                    why=form.why.data or "",
                    by=current_actor(),
                    at=now(),
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{metric.label} is a new series from that day on.", "ok")
            return redirect(url_for(".breaks", account_id=account_id))
    return render_template(
        "metrics/breaks.html",
        account=account,
        platform=get_platform(account.platform),
        form=form,
        breaks=breaks_of(db.session, account, within=whole_consortium()),
    )


@blueprint.post("/accounts/<int:account_id>/breaks/<int:break_id>/rejoin")
@requires(Permission.METRICS_IMPORT, at=place_of_account)
def rejoin(account_id: int, break_id: int) -> ResponseReturnValue:
    """The note was a mistake: one series again."""
    account = get_account(db.session, account_id, within=whole_consortium())
    noted = break_for_change(db.session, account, break_id, within=whole_consortium())
    rejoin_series(db.session, account, noted, by=current_actor(), at=now())
    db.session.commit()
    flash(f"{noted.metric.label} is one series again.", "ok")
    return redirect(url_for(".breaks", account_id=account_id))
