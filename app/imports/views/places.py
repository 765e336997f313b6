"""The blueprint of imports, and the places at which its doors stand."""

from flask import Blueprint

from app.access.context import current_actor
from app.access.rules import Scope
from app.accounts.queries import get_account
from app.consortia.models import Place
from app.foundation.database import db
from app.imports.queries.imports import get_import

blueprint = Blueprint("imports", __name__, template_folder="../templates")


def place_of_account(account_id: int, **_others: object) -> Place:
    """``at=`` for files of an account."""
    return get_account(db.session, account_id, within=Scope(consortium_id=current_actor().consortium_id)).place


def place_of_import(run_id: int, **_others: object) -> Place:
    """The place of the account that a file was given for."""
    run = get_import(db.session, run_id, within=Scope(consortium_id=current_actor().consortium_id))
    if run.account is None:
        raise ValueError("An import is of one account.")
    return run.account.place
