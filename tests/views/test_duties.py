"""The pages of duties: the matrix and its days, giving and ending, what is not needed, undo, files, and who may."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.access.rules import Scope
from app.accounts.models import AccountShare
from app.duties.models import Assignment, DutyExemption
from app.duties.rules.catalogue import Family
from app.foundation.clock import local_day, now
from app.history.models import HistoryEntry
from app.people import actions as people
from app.people.queries import incumbencies_of
from tests.factories.duties import FIVE, adopt, give

TODAY = local_day(now(), "America/New_York")


def url(place, *more, **query):
    path = "/".join(["/at", place.code, "duties", *map(str, more)])
    return path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def cell_url(world, family="answer", *more, **query):
    return url(world.east, family, world.account.id, *more, **query)


def page(browser, address):
    reply = browser.get(address)
    assert reply.status_code == 200, reply.text[:400]
    return BeautifulSoup(reply.text, "html.parser")


def words(node):
    return " ".join(node.get_text(" ").split())


def cells(soup):
    """Words of each cell by the row's duty."""
    return {
        row.th.find(string=True).strip(): [words(cell) for cell in row.find_all("td")]
        for row in soup.select("table.mx tbody tr")
    }


def form_of(world, **changed):
    return {
        "role": "primary",
        "holder": f"p{world.staff_position.id}",
        "hours_per_week": "1.5",
        "first_on": TODAY.isoformat(),
        "last_on": "",
    } | changed


def assigned(session, world):
    session.expire_all()
    statement = sa.select(Assignment).where(Assignment.consortium_id == world.consortium.id).order_by(Assignment.id)
    return session.scalars(statement).all()


def problems(reply):
    summary = BeautifulSoup(reply.text, "html.parser").select_one(".error-summary")
    assert summary is not None, reply.text[:300]
    return words(summary)


# --- the matrix ---------------------------------------------------------------------------------------------------


def test_the_matrix_names_people_and_gaps(as_branch_manager, session, world, far):
    adopt(session, world, *FIVE)
    give(session, world.account, Family.LISTEN, world.manager_position)
    give(session, world.account, Family.LISTEN, world.staff_position, backup=True, hours="0.5")
    give(session, world.account, Family.POST, world.manager_position)
    session.commit()
    soup = page(as_branch_manager, url(world.east))
    found = cells(soup)
    assert found["Listen"] == ["Primary Green Manager Backup Green Staff 2 h a week"]
    assert "Primary Green Manager No backup. SM" in found["Post"][0]
    assert found["Post"][0].endswith("Assign a backup")
    assert found["Answer questions"][0].startswith("Nobody answers. SM")
    lede = words(soup.select_one(".lede"))
    assert lede == "1 of 5 duties have the people the policies ask for. Three have nobody, one has no backup."
    assert [cell["class"] for cell in soup.select("td.gap")] == [["gap"]] * 3
    link = soup.select_one("td.part a")
    assert link["aria-label"].startswith("Post, Mastodon: primary Green Manager, no backup")


def test_every_cell_is_one_link(as_branch_manager, session, world, far):
    soup = page(as_branch_manager, url(world.east))
    boxes = soup.select("table.mx tbody td")
    assert len(boxes) == 5
    assert all(len(box.find_all("a")) == 1 for box in boxes)


def test_a_leaver_shows_as_a_gap_and_the_days_before_as_they_were(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    give(session, world.account, Family.ANSWER, world.staff_position)
    left_on = TODAY - timedelta(days=10)
    _leave(session, world, left_on)
    assert "Nobody answers since" in cells(page(as_branch_manager, url(world.east)))["Answer questions"][0]
    before = page(as_branch_manager, url(world.east, on=left_on.isoformat()))
    assert cells(before)["Answer questions"] == ["Primary Green Staff 1.5 h a week"]
    assert f"As it was on {left_on:%b} {left_on.day}, {left_on.year}" in words(before)


def _leave(session, world, last_on):
    [held] = [
        each
        for each in incumbencies_of(session, world.staff, within=Scope(world.consortium.id))
        if each.position_id == world.staff_position.id
    ]
    held.last_on = last_on
    session.commit()


def test_a_coming_day_shows_what_will_be(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    starts = TODAY + timedelta(days=20)
    give(session, world.account, Family.ANSWER, world.staff_position, first_on=starts)
    session.commit()
    assert "Nobody answers" in cells(page(as_branch_manager, url(world.east)))["Answer questions"][0]
    later = page(as_branch_manager, url(world.east, on=starts.isoformat()))
    assert cells(later)["Answer questions"] == ["Primary Green Staff 1.5 h a week"]
    assert "As it will be on" in words(later)


@pytest.mark.parametrize("day", ["next Tuesday", "2026-02-30", "<script>", "9999999"])
def test_a_day_in_words_gets_a_sentence(as_branch_manager, world, far, day):
    soup = page(as_branch_manager, url(world.east, on=day))
    assert f"“{day}” is not a day written like 2026-11-09" in words(soup)
    assert soup.find("script", string=True) is None


def test_only_gaps(as_branch_manager, session, world, far):
    adopt(session, world, "listen", "post", depth="primary")
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    assert list(cells(page(as_branch_manager, url(world.east, gaps=1)))) == ["Post"]
    give(session, world.account, Family.POST, world.staff_position)
    session.commit()
    assert "No gaps on" in words(page(as_branch_manager, url(world.east, gaps=1)))


def test_a_branch_without_accounts(as_branch_manager, session, world, far):
    world.account.state = "proposed"
    session.commit()
    assert "No accounts at Green East yet" in words(page(as_branch_manager, url(world.east)))


def test_a_shared_account_stands_in_the_matrix(as_branch_manager, session, world, far):
    session.add(
        AccountShare(consortium_id=world.consortium.id, account_id=world.north_account.id, place_id=world.east.id)
    )
    session.commit()
    heads = [words(head) for head in page(as_branch_manager, url(world.east)).select("thead th")]
    assert heads[2] == "Facebook greennorth, shared"


def test_load_on_each_person(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.staff_position, hours="9.5")
    session.commit()
    rows = [words(row) for row in page(as_branch_manager, url(world.east)).select("section tbody tr")]
    assert rows[1] == "Green Staff Adult services librarian 1 primary, 0 backup 9.5 h 8 h 119% 1.5 h over"
    assert rows[2].startswith("Vacant Library assistant 0 primary")


def test_by_person(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    rows = [words(row) for row in page(as_branch_manager, url(world.east, view="person")).select("tbody tr")]
    assert "Green Staff Adult services librarian Listen, Mastodon 1.5 h Nothing" in rows


def test_staff_see_the_matrix_but_no_load_and_no_forms(as_staff, session, world, far):
    adopt(session, world, "answer")
    session.commit()
    soup = page(as_staff, url(world.east))
    assert "Load on each person" not in words(soup)
    assert "Assign" not in words(soup)
    assert "You may not see this list" in words(page(as_staff, url(world.east, view="person")))
    assert page(as_staff, cell_url(world)).select("main form") == []


# --- places below -------------------------------------------------------------------------------------------------


def test_a_library_lists_its_places_worst_first(as_director, session, world, far):
    adopt(session, world, "listen", "post", depth="primary")
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    soup = page(as_director, url(world.library))
    rows = [words(row) for row in soup.select("tbody tr")]
    assert rows == ["Green North 1 2 0 2 0 2 gaps", "Green East 1 2 1 1 0 1 gap"]
    assert soup.select_one("tbody th a")["href"].startswith(f"/at/{world.north.code}/duties")
    assert words(soup.select_one(".lede")).startswith("1 of 4 duties have")


def test_the_consortium_names_the_libraries(as_admin, session, world, far):
    adopt(session, world, "listen")
    session.commit()
    rows = [words(row) for row in page(as_admin, url(world.root, sort="name")).select("tbody tr")]
    assert rows[0].startswith("Green East Green County Libraries 1 1 0 1")
    assert "Far" not in words(page(as_admin, url(world.root)))


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "9" * 30])
def test_any_page_number_is_answered(as_director, world, far, number):
    assert page(as_director, url(world.library, page=number)).select("tbody tr")


# --- giving -------------------------------------------------------------------------------------------------------


def test_assigning(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world), follow_redirects=True)
    soup = BeautifulSoup(reply.text, "html.parser")
    assert "Green Staff is primary for Answer questions on Mastodon" in words(soup.select_one(".flash"))
    assert cells(soup)["Answer questions"] == ["Primary Green Staff 1.5 h a week"]
    [made] = assigned(session, world)
    assert (made.position_id, made.is_primary, made.hours_per_week) == (world.staff_position.id, True, Decimal("1.5"))
    assert _deeds(session, world)[-1] == "duties.assigned"


def _deeds(session, world):
    statement = sa.select(HistoryEntry.deed).where(HistoryEntry.consortium_id == world.consortium.id)
    return session.scalars(statement.order_by(HistoryEntry.number)).all()


def test_a_form_posted_twice_gives_it_once(as_branch_manager, session, world, far):
    for _ in range(2):
        assert as_branch_manager.post(cell_url(world), data=form_of(world)).status_code == 302
    assert len(assigned(session, world)) == 1
    assert _deeds(session, world).count("duties.assigned") == 1


def test_more_than_is_agreed_is_a_warning_and_no_refusal(as_branch_manager, session, world, far):
    data = form_of(world, hours_per_week="10")
    reply = as_branch_manager.post(cell_url(world), data=data, follow_redirects=True)
    assert "Green Staff has 10 h of duties a week in 8 h agreed: 2 h over." in reply.text
    assert len(assigned(session, world)) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"hours_per_week": "41"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": "1000"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": "-1"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": "many"}, "Write a number, such as 12.5."),
        ({"hours_per_week": "NaN"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": ""}, "Write the hours a week, such as 1.5."),
        ({"first_on": "tomorrow"}, "Write the day as 2026-11-09"),
        ({"first_on": "2026-11-20", "last_on": "2026-11-19"}, "The last day is before the first."),
        ({"holder": ""}, "Choose"),
        ({"holder": "p1"}, "Choose one from the list."),
        ({"role": "boss"}, "Choose one of these."),
    ],
)
def test_bad_input_is_refused_where_it_stands(as_branch_manager, session, world, far, changed, sentence):
    reply = as_branch_manager.post(cell_url(world), data=form_of(world, **changed))
    assert sentence in problems(reply)
    assert assigned(session, world) == []


def test_more_hours_than_the_contract_has_are_refused(as_branch_manager, session, world, far):
    world.staff_position.contracted_hours = Decimal(20)
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world, hours_per_week="20.5"))
    assert "The contract of this position has 20 h a week, fewer than this duty takes." in problems(reply)


def test_a_second_primary_at_the_time_is_refused(as_branch_manager, session, world, far):
    give(session, world.account, Family.ANSWER, world.manager_position, last_on=TODAY)
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world))
    assert "“Branch manager” is primary on some of these days. Say first when that ends." in problems(reply)
    later = form_of(world, first_on=(TODAY + timedelta(days=1)).isoformat())
    assert as_branch_manager.post(cell_url(world), data=later).status_code == 302


def test_nobody_is_their_own_backup(as_branch_manager, session, world, far):
    give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world, role="backup"))
    assert "Adult services librarian is primary here already on some of these days." in problems(reply)


def test_nobody_is_their_own_backup_through_another_position(as_branch_manager, session, world, far):
    people.put_in_position(session, world.staff, world.vacant_position, first_on=TODAY, by=world.machine, at=now())
    give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    data = form_of(world, role="backup", holder=f"p{world.vacant_position.id}")
    assert "The same person would be primary and backup" in problems(as_branch_manager.post(cell_url(world), data=data))


def test_a_closed_position_is_not_offered(as_branch_manager, session, world, far):
    world.staff_position.closed_on = TODAY
    session.commit()
    assert "Choose one from the list." in problems(as_branch_manager.post(cell_url(world), data=form_of(world)))


def test_a_position_that_closes_before_it_starts_is_refused(as_branch_manager, session, world, far):
    world.staff_position.closed_on = TODAY + timedelta(days=5)
    session.commit()
    data = form_of(world, first_on=(TODAY + timedelta(days=5)).isoformat())
    assert "is closed by then" in problems(as_branch_manager.post(cell_url(world), data=data))


def test_a_team_may_hold_it_and_an_empty_team_may_not(as_branch_manager, session, world, far):
    full = people.add_team(session, world.library, name="Central team", positions=[world.staff_position])
    empty = people.add_team(session, world.library, name="Nobody's team", positions=[])
    session.commit()
    refused = as_branch_manager.post(cell_url(world), data=form_of(world, holder=f"t{empty.id}"))
    assert "Nobody's team has no positions in it yet." in problems(refused)
    assert as_branch_manager.post(cell_url(world), data=form_of(world, holder=f"t{full.id}")).status_code == 302
    assert cells(page(as_branch_manager, url(world.east)))["Answer questions"] == ["Primary Central team 1.5 h a week"]


def test_another_tenants_position_is_not_offered(as_branch_manager, session, world, far):
    reply = as_branch_manager.post(cell_url(world, wider=1), data=form_of(world, holder=f"p{far.staff_position.id}"))
    assert "Choose one from the list." in problems(reply)
    assert "Far" not in reply.text


def test_suggestions_put_free_hours_first(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.manager_position, hours="3")
    session.commit()
    rows = [words(row) for row in page(as_branch_manager, cell_url(world)).select("section:has(#free) tbody tr")]
    assert rows[0].startswith("Green Staff Adult services librarian 8 h")
    assert rows[1].startswith("Green Manager Branch manager 5 h")


def test_a_suggestion_fills_the_form(as_branch_manager, session, world, far):
    soup = page(as_branch_manager, cell_url(world, holder=f"p{world.staff_position.id}", role="backup"))
    assert soup.select_one("#holder option[selected]")["value"] == f"p{world.staff_position.id}"
    assert soup.select_one("input[name=role][checked]")["value"] == "backup"


# --- ending and undoing -------------------------------------------------------------------------------------------


def end_url(world, assignment, verb="end"):
    return f"/at/{world.east.code}/assignments/{assignment.id}/{verb}"


def test_ending_and_undoing_it(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    held = give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    data = {"last_on": (TODAY - timedelta(days=1)).isoformat()}
    for _ in range(2):
        reply = as_branch_manager.post(end_url(world, held), data=data, follow_redirects=True)
        assert "Nobody answers since" in reply.text
    assert _deeds(session, world).count("duties.ended") == 1
    assert end_url(world, held, "undo") in reply.text
    undone = as_branch_manager.post(end_url(world, held, "undo"), follow_redirects=True)
    assert "Undone. Everything is as it was before." in undone.text
    assert assigned(session, world)[0].last_on is None


def test_undoing_an_assignment_takes_it_back(as_branch_manager, session, world, far):
    as_branch_manager.post(cell_url(world), data=form_of(world))
    [made] = assigned(session, world)
    as_branch_manager.post(end_url(world, made, "undo"))
    assert assigned(session, world) == []
    assert _deeds(session, world)[-1] == "duties.withdrawn"


def test_what_is_old_is_not_undone(as_branch_manager, session, world, far):
    held = give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    reply = as_branch_manager.post(end_url(world, held, "undo"), follow_redirects=True)
    assert "too long ago to undo" in reply.text
    assert len(assigned(session, world)) == 1


def test_an_end_is_not_undone_where_another_is_primary_by_now(as_branch_manager, session, world, far):
    held = give(session, world.account, Family.ANSWER, world.manager_position)
    session.commit()
    as_branch_manager.post(end_url(world, held), data={"last_on": (TODAY - timedelta(days=1)).isoformat()})
    as_branch_manager.post(cell_url(world), data=form_of(world))
    reply = as_branch_manager.post(end_url(world, held, "undo"), follow_redirects=True)
    assert "is primary on some of these days" in reply.text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2020-01-01", "It cannot end before that."), ("soon", "Write the day as"), ("", "Write the last")],
)
def test_an_end_that_cannot_be(as_branch_manager, session, world, far, day, sentence):
    held = give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    assert sentence in problems(as_branch_manager.post(end_url(world, held), data={"last_on": day}))
    assert assigned(session, world)[0].last_on is None


# --- not needed ---------------------------------------------------------------------------------------------------


def test_not_needed_and_needed_again(as_branch_manager, session, world, far):
    adopt(session, world, "follow")
    session.commit()
    data = {"reason": "No followers here", "first_on": TODAY.isoformat()}
    for _ in range(2):
        assert as_branch_manager.post(cell_url(world, "follow", "not-needed"), data=data).status_code == 302
    assert _deeds(session, world).count("duties.exempted") == 1
    soup = page(as_branch_manager, url(world.east))
    assert cells(soup)["Follow and connect"] == ["Not needed No followers here"]
    for _ in range(2):
        as_branch_manager.post(cell_url(world, "follow", "needed"))
    assert _deeds(session, world).count("duties.needed_again") == 1
    assert "Nobody follows" in cells(page(as_branch_manager, url(world.east)))["Follow and connect"][0]


def test_a_day_on_which_it_was_not_needed_stays_so(as_branch_manager, session, world, far):
    adopt(session, world, "follow")
    _exempt(session, world, first_on=TODAY - timedelta(days=30))
    as_branch_manager.post(cell_url(world, "follow", "needed"))
    then = page(as_branch_manager, url(world.east, on=(TODAY - timedelta(days=1)).isoformat()))
    assert cells(then)["Follow and connect"] == ["Not needed No followers here"]


def _exempt(session, world, first_on):
    session.add(
        DutyExemption(
            consortium_id=world.consortium.id,
            place_id=world.east.id,
            account_id=world.account.id,
            family=Family.FOLLOW,
            reason="No followers here",
            first_on=first_on,
        )
    )
    session.commit()


def test_a_decision_needs_its_reason_and_is_made_once(as_branch_manager, session, world, far):
    address, first_on = cell_url(world, "follow", "not-needed"), TODAY.isoformat()
    blank = as_branch_manager.post(address, data={"reason": "  ", "first_on": first_on})
    assert "Say why nobody is needed here" in problems(blank)
    long = as_branch_manager.post(address, data={"reason": "x" * 201, "first_on": first_on})
    assert "At most 200 characters." in problems(long)
    _exempt(session, world, first_on=TODAY)
    other = as_branch_manager.post(address, data={"reason": "Another", "first_on": first_on})
    assert "Not needed already: “No followers here”." in other.text


def test_a_script_in_a_reason_is_text(as_branch_manager, session, world, far):
    data = {"reason": "<script>alert(1)</script>", "first_on": TODAY.isoformat()}
    as_branch_manager.post(cell_url(world, "follow", "not-needed"), data=data)
    assert "<script>alert" not in as_branch_manager.get(url(world.east)).text


# --- own duties, files --------------------------------------------------------------------------------------------


def test_my_own_duties(as_staff, session, world, far):
    assert "No duties yet" in words(page(as_staff, "/me/duties"))
    give(session, world.account, Family.LISTEN, world.staff_position)
    give(session, world.account, Family.POST, world.manager_position)
    session.commit()
    [row] = page(as_staff, "/me/duties").select("tbody tr")
    assert words(row).startswith("Listen Checks the agreed searches")
    assert "Primary" in words(row)


def test_someone_without_a_position_has_no_duties(as_director, world, far):
    assert "you hold none here" in words(page(as_director, "/me/duties"))


def test_the_file(as_director, session, world, far):
    adopt(session, world, "listen")
    give(session, world.account, Family.LISTEN, world.manager_position)
    session.commit()
    reply = as_director.get(f"/at/{world.library.code}/duties.csv")
    lines = reply.text.splitlines()
    assert reply.mimetype == "text/csv"
    assert lines[0] == "Place,Platform,Account,Duty,Standing,Primary,Backup,Hours a week,Gap,Asked by"
    assert "Green East,Mastodon,'@greeneast@social.example,Listen,No backup,Green Manager,,1.50" in reply.text
    assert len(lines) == 11


# --- who may ------------------------------------------------------------------------------------------------------

_GETS = ("/at/{east}/duties", "/at/{east}/duties.csv", "/at/{east}/duties/answer/{account}")
_POSTS = (
    "/at/{east}/duties/answer/{account}",
    "/at/{east}/duties/answer/{account}/not-needed",
    "/at/{east}/duties/answer/{account}/needed",
    "/at/{east}/assignments/{held}/end",
    "/at/{east}/assignments/{held}/undo",
)


def _filled(session, world, address):
    held = give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    return address.format(east=world.east.code, account=world.account.id, held=held.id)


@pytest.mark.parametrize("address", _GETS)
def test_a_stranger_finds_nothing(as_stranger, session, world, far, address):
    assert as_stranger.get(_filled(session, world, address)).status_code == 404


@pytest.mark.parametrize("address", _POSTS)
def test_a_stranger_changes_nothing(as_stranger, session, world, far, address):
    assert as_stranger.post(_filled(session, world, address), data={}).status_code == 404


@pytest.mark.parametrize("address", _POSTS)
def test_staff_and_auditors_change_nothing(as_staff, as_auditor, session, world, far, address):
    filled = _filled(session, world, address)
    for browser in (as_staff, as_auditor):
        assert browser.post(filled, data=form_of(world)).status_code == 403
    assert len(assigned(session, world)) == 1


@pytest.mark.parametrize("address", _GETS)
def test_every_role_of_the_place_reads(as_staff, as_auditor, as_director, as_admin, session, world, far, address):
    filled = _filled(session, world, address)
    for browser in (as_staff, as_auditor, as_director, as_admin):
        assert browser.get(filled).status_code == 200


def test_a_manager_of_one_branch_does_not_change_another(as_branch_manager, session, world, far):
    address = url(world.north, "answer", world.north_account.id)
    assert as_branch_manager.post(address, data=form_of(world)).status_code == 403


def test_an_account_of_another_place_has_no_cell_here(as_branch_manager, session, world, far):
    for account in (world.north_account, far.account):
        address = url(world.east, "answer", account.id)
        assert as_branch_manager.get(address).status_code == 404
        assert as_branch_manager.post(address, data=form_of(world)).status_code == 404


def test_an_assignment_of_another_place_cannot_be_ended_here(as_director, session, world, far):
    held = give(session, world.north_account, Family.ANSWER, world.staff_position)
    session.commit()
    assert as_director.post(end_url(world, held), data={"last_on": TODAY.isoformat()}).status_code == 404


def test_a_family_that_is_none(as_branch_manager, world, far):
    assert as_branch_manager.get(cell_url(world, "sing")).status_code == 404
