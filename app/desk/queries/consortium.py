"""The home of a consortium's admin: reviews that come due, adoption, connectors, new members, what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.accounts.queries.health import PlatformHealth, health_by_platform
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.desk.queries.counting import accounts_below
from app.desk.queries.lately import Lately, lately
from app.desk.queries.standing import Standing, standing_of
from app.duties.queries.coverage import coverage_summary
from app.duties.rules.matrix import Summary
from app.findings import queries as findings
from app.imports.queries.imports import failed_imports
from app.mail.models import MailMessage
from app.mail.queries import failed_since
from app.metrics.models import Run
from app.people.queries.reaching import Reach, places_with_role, reach_of
from app.policies.models import Version
from app.policies.queries.uptake import Uptake, uptake_of

#: reviews that come due within this time are shown
REVIEWS_WITHIN = timedelta(days=184)
_FAILED_LATELY = timedelta(days=30)
_MOST = 6


@dataclass(frozen=True, slots=True)
class Member:
    """A library as the consortium looks after it."""

    place: Place
    #: how many policies were issued to it, and how many of them bind there
    issued: int
    bound: int
    #: policies whose newest version waits for its decision
    undecided: Sequence[Version]
    accounts: int
    has_director: bool

    @property
    def is_set_up(self) -> bool:
        """Has it somebody to speak for it, an account, and a policy?"""
        return self.has_director and self.accounts > 0 and (self.bound > 0 or not self.issued)


@dataclass(frozen=True, slots=True)
class ConsortiumHome:
    """What a consortium's admin sees."""

    standing: Standing
    duties: Summary
    reviews: Sequence[Version]
    has_policy: bool
    #: those with the smallest part of the policies in force first
    members: Sequence[Member]
    platforms: Sequence[PlatformHealth]
    failed_imports: Sequence[Run]
    failed_mails: Sequence[MailMessage]
    reach: Reach
    findings: int
    lately: Lately

    @property
    def unready(self) -> list[Member]:
        """Members to set up."""
        return [member for member in self.members if not member.is_set_up]


def consortium_home(session: Session, place: Place, *, within: Scope, on: date, at: datetime) -> ConsortiumHome:
    """Gather it in a fixed number of statements, however many libraries there are."""
    standing = standing_of(session, place, within=within, on=on)
    uptake = uptake_of(session, within=within, on=on)
    return ConsortiumHome(
        standing=standing,
        duties=coverage_summary(session, within=within, on=on),
        reviews=[one for one in uptake.issued if one.review_by_on and one.review_by_on <= on + REVIEWS_WITHIN],
        has_policy=bool(uptake.issued),
        members=_members(session, standing, uptake, within=within),
        platforms=health_by_platform(session, within=within),
        failed_imports=failed_imports(session, within=within, since=at - _FAILED_LATELY, most=_MOST),
        failed_mails=failed_since(session, at - _FAILED_LATELY, within=within, most=_MOST),
        reach=reach_of(session, within=within),
        findings=findings.count_open(session, within=within),
        lately=lately(session, within=within, on=on),
    )


def _members(session: Session, standing: Standing, uptake: Uptake, *, within: Scope) -> list[Member]:
    counts = accounts_below(session, within=within)
    directed = places_with_role(session, Role.DIRECTOR, within=within)
    members = [
        Member(
            place=part.place,
            issued=len(uptake.for_place(part.place)),
            bound=len(uptake.bound_at(part.place)),
            undecided=uptake.undecided_at(part.place),
            accounts=counts.get(part.place.id, 0),
            has_director=any(step in directed for step in ids_in(part.place.path)),
        )
        for part in standing.parts
    ]
    return sorted(members, key=lambda one: (one.bound / one.issued if one.issued else 1.0, one.place.name))
