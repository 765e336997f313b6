"""My desk: what is mine today, what the policies say, what we work towards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from app.access.context import current_actor, current_scope, may_here
from app.access.rules import Permission
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.desk.queries.kpis import KpiSeen
from app.desk.queries.lately import lately
from app.desk.queries.staff import StaffHome, staff_home
from app.desk.rules import RECENTLY, Step, duration, minutes_a_day, part_of_day
from app.desk.views.homes.kpis import kpi_line
from app.desk.views.homes.parts import account_label, first_day, shared
from app.desk.views.homes.tasks import check_in_task
from app.duties.models import Assignment
from app.duties.rules.catalogue import Family, lead_duty
from app.foundation.clock import now
from app.foundation.database import db
from app.web.filters import hours, join_and, plural

_BULLETS = 2
#: rules that judge the same figure as a KPI
_SAME_FIGURE = {
    "K14": ("posts.broadcast_max_pct",),
    "K28": ("response.question_target_hours", "response.min_rate_pct"),
}
_MOST = 4


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One family of duties: on which accounts, in which part, how long today."""

    family: Family
    how: str
    accounts: str
    part: str
    minutes: str
    url: str


def staff_page(place: Place, *, on: date) -> str:
    """Draw it."""
    actor, scope = current_actor(), current_scope()
    home = staff_home(db.session, place, actor, within=scope, on=on)
    zone = settings_of(db.session, within=scope).time_zone
    kpis = [(kpi_line(seen), _closing(seen, home)) for seen in home.kpis if seen.state.is_judged]
    return render_template(
        "desk/homes/staff.html",
        **shared(place, home.standing, lately(db.session, within=scope, on=on), on=on),
        **first_day([] if home.held else _steps(place)),
        home=home,
        greeting=f"{part_of_day(now().astimezone(ZoneInfo(zone)).hour)}, {actor.name.split()[0]}",
        sentence=_sentence(home, on=on),
        duties=[_line(home, family) for family in Family if any(each.family is family for each in home.held)],
        load_note=_load_note(home),
        new_since=on - RECENTLY,
        check_in=check_in_task(home.check_in, place, on=on),
        kpis=kpis[:_BULLETS],
        findings=home.findings[:_MOST],
        may_ask=may_here(Permission.ACCOUNTS_ASK),
        more_findings=max(len(home.findings) - _MOST, 0),
    )


def _closing(seen: KpiSeen, home: StaffHome) -> str:
    """What would close the gap: the sum a finding about the same figure gives, else the share's own."""
    keys = _SAME_FIGURE.get(seen.kpi.definition, ())
    place_id = home.standing.place.id
    said = (one.to_pass for one in home.findings if one.rule.key in keys and one.place_id == place_id)
    return next(said, "") or kpi_line(seen).closing


def _sentence(home: StaffHome, *, on: date) -> str:
    today = f"{on:%A}, {on:%B} {on.day}."
    if not home.loads:
        return f"{today} You are in no position here yet."
    if not home.held:
        return f"{today} You hold no duty yet."
    return f"{today} You hold {plural(len(home.held), 'duty', 'duties')} on {_accounts(home.held, home)}."


def _accounts(held: Sequence[Assignment], home: StaffHome) -> str:
    """Platforms, each with its place where that is not the one looked at."""
    here = home.standing.place.id
    named = [
        account_label(each.account)
        if each.place_id == here
        else f"{account_label(each.account)} of {home.places[each.place_id].name}"
        for each in held
    ]
    return join_and(dict.fromkeys(named))


def _line(home: StaffHome, family: Family) -> DutyLine:
    held = [each for each in home.held if each.family is family]
    parts = [_part(held, home, is_primary=True), _part(held, home, is_primary=False)]
    return DutyLine(
        family=family,
        how=home.manner.get(family) or lead_duty(family).name,
        accounts=_accounts(held, home),
        part="; ".join(part for part in parts if part),
        minutes=duration(minutes_a_day(_hours(held))) if _hours(held) else "When needed",
        url=url_for(
            "duties.cell",
            place=home.places[held[0].place_id].code,
            family=family.value,
            account_id=held[0].account_id,
        ),
    )


def _part(held: Sequence[Assignment], home: StaffHome, *, is_primary: bool) -> str:
    mine = [each for each in held if each.is_primary is is_primary]
    if not mine:
        return ""
    word = "Primary" if is_primary else "Backup"
    return word if len(mine) == len(held) else f"{word} on {_accounts(mine, home)}"


def _hours(held: Sequence[Assignment]) -> Decimal:
    return sum((each.hours_per_week for each in held), Decimal(0))


def _load_note(home: StaffHome) -> str | None:
    """Such as "About 45 min today; 3.75 h of 5 h agreed a week"."""
    if not home.held:
        return None
    agreed = [load.load.agreed for load in home.loads if load.load.agreed is not None]
    week = hours(_hours(home.held)) + (f" of {hours(sum(agreed, Decimal(0)))} agreed" if agreed else "")
    return f"About {duration(minutes_a_day(_hours(home.held)))} today; {week} a week"


def _steps(place: Place) -> list[Step]:
    """The first day of somebody on the staff, until they hold a duty."""
    return [
        Step("Sign in", "You are here.", is_done=True),
        Step(
            "Read what the policies ask",
            "They say how the library listens, posts and answers.",
            is_done=False,
            url=url_for("policies.index"),
            button="Read the policies",
        ),
        Step(
            "Get your first duties",
            f"Duties belong to positions; whoever runs {place.name} gives them to yours.",
            is_done=False,
            url=url_for("duties.index", place=place.code),
            button="See who does what",
        ),
    ]
