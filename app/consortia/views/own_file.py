"""The import of places from our own CSV layout: choose, check, import; the template and the problem rows."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_scope
from app.access.marks import requires
from app.access.rules import Permission
from app.background.importers import check_file, choose_file, problem_rows
from app.consortia.importers.place_rows import PLACE_LAYOUT, PlaceValues
from app.consortia.importers.places import import_places, plan_places
from app.consortia.views.listing import blueprint, root_place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.imports import Plan
from app.web.imports import ImportPages, template_response


@blueprint.route("/places/import/file", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
def choose_places() -> ResponseReturnValue:
    """Choose a file of places."""
    return choose_file(_pages(), plan=_plan)


@blueprint.route("/places/import/file/<int:upload_id>", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
def check_places(upload_id: int) -> ResponseReturnValue:
    """What the import would change; its button applies it, once."""
    return check_file(_pages(), upload_id, plan=_plan, apply=_apply)


@blueprint.get("/places/import/file/<int:upload_id>/problems")
@requires(Permission.PLACES_WRITE, at=root_place)
def place_problems(upload_id: int) -> ResponseReturnValue:
    """The rows that would be left out, as CSV."""
    return problem_rows(_pages(), upload_id, plan=_plan)


@blueprint.get("/places/import/file/template")
@requires(Permission.PLACES_WRITE, at=root_place)
def place_template() -> Response:
    """The layout to fill in, as CSV."""
    return template_response(_pages())


def _plan(data: bytes) -> Plan[PlaceValues]:
    return plan_places(db.session, data, within=current_scope(), at=now())


def _apply(plan: Plan[PlaceValues]) -> Plan[PlaceValues]:
    return import_places(db.session, plan, by=current_actor(), at=now())


def _pages() -> ImportPages:
    return ImportPages(
        layout=PLACE_LAYOUT,
        title="Import places",
        lede="Systems, libraries and branches from a CSV file. A blank cell leaves what is here as it is.",
        row="place",
        rows="places",
        file_name="places",
        back_url=url_for("consortia.index"),
        choose_url=url_for("consortia.choose_places"),
        template_url=url_for("consortia.place_template"),
        check_url=lambda upload_id: url_for("consortia.check_places", upload_id=upload_id),
        problems_url=lambda upload_id: url_for("consortia.place_problems", upload_id=upload_id),
    )
