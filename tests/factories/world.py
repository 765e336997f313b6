"""Two small consortia for view tests: Green Valley, whose people are the fixtures, and Far Hills, which is bait.

Every test of a page runs with both present: what belongs to Far Hills must never be seen or reached from Green Valley.
Writing them takes longer than most tests, so a template holds them, and a test only reads who and what is there.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.access.rules import Actor, Role
from app.accounts.models import Account
from app.accounts.rules import Connection
from app.consortia.models import BranchDetail, Consortium, ConsortiumSettings, LibraryDetail, Place
from app.consortia.rules.places import BranchType, PlaceKind, PopulationMethod
from app.foundation.database import enter_tenant, prepare_engine
from app.foundation.ids import new_id
from app.people.actions.persons import add_person
from app.people.actions.positions import add_position, put_in_position
from app.people.actions.roles import grant
from app.people.models import Login, LoginConsortium, Person, Position
from tests import databases
from tests.databases import Database

#: the moment the world is made; tests that freeze time use it
AT = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
SINCE = date(2025, 1, 6)
#: the slug, name and prefix of each world, the bait first
WORLDS = (
    ("far-hills", "Far Hills Consortium", "far"),
    ("green-valley", "Green Valley Consortium", "green"),
)
_ROLES = ("admin", "director", "manager", "staff", "auditor")
_TITLES = ("Branch manager", "Adult services librarian", "Library assistant")


@dataclass(frozen=True)
class World:
    """One consortium as tests want it: a library with two branches, their people, an account each."""

    consortium: Consortium
    root: Place
    library: Place
    east: Place
    north: Place
    admin: Person
    director: Person
    manager: Person
    staff: Person
    auditor: Person
    manager_position: Position
    staff_position: Position
    #: held by nobody
    vacant_position: Position
    #: Mastodon, at the east branch
    account: Account
    #: Facebook, at the north branch
    north_account: Account

    @property
    def machine(self) -> Actor:
        """An actor that may do everything here."""
        return Actor.machine("tests", consortium_id=self.consortium.id)


def make_world(session: Session, *, slug: str, name: str, prefix: str) -> World:
    """Write one consortium; ``prefix`` begins every code, name and address in it, so that bait is easy to spot."""
    consortium = Consortium(slug=slug, name=name, created_at=AT)
    session.add(consortium)
    session.flush()
    enter_tenant(session, consortium.id)
    session.add(ConsortiumSettings(consortium_id=consortium.id, time_zone="America/New_York"))
    root = _place(session, consortium, None, PlaceKind.CONSORTIUM, slug, name)
    library = _place(
        session, consortium, root, PlaceKind.LIBRARY, f"{prefix}-county", f"{prefix.title()} County Libraries"
    )
    east = _place(session, consortium, library, PlaceKind.BRANCH, f"{prefix}-east", f"{prefix.title()} East", 12000)
    north = _place(session, consortium, library, PlaceKind.BRANCH, f"{prefix}-north", f"{prefix.title()} North", 8000)
    session.add(LibraryDetail(consortium_id=consortium.id, place_id=library.id, fscs_key="OH0001"))
    for number, branch in enumerate((east, north), start=1):
        session.add(
            BranchDetail(
                consortium_id=consortium.id,
                place_id=branch.id,
                branch_type=BranchType.BRANCH,
                fscs_key="OH0001",
                fscs_sequence=f"{number:03}",
            )
        )
    by = Actor.machine("tests", consortium_id=consortium.id)
    held: dict[str, Person] = {}
    roles = (Role.CONSORTIUM_ADMIN, Role.DIRECTOR, Role.BRANCH_MANAGER, Role.STAFF, Role.AUDITOR)
    for word, role, place in zip(_ROLES, roles, (root, library, east, east, root), strict=True):
        held[word] = add_person(
            session, name=f"{prefix.title()} {word.title()}", email=f"{word}@{prefix}.example", by=by, at=AT
        )
        grant(session, held[word], role, place, by=by, at=AT)
        _login(session, consortium, held[word])
    positions = [
        add_position(session, east, title=title, contracted_hours=Decimal(40), agreed_hours=Decimal(8), by=by, at=AT)
        for title in _TITLES
    ]
    put_in_position(session, held["manager"], positions[0], first_on=SINCE, by=by, at=AT)
    put_in_position(session, held["staff"], positions[1], first_on=SINCE, by=by, at=AT)
    account = _account(
        session, east, "mastodon", f"@{prefix}east@social.example", f"https://social.example/@{prefix}east"
    )
    north_account = _account(session, north, "facebook", f"{prefix}north", f"https://www.facebook.com/{prefix}north")
    session.flush()
    return World(
        consortium, root, library, east, north, **held, manager_position=positions[0], staff_position=positions[1],
        vacant_position=positions[2], account=account, north_account=north_account,
    )  # fmt: skip


def template_of_worlds(engine_name: str) -> Database:
    """The template that holds both worlds, as of the moment they tell of."""
    return databases.filled(engine_name, "worlds", _write_worlds)


def _write_worlds(database: Database) -> None:
    engine = sa.create_engine(database.url)
    prepare_engine(engine)
    with Session(engine, expire_on_commit=False) as session, time_machine.travel(AT):
        for slug, name, prefix in WORLDS:
            make_world(session, slug=slug, name=name, prefix=prefix)
        session.commit()
    engine.dispose()


def find_world(session: Session, *, slug: str, prefix: str) -> World | None:
    """The world by this slug, where the database holds it; the session ends inside it."""
    consortium = session.scalars(sa.select(Consortium).where(Consortium.slug == slug)).one_or_none()
    if consortium is None:
        return None
    enter_tenant(session, consortium.id)
    places, people, positions, accounts = (
        session.scalars(sa.select(table).where(table.consortium_id == consortium.id)).all()
        for table in (Place, Person, Position, Account)
    )
    place = {row.code: row for row in places}
    held = {row.email: row for row in people}
    position = {row.title: row for row in positions}
    account = {row.platform: row for row in accounts}
    return World(
        consortium, *(place[code] for code in (slug, f"{prefix}-county", f"{prefix}-east", f"{prefix}-north")),
        *(held[f"{word}@{prefix}.example"] for word in _ROLES), *(position[title] for title in _TITLES),
        account["mastodon"], account["facebook"],
    )  # fmt: skip


def _place(
    session: Session,
    consortium: Consortium,
    parent: Place | None,
    kind: PlaceKind,
    code: str,
    name: str,
    residents: int | None = None,
) -> Place:
    made = new_id()
    place = Place(
        id=made,
        consortium_id=consortium.id,
        kind=kind,
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else ''}{made}/",
        population=residents,
        population_method=PopulationMethod.STATED if residents else None,
    )
    session.add(place)
    session.flush()
    return place


def _login(session: Session, consortium: Consortium, person: Person) -> None:
    login = Login(email=person.email or "", created_at=AT)
    session.add(login)
    session.flush()
    session.add(LoginConsortium(login_id=login.id, consortium_id=consortium.id, person_id=person.id))


def _account(session: Session, place: Place, platform: str, handle: str, url: str) -> Account:
    account = Account(
        consortium_id=place.consortium_id,
        place_id=place.id,
        platform=platform,
        handle=handle,
        url=url,
        opened_on=SINCE,
        connection=Connection.NOT_CONNECTED,
    )
    session.add(account)
    session.flush()
    return account
