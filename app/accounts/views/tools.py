"""What a place uses beside this product: the list with its yearly sum, adding, changing, ending, and as CSV."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.actions.tools import ToolWords, add_tool, change_tool, end_tool
from app.accounts.forms import EndForm, ToolForm
from app.accounts.models import Tool
from app.accounts.queries.tools import get_tool, holders_of, tools_at, tools_ended
from app.accounts.rules.tools import Cost, ToolKind, renews_soon, yearly_sums
from app.accounts.views.pages import blueprint
from app.consortia.models import Place
from app.consortia.queries.tree import today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.guard import place_in_path
from app.people.queries.choosing import find_slots
from app.people.queries.positions import get_position
from app.people.queries.staffing import own_positions
from app.web.exports import csv_response

_NOBODY = 0
#: of more positions the place's own are offered alone
_MOST_OFFERED = 300
_HEADER = ("place_code", "place", "kind", "name", "address", "held_by", "cost_a_year", "currency", "renews_on", "note")


def _place_of_tool(tool_id: int, **_others: object) -> Place:
    return get_tool(db.session, tool_id, within=Scope(consortium_id=current_actor().consortium_id)).place


@blueprint.get("/at/<string:place>/tools")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def tools(place: str) -> str:
    """What is used here and below, what it costs a year, who holds it and when it renews."""
    kind = next((word for word in ToolKind if word.value == request.args.get("kind")), None)
    on = today_of(db.session, within=whole_consortium(), at=now())
    found = tools_at(db.session, within=current_scope(), on=on, kind=kind)
    return render_template(
        "accounts/tools.html",
        place=current_place(),
        code=place,
        tools=found,
        ended=tools_ended(db.session, within=current_scope(), on=on),
        holders=holders_of(db.session, found, within=whole_consortium(), on=on),
        sums=yearly_sums(Cost(tool.yearly_cost, tool.currency) for tool in found if tool.yearly_cost is not None),
        without_cost=sum(tool.yearly_cost is None for tool in found),
        soon={tool.id for tool in found if renews_soon(tool.renews_on, on=on)},
        kind=kind,
        kind_choices=[("", "All"), *((word.value, word.label) for word in ToolKind)],
        may_write=may_here(Permission.ACCOUNTS_WRITE),
    )


@blueprint.get("/at/<string:place>/tools.csv")
@requires(Permission.ACCOUNTS_READ, at=place_in_path)
def tools_export(place: str) -> Response:
    """The whole list."""
    on = today_of(db.session, within=whole_consortium(), at=now())
    found = tools_at(db.session, within=current_scope(), on=on)
    holders = holders_of(db.session, found, within=whole_consortium(), on=on)
    return csv_response(
        f"tools-{place}.csv",
        _HEADER,
        (
            [
                tool.place.code, tool.place.name, tool.kind.label, tool.name, tool.url, holders[tool.id],
                tool.yearly_cost, tool.currency, tool.renews_on, tool.note,
            ]
            for tool in found
        ),
    )  # fmt: skip


@blueprint.route("/at/<string:place>/tools/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=place_in_path)
def add(place: str) -> ResponseReturnValue:
    """Write down something that this place uses."""
    here: Place = current_place()
    form = ToolForm(position_id=_NOBODY)
    form.position_id.choices = _positions(here)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                tool = add_tool(db.session, here, _words(form), by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{tool.name} is written down.", "ok")
            return redirect(url_for(".tools", place=place))
    return render_template("accounts/tool.html", form=form, place=here, tool=None)


@blueprint.route("/tools/<int:tool_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=_place_of_tool)
def edit_tool(tool_id: int) -> ResponseReturnValue:
    """Say anew what a tool is, who holds it and what it costs."""
    tool = get_tool(db.session, tool_id, within=whole_consortium())
    form = _form_of(tool)
    offered = dict(_positions(tool.place))
    if tool.position is not None:
        title = tool.position.title
        offered.setdefault(tool.position.id, f"{title} (closed)" if tool.position.closed_on else title)
    form.position_id.choices = list(offered.items())
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                change_tool(db.session, tool, _words(form), by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{tool.name} is saved.", "ok")
            return redirect(url_for(".tools", place=tool.place.code))
    return render_template("accounts/tool.html", form=form, place=tool.place, tool=tool)


@blueprint.route("/tools/<int:tool_id>/end", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE, at=_place_of_tool)
def end(tool_id: int) -> ResponseReturnValue:
    """Write down the last day of use."""
    tool = get_tool(db.session, tool_id, within=whole_consortium())
    form = EndForm(on=today_of(db.session, within=whole_consortium(), at=now()))
    if form.validate_on_submit() and form.on.data:
        try:
            with db.session.begin_nested():
                end_tool(db.session, tool, on=form.on.data, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{tool.name} is used no more.", "ok")
            return redirect(url_for(".tools", place=tool.place.code))
    return render_template("accounts/end_tool.html", form=form, tool=tool)


def _form_of(tool: Tool) -> ToolForm:
    return ToolForm(
        kind=tool.kind.value,
        name=tool.name,
        url=tool.url,
        position_id=tool.position_id or _NOBODY,
        held_by=tool.held_by,
        yearly_cost=tool.yearly_cost,
        currency=tool.currency,
        renews_on=tool.renews_on,
        note=tool.note,
    )


def _positions(place: Place) -> list[tuple[int, str]]:
    """The positions that may hold what the place uses: its own and those below, as far as one list can offer them."""
    within = Scope(consortium_id=place.consortium_id, place_id=place.id, path=place.path)
    on = today_of(db.session, within=whole_consortium(), at=now())
    found = find_slots(db.session, "", within=within, on=on, limit=_MOST_OFFERED)
    offered = [(each.id, f"{each.title}, {each.place.name}") for each in found.rows]
    if found.total > _MOST_OFFERED:
        own = own_positions(db.session, place, within=within, on=on)
        offered = [(each.id, f"{each.title}, {place.name}") for each in own]
    return [(_NOBODY, "None of ours"), *offered]


def _words(form: ToolForm) -> ToolWords:
    chosen = form.position_id.data
    return ToolWords(
        kind=ToolKind(form.kind.data),
        name=form.name.data or "",
        url=form.url.data or "",
        position=get_position(db.session, chosen, within=whole_consortium()) if chosen != _NOBODY else None,
        held_by=form.held_by.data or "",
        yearly_cost=form.yearly_cost.data,
        currency=(form.currency.data or "").upper(),
        renews_on=form.renews_on.data,
        note=form.note.data or "",
    )
