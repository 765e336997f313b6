"""The page of one person: duties, hours, positions, roles; for whoever looks after people there, and for themselves."""

from datetime import date
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.duties.models import Assignment
from app.duties.rules.catalogue import Family
from app.foundation.clock import now
from app.people.actions.links import invite
from app.people.actions.persons import add_person
from app.people.actions.positions import put_in_position
from tests.factories.world import AT, SINCE, World


def give(session: Session, world: World, *, hours: int = 9) -> None:
    """The staff position answers on the east branch's account."""
    session.add(
        Assignment(
            consortium_id=world.consortium.id,
            place_id=world.east.id,
            account_id=world.account.id,
            family=Family.ANSWER,
            position_id=world.staff_position.id,
            is_primary=True,
            hours_per_week=Decimal(hours),
            first_on=SINCE,
            recorded_at=AT,
        )
    )
    session.commit()


def test_it_shows_duties_hours_positions_and_roles(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    give(session, world)
    page = as_branch_manager.get(f"/people/{world.staff.id}").text
    assert "Answer questions" in page
    assert "Jan 6, 2025" in page, "from when"
    assert "1 h over" in page
    assert "of 8 h agreed" in page
    assert "Adult services librarian" in page
    assert f"/people/{world.staff.id}/job-description" in page
    assert f"/people/{world.staff.id}/leave" in page
    assert "Far " not in page


def test_people_are_never_scored(as_director: FlaskClient, session: Session, world: World) -> None:
    give(session, world)
    page = as_director.get(f"/people/{world.staff.id}").text
    assert not [word for word in ("score", "rank", "answered in", "reply time") if word in page.lower()]


def test_staff_read_their_own_page_and_no_other(as_staff: FlaskClient, session: Session, world: World) -> None:
    give(session, world)
    own = as_staff.get(f"/people/{world.staff.id}")
    assert own.status_code == 200
    assert "Answer questions" in own.text
    assert not [word for word in ("Record leaving", "Grant a role", "Take the role back") if word in own.text]
    other = as_staff.get(f"/people/{world.manager.id}")
    assert other.status_code == 403
    assert "You may read your own page." in other.text


def test_whose_pages_each_role_may_read(
    as_auditor: FlaskClient, as_branch_manager: FlaskClient, as_director: FlaskClient, world: World
) -> None:
    assert as_auditor.get(f"/people/{world.staff.id}").status_code == 200
    assert "Record leaving" not in as_auditor.get(f"/people/{world.staff.id}").text
    assert as_branch_manager.get(f"/people/{world.director.id}").status_code == 403
    assert as_director.get(f"/people/{world.manager.id}").status_code == 200


def test_a_stranger_finds_nobody(as_stranger: FlaskClient, world: World) -> None:
    assert as_stranger.get(f"/people/{world.staff.id}").status_code == 404


def test_how_it_stands_with_the_sign_in(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    nia = add_person(session, name="Nia New", email="nia@green.example", by=world.machine, at=now())
    put_in_position(session, nia, world.vacant_position, first_on=SINCE, by=world.machine, at=now())
    session.commit()
    page = as_branch_manager.get(f"/people/{nia.id}").text
    assert "No login" in page
    assert "Make a link to sign in" in page
    invite(session, nia, by=world.machine, at=AT)
    session.commit()
    page = as_branch_manager.get(f"/people/{nia.id}").text
    assert "Invited Mon, Nov 9" in page or "Invited Nov 9, 2026" in page
    assert "Send a link again" in page


def test_a_day_in_the_address_shows_the_duties_of_that_day(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    give(session, world)
    before = date(2025, 1, 5).isoformat()
    assert "Answer questions" not in as_branch_manager.get(f"/people/{world.staff.id}?on={before}").text
