"""Laying the rows of a file over the people who are here, and refusing what the actor may not do."""

from dataclasses import dataclass, field

from app.access.rules import Actor, Role, Scope, grantable
from app.foundation.cells import CellError
from app.foundation.tables import Problem
from app.people.importers.changes import PersonChange, error_of
from app.people.importers.known import Someone, Spot
from app.people.importers.roster import Roster
from app.people.importers.rows import PersonRow


@dataclass
class Laying:
    """Rows laid over a roster, one after the other: whom each means, which role it gives, whether it invites."""

    roster: Roster
    within: Scope
    by: Actor
    #: does this installation send mail? Else nobody is invited: their links would be shown to nobody
    sends_mail: bool
    laid: list[PersonChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: the name that the rows so far give each person
    named: dict[int, str] = field(default_factory=dict)

    def lay(self, row: PersonRow) -> None:
        """Find whom the row means and give them their role; positions wait until everybody is known."""
        try:
            spot = self._spot(row.place, "place")
            change = PersonChange(row, spot, self._person(row, spot))
            self._write_person(change)
            self._grant(change)
            self._invite(change)
        except CellError as problem:
            self.problems.append(problem.at(row.line))
        else:
            self.named[change.person.id] = row.name
            self.laid.append(change)

    def _spot(self, code: str, column: str) -> Spot:
        spot = self.roster.known.spots.get(code)
        if spot is None:
            raise error_of(column, f"There is no place with the code “{code[:60]}” here.")
        if not spot.path.startswith(self.within.path):
            raise error_of(column, f"{spot.name} is not part of {self._here()}, for which you import.")
        return spot

    def _here(self) -> str:
        spot = self.roster.known.spot_of.get(self.within.place_id or 0)
        return spot.name if spot else "this consortium"

    def _person(self, row: PersonRow, spot: Spot) -> Someone:
        person = self.roster.by_email.get(row.email) if row.email else None
        if person is None:
            same = [each for each in self.roster.namesakes(row.name, spot) if row.email is None or each.email is None]
            if len(same) > 1:
                raise error_of(
                    "name", f"{len(same)} people of this name belong to {spot.name}. Write the email address."
                )
            person = same[0] if same else None
        if person is None:
            return self.roster.add_person(row, spot)
        self._refuse_elsewhere(person)
        self.roster.put_at[person.id].add(spot.id)
        return person

    def _refuse_elsewhere(self, person: Someone) -> None:
        spots = [self.roster.known.spot_of[place_id] for place_id in person.belongs_to]
        if person.is_new or not self.within.path:
            return
        if not any(spot.path.startswith(self.within.path) for spot in spots):
            raise error_of("email", f"{person.name} does not belong to {self._here()}. Ask the consortium's admin.")

    def _write_person(self, change: PersonChange) -> None:
        row, person = change.row, change.person
        if person.is_new and person.id not in self.named:
            change.writes_person = True
            return
        if row.name == person.name and (row.email is None or row.email == person.email):
            return
        if self.named.get(person.id, row.name) != row.name:
            raise error_of("name", "Another row gives this email address to somebody of another name.")
        self._refuse_wider(person)
        if row.email and person.email is None:
            self._refuse_roles(person, "email", "give them an address")
            person.email = row.email
            self.roster.by_email[row.email] = person
        person.name = row.name
        change.writes_person = True

    def _refuse_wider(self, person: Someone) -> None:
        """Whoever writes a name or an address looks after every place of that person."""
        for place_id in person.belongs_to:
            spot = self.roster.known.spot_of[place_id]
            if not spot.path.startswith(self.within.path):
                raise error_of(
                    "name", f"{person.name} also belongs to {spot.name}. Ask someone who looks after both places."
                )
        if person.has_left:
            raise error_of("name", f"{person.name} has left. Give them a position again on their own page.")

    def _grant(self, change: PersonChange) -> None:
        role, person = change.row.role, change.person
        if role is None:
            return
        spot = self._spot(change.row.role_place, "role_place") if change.row.role_place else change.spot
        if (role, spot.id) in person.roles:
            return
        if role not in grantable(self.by, spot.path, is_root=spot.is_root):
            raise error_of("role", self._not_grantable(role, spot))
        if person.has_left:
            raise error_of("role", f"{person.name} has left. Give them a position again on their own page.")
        person.roles.add((role, spot.id))
        change.role = (role, spot)

    def _not_grantable(self, role: Role, spot: Spot) -> str:
        if role is Role.CONSORTIUM_ADMIN and not spot.is_root:
            return "A consortium admin is one of the whole consortium. Write its code as the role's place."
        return f"The role {role.label.lower()} at {spot.name} is for someone with a wider role than yours to give."

    def _invite(self, change: PersonChange) -> None:
        person = change.person
        if not change.row.wants_invitation or person.has_login:
            return
        if person.has_left:
            raise error_of("invite", f"{person.name} has left. Give them a position again on their own page.")
        self._refuse_roles(person, "invite", "invite")
        # a link that was made before a role ends with it
        is_due = not person.has_open_link or change.role is not None
        change.invites, change.waits = is_due and self.sends_mail, is_due and not self.sends_mail
        person.has_open_link = True

    def _refuse_roles(self, person: Someone, column: str, deed: str) -> None:
        """With the address or the link of someone who has no login yet, whoever wrote it could become them."""
        for role, place_id in person.roles:
            spot = self.roster.known.spot_of[place_id]
            if role not in grantable(self.by, spot.path, is_root=spot.is_root):
                raise error_of(
                    column, f"{person.name} has a wider role than you may give. Ask someone who may to {deed}."
                )
