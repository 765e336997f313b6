"""What a list of mentions needs from the rooms below: by when each is to be answered, and who answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.consortia.queries import closures_of, settings_of, weeks_of
from app.consortia.queries.tree import get_place_by_id
from app.consortia.rules.places import ids_in
from app.duties.queries.coverage import coverage
from app.duties.rules.catalogue import Family
from app.duties.rules.matrix import Cell
from app.foundation.clock import local_day
from app.metrics.models import Mention
from app.metrics.queries.handling import MentionSeen, TargetOf
from app.metrics.rules.deadlines import Clock, Openings, Target
from app.metrics.rules.handling import MentionClass
from app.policies.queries.adopted import AdoptedRule, adopted_rules
from app.policies.rules.parameters import number, parse_parameters

#: the rule that says within how many hours a kind of mention is answered
_ASKED_BY = {
    MentionClass.QUESTION: "response.question_target_hours",
    MentionClass.CRITICISM: "critic.reply_max_hours",
}
_CLOCK = "response.clock"
_KEYS = frozenset({*_ASKED_BY.values(), _CLOCK})
#: who answers what; everything else is for those who answer questions
_FAMILY_OF = {
    MentionClass.CRITICISM: Family.CRITICS,
    MentionClass.COMPLAINT: Family.CRITICS,
    MentionClass.EMERGENCY: Family.CRITICS,
}


@dataclass(slots=True)
class _Hours:
    """When places are open, each read once."""

    session: Session
    within: Scope
    zone: ZoneInfo
    #: by place
    read: dict[int, Openings]

    def of(self, place: Place) -> Openings:
        """The open hours of a place; nothing is open where none are recorded."""
        if place.id not in self.read:
            weeks = tuple(week for _, week in weeks_of(self.session, place, within=self.within))
            closures = closures_of(self.session, place, within=self.within)
            closed = tuple((closure.first_on, closure.last_on) for closure in closures)
            self.read[place.id] = Openings(self.zone, weeks, closed)
        return self.read[place.id]

    def of_library(self, place: Place, library_id: int) -> Openings:
        """The hours of the library's own office: those of the library itself."""
        is_here = place.id == library_id
        return self.of(place if is_here else get_place_by_id(self.session, library_id, within=self.within))


def targets_for(session: Session, mentions: Iterable[MentionSeen], *, within: Scope, on: date) -> TargetOf:
    """By the rules that bind where each mention was said and were in force on its day; the strictest where two ask.

    ``within`` is the whole consortium. A rule that counts open hours asks for nothing where no hours are recorded.
    """
    paths = {seen.mention.account.place.path for seen in mentions}
    rules = [each for each in adopted_rules(session, within=within, on=on) if each.rule.key in _KEYS] if paths else []
    zone = ZoneInfo(settings_of(session, within=within).time_zone)
    hours = _Hours(session, within, zone, {})

    def target_of(mention: Mention, kind: MentionClass) -> Target | None:
        key = _ASKED_BY.get(kind)
        place = mention.account.place
        said_on = local_day(mention.said_at, zone.key)
        binding = [each for each in rules if _binds(each, place, said_on)]
        asked = [each for each in binding if each.rule.key == key]
        if not asked:
            return None
        strictest = min(asked, key=_hours)
        return Target(_hours(strictest), _openings(binding, strictest, place, hours))

    return target_of


def _binds(adopted: AdoptedRule, place: Place, on: date) -> bool:
    return place.path.startswith(adopted.library_path) and adopted.in_force_on <= on


def _hours(adopted: AdoptedRule) -> float:
    return number(parse_parameters(adopted.rule.key, adopted.rule.parameters), "maximum")


def _openings(rules: Sequence[AdoptedRule], asked: AdoptedRule, place: Place, hours: _Hours) -> Openings | None:
    """What the hours are counted in: the clock of the same library, of the same policy first; else the wall clock."""
    clocks = sorted(
        (each for each in rules if each.rule.key == _CLOCK), key=lambda each: each.policy.id != asked.policy.id
    )
    if not clocks:
        return None
    clock = Clock(str(parse_parameters(_CLOCK, clocks[0].rule.parameters)["clock"]))
    if clock is Clock.ELAPSED:
        return None
    if clock is Clock.OPEN_HOURS:
        return hours.of(place)
    return hours.of_library(place, clocks[0].library_id if clocks[0].library_id in ids_in(place.path) else place.id)


def answering_at(session: Session, place: Place, *, on: date) -> Mapping[int, Mapping[Family, Cell]]:
    """Who holds each duty on each account of a place and below, by account, at the place that owns it."""
    here = Scope(place.consortium_id, place.id, place.path)
    return {row.account.id: row.cells for row in coverage(session, within=here, on=on) if not row.is_shared}


def who_answers(cells: Mapping[Family, Cell] | None, kind: MentionClass | None) -> str:
    """The names of those who answer a kind of mention, the first in line first; "" where nobody does."""
    family = _FAMILY_OF.get(kind, Family.ANSWER) if kind is not None else Family.ANSWER
    holders = cells[family].holders if cells else ()
    named = sorted((each for each in holders if each.person_name), key=lambda each: not each.is_primary)
    return ", ".join(each.person_name for each in named if each.person_name)
