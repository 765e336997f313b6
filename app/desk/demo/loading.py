"""Loading the demo: each part in the order of the floors, in one transaction of the caller's."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.consortia import actions as consortia
from app.consortia import queries as places
from app.consortia.models import Consortium
from app.desk.demo.accounts import write_accounts
from app.desk.demo.besides import write_besides
from app.desk.demo.calendar import Calendar
from app.desk.demo.cast import SLUG, cast
from app.desk.demo.closing import write_closings
from app.desk.demo.contacts import write_contacts
from app.desk.demo.costs import write_costs
from app.desk.demo.duties import write_duties
from app.desk.demo.figures import write_figures
from app.desk.demo.further import write_further
from app.desk.demo.goals import write_goals
from app.desk.demo.mentions import write_mentions
from app.desk.demo.people import write_people
from app.desk.demo.places import write_places
from app.desk.demo.policies import write_policies
from app.desk.demo.posts import write_posts
from app.desk.demo.reviews import write_reviews
from app.desk.demo.stage import Stage
from app.findings.actions.checking import check_rules
from app.scorecards.actions import rebuild_all

#: the days on which somebody had the rules checked, from the end of the last whole quarter
_CHECKED = (-184, -92, 0, 2)
_PARTS = (
    write_places,
    write_people,
    write_accounts,
    write_besides,
    write_contacts,
    write_reviews,
    write_policies,
    write_duties,
    write_goals,
)


def find_demo(session: Session) -> Consortium | None:
    """The demo's consortium, where it is loaded."""
    return places.find_consortium_by_slug(session, SLUG)


def load(session: Session, *, as_of: date) -> Stage:
    """Write the whole demo as of a day, and enter its tenant; the caller has seen that it is not there."""
    calendar = Calendar(as_of)
    consortium = consortia.create_consortium(session, name=cast().name, slug=SLUG, at=calendar.at(calendar.founded))
    stage = Stage(session, calendar, cast(), Actor.machine("Demo", consortium_id=consortium.id))
    for write in _PARTS:
        write(stage)
    run = write_figures(stage)
    write_further(stage, run)
    write_posts(stage, run)
    write_mentions(stage, run)
    write_costs(stage)
    _conclude(stage)
    return stage


def _conclude(stage: Stage) -> None:
    """What the product makes of it, by the same hands as with live data: checks as the quarters ended, then now."""
    _plan_for_full_tables(stage.session)
    ends = sorted({stage.calendar.day(number) for number in _CHECKED} | {stage.calendar.as_of})
    for on in ends:
        check_rules(stage.session, within=stage.within, on=on, by=stage.by, at=stage.calendar.at(on))
    rebuild_all(stage.session, within=stage.within, on=stage.calendar.as_of, at=stage.calendar.now)
    write_closings(stage)


def _plan_for_full_tables(session: Session) -> None:
    """PostgreSQL counts rows after a commit only: until then it takes the tables for empty, and loops over them row by row."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL enable_nestloop = off"))
