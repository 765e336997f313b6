"""People from a file, by page and by command: who is meant, positions and roles, problems, twice, by whom."""

import io
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access.rules import Role, Scope
from app.background.worker import drain
from app.history.models import HistoryEntry
from app.history.queries import first_break
from app.history.rules import Deed
from app.people.models import Incumbency, Invitation, Membership, Person, Position
from tests.views.consortia.pages import words_of
from tests.views.people_files import HEADING, STAFF, people

CHOOSE = "/at/green-county/people/import"


def give(browser: FlaskClient, text: str, place: str = "green-county") -> TestResponse:
    file = {"file": (io.BytesIO(text.encode()), "people.csv")}
    return browser.post(f"/at/{place}/people/import", data=file, content_type="multipart/form-data")


def check_of(browser: FlaskClient, text: str, place: str = "green-county") -> str:
    return str(give(browser, text, place).headers["Location"])


def position_of(session: Session, person: Person) -> tuple[Position, Incumbency]:
    statement = (
        sa.select(Position, Incumbency)
        .join(Incumbency, Incumbency.position_id == Position.id)
        .where(Incumbency.person_id == person.id)
        .execution_options(populate_existing=True)
    )
    position, incumbency = session.execute(statement).one()
    return position, incumbency


@pytest.mark.parametrize("who", ["as_staff", "as_auditor"])
def test_who_may_not_write_people_imports_none(request, who, as_director, world):
    check = check_of(as_director, STAFF)
    browser = request.getfixturevalue(who)

    for address in (CHOOSE, f"{CHOOSE}/template", check, f"{check}/problems"):
        assert browser.get(address).status_code == 403
    assert give(browser, STAFF).status_code == 403
    assert browser.post(check).status_code == 403


def test_a_manager_imports_at_their_own_place_only(as_branch_manager, session, world):
    assert as_branch_manager.get(CHOOSE).status_code == 403
    text = (
        HEADING + "Ann,,green-north,Page,,,,,,,,\nBen,,green-east,Page,,,,,,Staff,,\nCy,,green-east,,,,,,,Director,,\n"
    )

    page = words_of(as_branch_manager.get(check_of(as_branch_manager, text, "green-east")))
    assert "Rows 1 0 0" in page
    assert "Line 2 Place code Green North is not part of Green East, for which you import." in page
    assert "Line 4 Role The role director at Green East is for someone with a wider role than yours to give." in page


def test_a_stranger_finds_no_such_page_and_nobody_opens_anothers_file(as_director, as_admin, as_stranger, world):
    check = check_of(as_director, STAFF)

    for address in (CHOOSE, f"{CHOOSE}/template", check, f"{check}/problems"):
        assert as_stranger.get(address).status_code == 404
    assert as_stranger.post(check).status_code == 404
    own = check.replace("green-county", "far-county")
    assert as_stranger.get(own).headers["Location"] == "/at/far-county/people/import"
    # it may name people that another person may not see
    assert as_admin.get(check).headers["Location"] == CHOOSE
    assert as_admin.get(f"{check}/problems").headers["Location"] == CHOOSE


def test_people_positions_and_roles_go_in_once(mailing, as_director, session, world, mail_server):
    check = check_of(as_director, STAFF)
    preview = words_of(as_director.get(check))
    assert "Rows 3 0 0" in preview
    assert "3 positions to add, 2 roles to grant, 1 invitation to send." in preview
    assert "Ann Lee" not in people(session, world)

    done = words_of(as_director.post(check, follow_redirects=True))
    assert "3 rows: 3 added, 0 changed, 0 the same. 0 rows left out." in done
    made = people(session, world)
    librarian, since = position_of(session, made["Ann Lee"])
    head, _ = position_of(session, made["Bo Ray"])
    page, _ = position_of(session, made["Cy Fox"])
    assert (librarian.title, librarian.contracted_hours, librarian.agreed_hours) == (
        "Librarian",
        Decimal(30),
        Decimal(4),
    )
    assert (since.first_on, since.last_on) == (date(2025, 2, 3), None)
    assert librarian.reports_to_id == page.reports_to_id == head.id
    roles = session.scalars(sa.select(Membership).where(Membership.person_id == made["Bo Ray"].id)).all()
    assert [(held.role, held.place_id) for held in roles] == [(Role.BRANCH_MANAGER, world.north.id)]
    invited = session.scalars(sa.select(Invitation.person_id)).all()
    assert invited == [made["Ann Lee"].id]
    drain(mailing)
    assert [mail["To"] for mail in mail_server.taken] == ["ann@green.example"]

    assert "This file has been imported already" in words_of(as_director.post(check, follow_redirects=True))
    again = words_of(as_director.get(check_of(as_director, STAFF)))
    assert "Rows 0 0 3" in again
    assert "0 positions to add, 0 roles to grant, 0 invitations to send." in again
    assert session.scalars(sa.select(HistoryEntry.deed).where(HistoryEntry.deed == Deed.PEOPLE_IMPORTED)).all() == [
        Deed.PEOPLE_IMPORTED
    ]
    assert first_break(session, within=Scope(world.consortium.id)) is None


def test_where_no_mail_is_sent_nobody_is_invited_and_the_page_says_so(as_director, session, world):
    check = check_of(as_director, STAFF)
    told = "No mail is sent here, so 1 person is not invited: make each link on the person&#39;s page."
    assert told in words_of(as_director.get(check))
    as_director.post(check)

    assert session.scalars(sa.select(Invitation.person_id)).all() == []
    assert "Rows 0 0 3" in words_of(as_director.get(check_of(as_director, STAFF)))


def test_the_template_is_a_file_that_can_be_given(as_admin, world):
    template = as_admin.get(f"{CHOOSE}/template").get_data(as_text=True)
    titles = template.splitlines()[0].split(",")

    page = words_of(as_admin.get(CHOOSE))
    assert all(title in page for title in titles)
    filled = template.replace(",east,", ",green-east,").replace("Library director", "")
    assert "Rows 1 0 0" in words_of(as_admin.get(check_of(as_admin, filled)))


def test_a_vacant_position_is_taken_before_a_new_one_is_made(as_director, session, world):
    text = HEADING + "".join(f"{name},,green-east,library assistant,,,,,,,,\n" for name in ("Ann", "Ben"))
    as_director.post(check_of(as_director, text))

    made = people(session, world)
    assert position_of(session, made["Ann"])[0].id == world.vacant_position.id
    assert position_of(session, made["Ben"])[0].title == "library assistant"
    assert position_of(session, made["Ben"])[0].id != world.vacant_position.id


def test_those_who_follow_each_other_share_a_position(as_director, session, world):
    text = (
        HEADING
        + "Ann,,green-north,Head,40,,2024-01-01,2024-12-31,,,,\n"
        + "Ben,,green-north,Head,40,,2025-01-01,,,,,\n"
        + "Ann,,green-north,Head,,,2020-01-01,2022-12-31,,,,\n"
    )
    as_director.post(check_of(as_director, text))

    made = people(session, world)
    assert len({position.id for position in session.scalars(sa.select(Position).where(Position.title == "Head"))}) == 1
    assert position_of(session, made["Ben"])[1].last_on is None
    assert "Rows 0 0 3" in words_of(as_director.get(check_of(as_director, text)))


def test_what_is_here_is_changed_and_a_blank_leaves_it(as_director, session, world):
    manager = f"{world.manager.name},MANAGER@green.example,green-east,Branch manager"
    text = HEADING + f"{manager},,6.5,2025-03-01,,,Branch manager,,yes\n"
    check = check_of(as_director, text)
    assert "Rows 0 1 0" in words_of(as_director.get(check))
    as_director.post(check)

    position, incumbency = position_of(session, world.manager)
    assert (position.id, position.contracted_hours, position.agreed_hours) == (
        world.manager_position.id,
        Decimal(40),
        Decimal("6.5"),
    )
    assert incumbency.first_on == date(2025, 3, 1)
    assert session.scalars(sa.select(Invitation)).all() == []
    ends = HEADING + f"{manager},,,,2026-12-31,,,,\n"
    as_director.post(check_of(as_director, ends))
    assert position_of(session, world.manager)[1].last_on == date(2026, 12, 31)


def test_somebody_without_an_address_gets_one_by_name_and_place(as_director, session, world):
    as_director.post(check_of(as_director, HEADING + "Cy Fox,,green-north,Page,,,,,,,,\n"))
    before = people(session, world)["Cy Fox"].id
    with_address = HEADING + "cy fox,cy@green.example,green-north,Page,,,,,,,,yes\n"
    as_director.post(check_of(as_director, with_address))

    person = people(session, world)["cy fox"]
    assert (person.id, person.email) == (before, "cy@green.example")
    assert "Rows 0 0 1" in words_of(as_director.get(check_of(as_director, with_address)))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",a@b.example,green-east,Page,,,,,,,,", "Name The cell is blank. It is needed."),
        ("Ann,ann,green-east,Page,,,,,,,,", "Email “ann” is not an email address."),
        ("Ann,,nowhere,Page,,,,,,,,", "Place code There is no place with the code “nowhere” here."),
        ("Ann,,far-east,Page,,,,,,,,", "Place code There is no place with the code “far-east” here."),
        ("Ann,,green-valley,Page,,,,,,,,", "is not part of Green County Libraries, for which you import."),
        ("Ann,,green-east,,,,,,,,,", "Position A person needs a position or a role"),
        ("Ann,,green-east,,40,,,,,Staff,,", "Contracted hours This belongs to a position."),
        ("Ann,,green-east,Page,81,,,,,,,", "Contracted hours “81” is not a number of hours between 0 and 80"),
        ("Ann,,green-east,Page,10,11,,,,,,", "Agreed hours The hours for social media are more than the contract has."),
        ("Ann,,green-east,Page,,,2026-02-02,2026-02-01,,,,", "Last day The last day is before the first."),
        ("Ann,,green-east,Page,,,soon,,,,,", "First day “soon” is not a day."),
        ("Ann,,green-east,Page,,,,,Boss,,,", "Reports to No other position “Boss” is at Green East or above it"),
        ("Ann,,green-east,Page,,,,,x@y.example,,,", "Reports to Whoever has the address x@y.example is in no position"),
        ("Ann,,green-east,Page,,,,,Page,,,", "Reports to No other position “Page”"),
        ("Ann,,green-east,Page,,,,,,Boss,,", "Role “Boss” is not one of Consortium admin, Director"),
        ("Ann,,green-east,Page,,,,,,,green-east,", "Role There is a place for a role, and no role."),
        ("Ann,,green-east,Page,,,,,,Staff,green-valley,", "Role place code Green Valley Consortium is not part of"),
        ("Ann,,green-east,Page,,,,,,Consortium admin,,", "Role A consortium admin is one of the whole consortium."),
        ("Ann,,green-east,Page,,,,,,,,yes", "Email An invitation needs an email address."),
        ("Ann,,green-east,Page,,,,,,,,maybe", "Invite “maybe” is neither yes nor no."),
        ("Ann,admin@green.example,green-east,Page,,,,,,,,", "does not belong to Green County Libraries."),
        ("=Ann,,green-east,Page,,,,,,,,", "Name “=Ann” begins as a formula does."),
        ("Dee,,green-east,Clerk,,,,,,,,", "Position This person is in this position on line 2 already."),
        ("Ann,,green-east", "Row The row has 3 columns and the heading 12."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_go_in_is_left_out_with_its_line_and_column(as_director, session, world, row, problem):
    check = check_of(as_director, HEADING + "Dee,,green-east,Clerk,,,,,,,,\n" + row + "\n")

    page = words_of(as_director.get(check))
    assert "Line 3 " in page
    assert problem in page
    assert "Rows 1 0 0" in page
    as_director.post(check)
    assert {"Dee"} == set(people(session, world)) - {
        each.name for each in (world.admin, world.director, world.manager, world.staff, world.auditor)
    }


def test_a_row_that_hangs_on_one_that_is_left_out_is_left_out_too(as_director, world):
    text = (
        HEADING
        + "Ann,,green-east,Page,,,,,Chief,,,\n"
        + "Ben,,green-east,Chief,10,20,,,,,,\n"
        + "Cy,,green-east,Clerk,,,,,Page,,,\n"
    )

    page = words_of(as_director.get(check_of(as_director, text)))
    assert "None of the rows can be imported." in page
    for line in (2, 3, 4):
        assert f"Line {line} " in page


def test_nobody_reports_to_themselves_by_a_detour(as_director, world):
    text = HEADING + "Ann,,green-east,Page,,,,,Chief,,,\nBen,,green-east,Chief,,,,,Page,,,\n"

    page = words_of(as_director.get(check_of(as_director, text)))
    assert "Line 2 Reports to The line of command would lead back to this position." in page


def test_an_admin_makes_directors_and_admins(as_admin, session, world):
    text = (
        HEADING
        + "Ann,ann@green.example,green-county,Director,,,,,,Director,,\n"
        + "Ben,ben@green.example,green-valley,,,,,,,Consortium admin,,\n"
    )
    as_admin.post(check_of(as_admin, text, "green-valley"))

    made = people(session, world)
    held = session.execute(
        sa.select(Membership.role, Membership.place_id)
        .where(Membership.person_id.in_([made["Ann"].id, made["Ben"].id]))
        .order_by(Membership.role)
    ).all()
    assert [tuple(row) for row in held] == [
        (Role.CONSORTIUM_ADMIN, world.root.id),
        (Role.DIRECTOR, world.library.id),
    ]
