"""Ending and undoing, and deciding that a duty is not needed."""

from datetime import timedelta

import pytest

from app.duties.models import DutyExemption
from app.duties.rules.catalogue import Family
from tests.factories.duties import adopt, give
from tests.views.duties.pages import (
    TODAY,
    assigned,
    cell_url,
    cells,
    deeds,
    end_url,
    form_of,
    page,
    problems,
    url,
)


def test_ending_and_undoing_it(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    held = give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    data = {"last_on": (TODAY - timedelta(days=1)).isoformat()}
    for _ in range(2):
        reply = as_branch_manager.post(end_url(world, held), data=data, follow_redirects=True)
        assert "Nobody answers since" in reply.text
    assert deeds(session, world).count("duties.ended") == 1
    assert end_url(world, held, "undo") in reply.text
    undone = as_branch_manager.post(end_url(world, held, "undo"), follow_redirects=True)
    assert "Undone. Everything is as it was before." in undone.text
    assert assigned(session, world)[0].last_on is None


def test_undoing_an_assignment_takes_it_back(as_branch_manager, session, world, far):
    as_branch_manager.post(cell_url(world), data=form_of(world))
    [made] = assigned(session, world)
    as_branch_manager.post(end_url(world, made, "undo"))
    assert assigned(session, world) == []
    assert deeds(session, world)[-1] == "duties.withdrawn"


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


def test_not_needed_and_needed_again(as_branch_manager, session, world, far):
    adopt(session, world, "follow")
    session.commit()
    data = {"reason": "No followers here", "first_on": TODAY.isoformat()}
    for _ in range(2):
        assert as_branch_manager.post(cell_url(world, "follow", "not-needed"), data=data).status_code == 302
    assert deeds(session, world).count("duties.exempted") == 1
    soup = page(as_branch_manager, url(world.east))
    assert cells(soup)["Follow and connect"] == ["Not needed No followers here"]
    for _ in range(2):
        as_branch_manager.post(cell_url(world, "follow", "needed"))
    assert deeds(session, world).count("duties.needed_again") == 1
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
