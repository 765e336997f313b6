"""What importing a file of people would change, and why rows are left out."""

from app.access.rules import Actor, Scope
from app.foundation.cells import CellError, Cells
from app.foundation.errors import Refused
from app.foundation.imports import Plan, Planned, in_order
from app.foundation.tables import Problem, Table
from app.people.importers.changes import PersonChange
from app.people.importers.known import Known
from app.people.importers.laying import Laying
from app.people.importers.placing import Placing
from app.people.importers.roster import Roster
from app.people.importers.rows import PEOPLE_LAYOUT, PersonRow, read_person
from app.web.filters import plural

#: more looks than a file of people takes whose lines of command are as long as a library's
_MOST_LOOKS = 30
_TOO_LONG_A_CHAIN = (
    "Too many rows hang on others that cannot go in, such as in a long line of who reports to whom."
    " Give the file in parts, the people at the top first."
)


def plan_person_rows(table: Table, known: Known, *, within: Scope, by: Actor, sends_mail: bool) -> Plan[PersonChange]:
    """Compare a file with what is here; a cell that is blank leaves what is here, and nobody is taken out.

    A row that cannot go in is left out and the others are looked at once more without it, so that what is planned
    never hangs on what is not. Refuses a file in which row after row hangs on one that is left out.
    """
    rows, problems = _read(table)
    for _ in range(_MOST_LOOKS):
        roster = Roster(known)
        laying, placing = Laying(roster, within=within, by=by, sends_mail=sends_mail), Placing(roster)
        for row in rows:
            laying.lay(row)
        placing.place(laying.laid)
        found = _first_of_each_row([*laying.problems, *placing.problems])
        if not found:
            break
        problems += found
        refused = {problem.line for problem in found}
        rows = [row for row in rows if row.line not in refused]
    else:
        raise Refused(_TOO_LONG_A_CHAIN, field="file")
    planned = [Planned(each.row.line, each.change, each) for each in laying.laid]
    return Plan(table, tuple(planned), in_order(problems), notes=_notes(laying.laid))


def _read(table: Table) -> tuple[list[PersonRow], list[Problem]]:
    rows: list[PersonRow] = []
    problems = list(table.problems)
    for row in table.rows:
        try:
            rows.append(read_person(Cells(row, PEOPLE_LAYOUT)))
        except CellError as problem:
            problems.append(problem.at(row.line))
    # rows with an address first, so that a row without one can mean the same person
    return sorted(rows, key=lambda row: (row.email is None, row.line)), problems


def _first_of_each_row(problems: list[Problem]) -> list[Problem]:
    return list({problem.line: problem for problem in reversed(problems)}.values())


def _notes(laid: list[PersonChange]) -> tuple[str, ...]:
    slots = sum(each.writes_slot and each.slot is not None and each.slot.is_new for each in laid)
    roles = sum(each.role is not None for each in laid)
    invitations = sum(each.invites for each in laid)
    added, granted = plural(slots, "position", "positions"), plural(roles, "role", "roles")
    invited = plural(invitations, "invitation", "invitations")
    notes = [f"{added} to add, {granted} to grant, {invited} to send."]
    if waiting := sum(each.waits for each in laid):
        people = plural(waiting, "person is", "people are")
        notes.append(f"No mail is sent here, so {people} not invited: make each link on the person's page.")
    return tuple(notes)
