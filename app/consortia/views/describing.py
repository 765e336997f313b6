"""Adding a place and changing what is known of it: name, facts, residents, and what it stands below."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia import actions, queries
from app.consortia.forms import AddForm, BranchForm, LibraryForm, MoveForm, NameForm, ResidentsForm
from app.consortia.models import BranchDetail, Place
from app.consortia.rules import (
    BranchFacts,
    BranchType,
    LibraryFacts,
    PlaceFacts,
    PlaceKind,
    Population,
    PopulationMethod,
    find_named,
    may_hold,
)
from app.consortia.views.listing import blueprint, carried_out, place_in_path, today
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.web.fields import Form

#: offered while one types; more would make a heavy page
_MOST_OFFERED = 300


def back_to(place: Place, sentence: str) -> ResponseReturnValue:
    """To the place's page, which tells what was done."""
    flash(sentence, "ok")
    return redirect(url_for("consortia.show", place=place.code))


@blueprint.route("/places/<string:place>/add", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def add(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Add a place directly below this one."""
    parent: Place = current_place()
    kinds = [kind for kind in PlaceKind if may_hold(parent.kind, kind)]
    if not kinds:
        raise NotFound(f"Nothing can stand below a {parent.kind.value}.")
    form, made = AddForm(), []
    form.kind.choices = [(kind.value, kind.label) for kind in reversed(kinds)]
    if PlaceKind.BRANCH not in kinds:
        del form.branch_type
    if form.validate_on_submit() and carried_out(form, lambda: made.append(_add(form, parent))):
        return back_to(made[0], f"{made[0].name} is added. Its identifiers, residents and hours can be given here.")
    return render_template("consortia/add.html", form=form, parent=parent, kinds=kinds)


def _add(form: AddForm, parent: Place) -> Place:
    city = form.city.data or ""
    branch_type = BranchType(form.branch_type.data) if form.branch_type else BranchType.BRANCH
    facts = PlaceFacts(
        opened_on=form.opened_on.data,
        library=LibraryFacts(city=city),
        branch=BranchFacts(branch_type=branch_type, city=city),
    )
    return actions.add_place(
        db.session,
        parent=parent,
        kind=PlaceKind(form.kind.data),
        name=form.name.data or "",
        code=form.code.data or None,
        facts=facts,
        by=current_actor(),
        at=now(),
    )


@blueprint.route("/places/<string:place>/name", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def rename(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Give it a new name from a day on; the old one stays on its page and is found."""
    here, form = current_place(), NameForm(on=today())
    former = here.name

    def act() -> None:
        actions.rename(
            db.session, here, name=form.name.data or "", on=form.on.data or today(), by=current_actor(), at=now()
        )

    if form.validate_on_submit() and carried_out(form, act):
        return back_to(here, f"{former} is now called {here.name}.")
    return render_template("consortia/rename.html", form=form, place=here)


@blueprint.route("/places/<string:place>/facts", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def change_facts(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Type, town, identifiers and fiscal year, as its kind has them."""
    here = current_place()
    entry = queries.get_entry(db.session, here, within=whole_consortium())
    form, write = _facts_form(entry)
    if form.validate_on_submit() and carried_out(form, write):
        return back_to(here, f"The facts of {here.name} are saved.")
    return render_template("consortia/facts.html", form=form, place=here)


def _facts_form(entry: queries.PlaceEntry) -> tuple[Form, Callable[[], None]]:
    """The form of the place's kind, filled, and what writes it."""
    if library := entry.library:
        of_library = LibraryForm(obj=library)
        return of_library, lambda: _write_library(of_library, entry.place)
    if branch := entry.branch:
        of_branch = BranchForm(obj=branch)
        return of_branch, lambda: _write_branch(of_branch, branch, entry.place)
    raise NotFound(f"A {entry.place.kind.value} has a name only.")


def _write_library(form: LibraryForm, place: Place) -> None:
    month = form.fiscal_year_start_month.data
    facts = LibraryFacts(
        fscs_key=form.fscs_key.data or None,
        state_id=form.state_id.data or None,
        isil=form.isil.data or None,
        city=form.city.data or "",
        fiscal_year_start_month=int(month) if month else None,
        shares_name=form.shares_name.data,
    )
    actions.change_library(db.session, place, facts, by=current_actor(), at=now())


def _write_branch(form: BranchForm, branch: BranchDetail, place: Place) -> None:
    facts = BranchFacts(
        branch_type=BranchType(form.branch_type.data),
        fscs_key=form.fscs_key.data or None,
        fscs_sequence=form.fscs_sequence.data or None,
        city=form.city.data or "",
        locale=branch.locale,
    )
    actions.change_branch(db.session, place, facts, by=current_actor(), at=now())


@blueprint.route("/places/<string:place>/residents", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def count_residents(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """How many residents it serves: figures per 1,000 residents are compared, so the admin states it for all alike."""
    here = current_place()
    method = here.population_method or PopulationMethod.OFFICIAL
    form = ResidentsForm(residents=here.population, method=method.value, year=here.population_year)

    def act() -> None:
        residents, year = form.residents.data, form.year.data
        given = None if residents is None else Population(residents, PopulationMethod(form.method.data), year)
        actions.count_residents(db.session, here, given, by=current_actor(), at=now())

    if form.validate_on_submit() and carried_out(form, act):
        return back_to(here, f"The residents of {here.name} are saved.")
    return render_template("consortia/residents.html", form=form, place=here)


@blueprint.route("/places/<string:place>/move", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def move(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Put it below another place from a day on, with everything that stands below it."""
    here, form, within = current_place(), MoveForm(on=today()), whole_consortium()
    if here.parent_id is None:
        raise NotFound(f"{here.name} is the whole consortium: it stands below nothing.")
    parents = queries.parents_for(db.session, here, on=today(), within=within)

    def act() -> None:
        below = find_named(parents, form.below.data or "", field="below")
        actions.move(db.session, here, below=below, on=form.on.data or today(), by=current_actor(), at=now())

    if form.validate_on_submit() and carried_out(form, act):
        return back_to(here, f"{here.name} has moved.")
    return render_template(
        "consortia/move.html", form=form, place=here, parents=parents, offered=_offered(parents), trail=_above(here)
    )


def _offered(parents: Sequence[Place]) -> Sequence[Place]:
    return parents if len(parents) <= _MOST_OFFERED else ()


def _above(place: Place) -> Sequence[Place]:
    return queries.ancestors_of(db.session, place, within=whole_consortium())[:-1]
