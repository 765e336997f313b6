"""The demo's contacts of accounts."""

import sqlalchemy as sa

from app.accounts.models import AccountContact
from app.accounts.rules.contacts import ContactRank
from app.desk.demo.cast import read_seed
from app.desk.demo.stage import Stage
from app.people.models import Incumbency, Person
from app.people.queries.positions import incumbencies_at


def write_contacts(stage: Stage) -> None:
    """Two contacts for each account in use: those the story names, else the first people of its place.

    One who left since shows as nobody.
    """
    named: dict[tuple[str, str], list[Person]] = {
        (row["place"], row["platform"]): [stage.people[name] for name in row["people"]]
        for row in read_seed("accounts")["contacts"]
    }
    first = _first_people(stage)
    rows = [
        {
            "consortium_id": stage.consortium_id,
            "account_id": account.id,
            "rank": rank,
            "person_id": person.id,
            "first_on": stage.begins(code),
            "last_on": person.left_on,
        }
        for (code, platform), account in stage.accounts.items()
        for rank, person in zip(ContactRank, named.get((code, platform)) or first.get(code, []), strict=False)
    ]
    stage.session.execute(sa.insert(AccountContact), rows)


def _first_people(stage: Stage) -> dict[str, list[Person]]:
    """Who is or was at each place since the register knows it, by the place's code, the head first."""
    found: dict[str, list[Person]] = {}
    for incumbency in incumbencies_at(stage.session, within=stage.within):
        code, person = incumbency.position.place.code, incumbency.person
        if _was_there_at_first(stage, incumbency, code) and person not in found.setdefault(code, []):
            found[code].append(person)
    for library in stage.cast.libraries:  # beside a director alone stands the head of the first branch
        found[library.code] = [*found.get(library.code, ()), *found.get(library.branches[0].code, ())]
    return {code: list(dict.fromkeys(people)) for code, people in found.items()}


def _was_there_at_first(stage: Stage, incumbency: Incumbency, code: str) -> bool:
    return incumbency.first_on == stage.begins(code)
