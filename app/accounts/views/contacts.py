"""Naming the two contacts of an account."""

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts import actions, queries
from app.accounts.forms import ContactsForm
from app.accounts.models import Account
from app.accounts.rules.contacts import ContactRank, ContactSeen
from app.accounts.views.pages import account_here, blueprint, place_of_account
from app.consortia.models import Place
from app.consortia.queries.tree import today_of
from app.consortia.rules.places import ids_in
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.queries.persons import get_person
from app.people.queries.positions import incumbencies_at

_NOBODY = 0
#: the steps of a path down to the library: the consortium and the library itself
_TO_LIBRARY = 2


@blueprint.route("/accounts/<int:account_id>/contacts", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_of_account)
def contacts(account_id: int) -> ResponseReturnValue:
    """Name the first and the second contact from a day on; those before stay in the record."""
    account = account_here(account_id)
    on = today_of(db.session, within=whole_consortium(), at=now())
    seen = queries.contacts_of(db.session, account, within=whole_consortium(), on=on)
    present = {contact.rank: contact.person_id or _NOBODY for contact in seen if contact.is_there}
    form = ContactsForm(
        primary=present.get(ContactRank.PRIMARY, _NOBODY), second=present.get(ContactRank.SECOND, _NOBODY), on=on
    )
    form.primary.choices = form.second.choices = _choices(account, seen)
    if form.validate_on_submit() and form.on.data:
        try:
            with db.session.begin_nested():
                _name(account_id, form, on=form.on.data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"The contacts of {account.handle} are saved.", "ok")
            return redirect(url_for("desk.account", account_id=account_id))
    return render_template("accounts/contacts.html", form=form, account=account)


def _name(account_id: int, form: ContactsForm, *, on: date) -> None:
    """Whoever leaves a rank leaves it first, so that the two can change places."""
    account = queries.account_for_change(db.session, account_id, within=whole_consortium())
    wanted = {ContactRank.PRIMARY: form.primary.data, ContactRank.SECOND: form.second.data}
    by, at = current_actor(), now()
    people = {
        rank: get_person(db.session, person_id, within=whole_consortium()) if person_id != _NOBODY else None
        for rank, person_id in wanted.items()
    }
    both = list(people.values())
    if both[0] is not None and both[0] is both[1]:
        raise Refused("The two contacts are two different people.", field="second")
    actions.name_contacts(db.session, account, people, on=on, by=by, at=at)


def _choices(account: Account, seen: tuple[ContactSeen, ...]) -> list[tuple[int, str]]:
    """The people of the account's library, and whoever is a contact now."""
    found = people_of_library(account.place)
    found |= {each.person_id: each.name for each in seen if each.person_id and each.person_id not in found}
    return [(_NOBODY, "Nobody"), *sorted(found.items(), key=lambda pair: pair[1].casefold())]


def people_of_library(place: Place) -> dict[int, str]:
    """The people in a position of the place's library today, with their positions, by their ids."""
    path = "".join(f"{step}/" for step in ids_in(place.path)[:_TO_LIBRARY])
    within = Scope(consortium_id=place.consortium_id, path=path)
    on = today_of(db.session, within=whole_consortium(), at=now())
    return {
        held.person_id: f"{held.person.name}, {held.position.title}, {held.position.place.name}"
        for held in incumbencies_at(db.session, within=within, on=on)
    }
