"""The consortium admin's home: what is due, who has not adopted, what is broken, who is not set up."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.rules import Connection
from app.mail.models import MailMessage
from app.mail.rules import MailState
from app.metrics.models import Run
from app.metrics.rules.runs import RunKind, RunState
from app.people.actions.roles import revoke
from app.people.queries.roles import memberships_of
from tests.factories.duties import adopt
from tests.factories.figures import add_branches
from tests.factories.judged import bind
from tests.factories.world import AT, World
from tests.views.homes.pages import buttons_of, main_of, read, section_of, statements_of, words_of


def test_reviews_stand_under_the_month_they_are_due_in(as_admin: FlaskClient, session: Session, world: World) -> None:
    bind(session, world)  # its review is due on the first of January
    main = main_of(as_admin, f"/at/{world.consortium.slug}/")
    reviews = section_of(main, "reviews")
    assert "January 2027" in words_of(reviews)
    assert "is due Jan 1, 2027" in words_of(reviews)
    assert "Review" in buttons_of(reviews)
    assert "One policy is due for review" in words_of(main)


def test_adoption_by_library_is_a_meter(as_admin: FlaskClient, session: Session, world: World) -> None:
    bind(session, world)
    adopt(session, world, "answer", place=world.north)
    session.commit()
    adoption = section_of(main_of(as_admin, f"/at/{world.consortium.slug}/"), "adoption")
    assert "Green County Libraries 1 of 2 policies" in words_of(adoption)
    assert adoption is not None
    assert adoption.select_one("svg.meter") is not None


def test_connectors_are_counted_by_platform(as_admin: FlaskClient, told: World) -> None:
    main = main_of(as_admin, f"/at/{told.consortium.slug}/")
    rows = section_of(main, "connections")
    assert rows is not None
    read_as = [words_of(row) for row in rows.select("tbody tr")]
    assert read_as == ["Facebook 0 1 0 0 1 failed", "Mastodon 0 0 0 1 Not connected"]
    broken = section_of(main, "broken")
    assert "Green North: Facebook, sign-in expired" in words_of(broken)
    assert "Connect again" in buttons_of(broken)


def test_a_library_that_is_not_set_up_has_one_next_button(
    as_admin: FlaskClient, session: Session, world: World
) -> None:
    address = f"/at/{world.consortium.slug}/"
    assert section_of(main_of(as_admin, address), "members") is None
    (role,) = memberships_of(session, world.director, within=Scope(world.consortium.id))
    revoke(session, role, by=world.machine, at=AT)
    bind_nowhere(session, world)
    session.commit()
    members = section_of(main_of(as_admin, address), "members")
    assert "Green County Libraries" in words_of(members)
    assert "It has no director and no policy yet." in words_of(members)
    assert list(buttons_of(members)) == ["Invite a director"]


def bind_nowhere(session: Session, world: World) -> None:
    """A policy is issued to all, and only one branch has it in force."""
    adopt(session, world, "answer", place=world.north)


def test_imports_and_mails_that_failed_are_there_to_mend(as_admin: FlaskClient, session: Session, world: World) -> None:
    session.add(
        Run(
            consortium_id=world.consortium.id,
            account_id=world.account.id,
            kind=RunKind.IMPORT,
            state=RunState.FAILED,
            started_at=AT,
            file_name="october.csv",
            message="The file has no column for the day.",
        )
    )
    session.add(
        MailMessage(
            consortium_id=world.consortium.id,
            purpose="people.invitation",
            address="new@green.example",
            subject="Your invitation",
            message_id="<1@green.example>",
            state=MailState.FAILED,
            posted_at=AT,
            useless_at=AT,
            state_at=AT,
            answer="The server knows no such mailbox.",
        )
    )
    session.commit()
    broken = section_of(main_of(as_admin, f"/at/{world.consortium.slug}/"), "broken")
    words = words_of(broken)
    assert "Import of october.csv into @greeneast@social.example failed" in words
    assert "The file has no column for the day." in words
    assert "Mail to new@green.example did not arrive" in words
    assert "The server knows no such mailbox." in words
    assert set(buttons_of(broken)) == {"Look at it", "Find the person"}


def test_the_first_day_of_a_consortium(as_admin: FlaskClient, world: World) -> None:
    steps = section_of(main_of(as_admin, f"/at/{world.consortium.slug}/"), "first-day")
    assert "2 of 3 steps done" in words_of(steps)
    assert list(buttons_of(steps)) == ["Write a policy"]


def test_nothing_due_says_so(as_admin: FlaskClient, session: Session, told: World) -> None:
    told.north_account.connection = Connection.WORKING
    session.add(told.north_account)
    session.commit()
    words = read(as_admin, f"/at/{told.consortium.slug}/")
    assert "Broken" not in words
    assert "One policy is due for review." in words


def test_an_auditor_sees_the_standings_instead(as_auditor: FlaskClient, told: World) -> None:
    words = read(as_auditor, f"/at/{told.consortium.slug}/")
    assert "How are the libraries doing?" in words
    assert "Members to set up" not in words


def test_it_takes_as_many_statements_for_thirty_branches_as_for_two(
    as_admin: FlaskClient, session: Session, told: World
) -> None:
    address = f"/at/{told.consortium.slug}/"
    few = statements_of(as_admin, address)
    add_branches(session, told, 28)
    session.commit()
    assert statements_of(as_admin, address) == few
