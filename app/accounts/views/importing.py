"""The import of accounts from a CSV file at a place and below it: choose, check, import; template and problem rows."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.importers.accounts import import_accounts, plan_accounts
from app.accounts.importers.planning import AccountChange
from app.accounts.importers.rows import ACCOUNTS_LAYOUT
from app.accounts.views.pages import blueprint
from app.background.importers import check_file, choose_file, problem_rows
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.imports import Plan
from app.foundation.installation import settings
from app.people.guard import place_in_path
from app.web.imports import ImportPages, template_response


@blueprint.route("/at/<string:place>/accounts/import", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def choose_accounts(place: str) -> ResponseReturnValue:
    """Choose a file of accounts."""
    return choose_file(_pages(place), plan=_plan)


@blueprint.route("/at/<string:place>/accounts/import/<int:upload_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def check_accounts(place: str, upload_id: int) -> ResponseReturnValue:
    """What the import would change; its button applies it, once."""
    return check_file(_pages(place), upload_id, plan=_plan, apply=_apply)


@blueprint.get("/at/<string:place>/accounts/import/<int:upload_id>/problems")
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def account_problems(place: str, upload_id: int) -> ResponseReturnValue:
    """The rows that would be left out, as CSV."""
    return problem_rows(_pages(place), upload_id, plan=_plan)


@blueprint.get("/at/<string:place>/accounts/import/template")
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def account_template(place: str) -> Response:
    """The layout to fill in, as CSV."""
    return template_response(_pages(place))


def _plan(data: bytes) -> Plan[AccountChange]:
    return plan_accounts(
        db.session, data, within=current_scope(), allow_own_network=settings().allow_private_hosts, at=now()
    )


def _apply(plan: Plan[AccountChange]) -> Plan[AccountChange]:
    return import_accounts(
        db.session,
        plan,
        within=current_scope(),
        allow_own_network=settings().allow_private_hosts,
        by=current_actor(),
        at=now(),
    )


def _pages(place: str) -> ImportPages:
    return ImportPages(
        layout=ACCOUNTS_LAYOUT,
        title="Import accounts",
        lede=f"Official accounts of {current_place().name} and the places below it, from a CSV file.",
        row="account",
        rows="accounts",
        file_name="accounts",
        back_url=url_for("accounts.index", place=place),
        choose_url=url_for("accounts.choose_accounts", place=place),
        template_url=url_for("accounts.account_template", place=place),
        check_url=lambda upload_id: url_for("accounts.check_accounts", place=place, upload_id=upload_id),
        problems_url=lambda upload_id: url_for("accounts.account_problems", place=place, upload_id=upload_id),
    )
