"""The import of people from a CSV file at a place and below it: choose, check, import; template and problem rows."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope
from app.access.marks import requires
from app.access.rules import Permission
from app.background.importers import check_file, choose_file, problem_rows
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.imports import Plan
from app.people.documents import hand_over
from app.people.guard import place_in_path
from app.people.importers.changes import PersonChange
from app.people.importers.people import import_people, plan_people
from app.people.importers.rows import PEOPLE_LAYOUT
from app.people.views.door import blueprint
from app.web.imports import ImportPages, template_response


@blueprint.route("/at/<string:place>/people/import", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def choose_people(place: str) -> ResponseReturnValue:
    """Choose a file of people."""
    return choose_file(_pages(place), plan=_plan)


@blueprint.route("/at/<string:place>/people/import/<int:upload_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def check_people(place: str, upload_id: int) -> ResponseReturnValue:
    """What the import would change; its button applies it, once."""
    return check_file(_pages(place), upload_id, plan=_plan, apply=_apply)


@blueprint.get("/at/<string:place>/people/import/<int:upload_id>/problems")
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def people_problems(place: str, upload_id: int) -> ResponseReturnValue:
    """The rows that would be left out, as CSV."""
    return problem_rows(_pages(place), upload_id, plan=_plan)


@blueprint.get("/at/<string:place>/people/import/template")
@requires(Permission.PEOPLE_WRITE, at=place_in_path)
def people_template(place: str) -> Response:
    """The layout to fill in, as CSV."""
    return template_response(_pages(place))


def _plan(data: bytes) -> Plan[PersonChange]:
    return plan_people(db.session, data, within=current_scope(), by=current_actor(), at=now())


def _apply(plan: Plan[PersonChange]) -> Plan[PersonChange]:
    return import_people(db.session, plan, within=current_scope(), hand_over=hand_over, by=current_actor(), at=now())


def _pages(place: str) -> ImportPages:
    return ImportPages(
        layout=PEOPLE_LAYOUT,
        title="Import people",
        lede=f"People with their positions and roles at {current_place().name} and the places below it, from a CSV file.",
        row="row",
        rows="rows",
        file_name="people",
        back_url=url_for("people.index", place=place),
        choose_url=url_for("people.choose_people", place=place),
        template_url=url_for("people.people_template", place=place),
        check_url=lambda upload_id: url_for("people.check_people", place=place, upload_id=upload_id),
        problems_url=lambda upload_id: url_for("people.people_problems", place=place, upload_id=upload_id),
    )
