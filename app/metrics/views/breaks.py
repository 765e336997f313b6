"""What figures mean: the dictionary, and the days from which a figure of an account means something else."""

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
from app.metrics.rules.dictionary import Metric, dictionary
from app.metrics.views.figures import blueprint, place_of_account
from app.metrics.views.filed import EXPORT_TITLES
from app.platforms.catalogue import get_platform, platforms

#: sources of figures that are no platform
_OTHER_SOURCES = {"desk_log": "A file of our own columns", "youtube_studio": "YouTube Studio export"}


@blueprint.get("/figures/dictionary")
@signed_in
def meanings() -> str:
    """What each figure means and how each platform makes it; ``platform`` narrows it to one."""
    labels = {platform.name: platform.label for platform in platforms()} | _OTHER_SOURCES
    labels |= EXPORT_TITLES.filled()
    known = {source for definition in dictionary().values() for source in definition.makings}
    chosen = request.args.get("platform", "")
    definitions = [
        definition for definition in dictionary().values() if chosen not in known or chosen in definition.makings
    ]
    return render_template(
        "metrics/meanings.html",
        definitions=definitions,
        labels=labels,
        choices=[("", "All platforms"), *((name, label) for name, label in labels.items() if name in known)],
        chosen=chosen if chosen in known else "",
    )


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
