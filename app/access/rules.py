"""Permission words, roles, the actor, the scope, and the one question: may they, there?"""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing a person may do, in alphabetical order."""

    ACCOUNTS_ASK = "accounts.ask"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_WRITE = "accounts.write"
    COMPARE_READ = "compare.read"
    DUTIES_READ = "duties.read"
    DUTIES_WRITE = "duties.write"
    FINDINGS_ACT = "findings.act"
    FINDINGS_READ = "findings.read"
    GOALS_READ = "goals.read"
    GOALS_WRITE = "goals.write"
    HISTORY_READ = "history.read"
    HOME_READ = "home.read"
    MENTIONS_ANSWER = "mentions.answer"
    MENTIONS_READ = "mentions.read"
    MENTIONS_WORDS = "mentions.words.read"
    METRICS_IMPORT = "metrics.import"
    METRICS_NOTE = "metrics.note"
    METRICS_READ = "metrics.read"
    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    PERIODS_CLOSE = "periods.close"
    PLACES_HOURS = "places.hours"
    PLACES_READ = "places.read"
    PLACES_WRITE = "places.write"
    POLICIES_ADOPT = "policies.adopt"
    POLICIES_READ = "policies.read"
    POLICIES_WRITE = "policies.write"


class Role(StrEnum):
    """What a membership grants at a place and below it."""

    CONSORTIUM_ADMIN = "consortium_admin"
    DIRECTOR = "director"
    BRANCH_MANAGER = "branch_manager"
    STAFF = "staff"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """As on screen."""
        return self.value.replace("_", " ").capitalize()


_STAFF = frozenset(
    {
        Permission.ACCOUNTS_ASK,
        Permission.DUTIES_READ,
        Permission.GOALS_READ,
        Permission.HOME_READ,
        Permission.FINDINGS_READ,
        Permission.MENTIONS_ANSWER,
        Permission.MENTIONS_READ,
        Permission.MENTIONS_WORDS,
        Permission.METRICS_NOTE,
        Permission.PLACES_READ,
        Permission.POLICIES_READ,
    }
)
_MANAGER = _STAFF | {
    Permission.ACCOUNTS_READ,
    Permission.ACCOUNTS_WRITE,
    Permission.COMPARE_READ,
    Permission.DUTIES_WRITE,
    Permission.FINDINGS_ACT,
    Permission.GOALS_WRITE,
    Permission.METRICS_IMPORT,
    Permission.METRICS_READ,
    Permission.PEOPLE_READ,
    Permission.PEOPLE_WRITE,
    Permission.PLACES_HOURS,
}
_DIRECTOR = _MANAGER | {Permission.HISTORY_READ, Permission.POLICIES_ADOPT}
_AUDITOR = frozenset(permission for permission in Permission if permission.value.endswith(".read"))

#: what people wrote to a library is for the library: the consortium sees how much waits there, not the words
_OF_THE_LIBRARY = frozenset({Permission.MENTIONS_ANSWER, Permission.MENTIONS_WORDS})

#: The whole of who may do what; a role that may only read is the auditor's line.
ROLES: dict[Role, frozenset[Permission]] = {
    Role.CONSORTIUM_ADMIN: frozenset(Permission) - _OF_THE_LIBRARY,
    Role.DIRECTOR: frozenset(_DIRECTOR),
    Role.BRANCH_MANAGER: frozenset(_MANAGER),
    Role.STAFF: _STAFF,
    Role.AUDITOR: _AUDITOR,
}

#: what a director may hand on
_ROLES_OF_A_DIRECTOR = (Role.DIRECTOR, Role.BRANCH_MANAGER, Role.STAFF, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a place; it holds for every place whose path begins with this one's."""

    role: Role
    place_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is here: a person of one consortium, or the machine itself (``person_id`` None)."""

    name: str
    consortium_id: int
    person_id: int | None = None
    login_id: int | None = None
    grants: tuple[Grant, ...] = ()

    @classmethod
    def machine(cls, name: str, *, consortium_id: int) -> "Actor":
        """The command line or a worker: trusted with everything, named in the history."""
        return cls(name=name, consortium_id=consortium_id)

    @property
    def is_machine(self) -> bool:
        """Is this no person?"""
        return self.person_id is None


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of one consortium's tree that a query may see: a place and all below it.

    ``path`` "" is the whole consortium. Every query takes one as ``within=``.
    """

    consortium_id: int
    place_id: int | None = None
    path: str = ""


def may(actor: Actor, permission: Permission, path: str) -> bool:
    """May the actor do this at the place with this path?"""
    if actor.is_machine:
        return True
    return any(path.startswith(grant.path) and permission in ROLES[grant.role] for grant in actor.grants)


def may_somewhere(actor: Actor, permission: Permission) -> bool:
    """May the actor do this at any place at all?"""
    return actor.is_machine or any(permission in ROLES[grant.role] for grant in actor.grants)


def paths_where(actor: Actor, permission: Permission) -> tuple[str, ...]:
    """Where the actor may do this: at these paths and below them; "" is everywhere."""
    if actor.is_machine:
        return ("",)
    return tuple(sorted({grant.path for grant in actor.grants if permission in ROLES[grant.role]}))


def first_role(actor: Actor) -> Role | None:
    """The role that decides a person's home: the widest one, in the order of :class:`Role`."""
    held = {grant.role for grant in actor.grants}
    return next((role for role in Role if role in held), None)


def grantable(actor: Actor, path: str, *, is_root: bool) -> tuple[Role, ...]:
    """Roles the actor may hand on, and take back, at the place with this path: never a wider one than their own.

    ``is_root``: is it the consortium itself? Only there is anyone an admin.
    """
    if not may(actor, Permission.PEOPLE_WRITE, path):
        return ()
    if is_root and may(actor, Permission.PLACES_WRITE, path):
        return (Role.CONSORTIUM_ADMIN, *_ROLES_OF_A_DIRECTOR)
    if may(actor, Permission.POLICIES_ADOPT, path):
        return _ROLES_OF_A_DIRECTOR
    return (Role.STAFF,)
