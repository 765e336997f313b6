"""The list of mentions: what it tells and hides, how its address narrows it, the download, and one mention."""

import csv
import io
from datetime import timedelta

import pytest

from app.access.rules import Scope
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.metrics.actions.mentions import purge_mentions


@pytest.fixture(params=["sqlite"])
def application(request, application):
    """One engine will do for the words of a page."""
    return application


QUESTION, PRAISE = "Are you open on Sunday?", "Thank you for the story time"


def test_the_list_tells_what_was_said_and_never_by_whom(as_staff, world, speak):
    speak(QUESTION, PRAISE)
    speak("Somebody else", author="43")
    page = as_staff.get(f"/at/{world.east.code}/mentions").text
    assert QUESTION in page
    assert page.count("Someone who wrote 1 other mention") == 2
    assert "<b>3 to do</b>" in page
    assert "Not sorted yet" in page


def test_the_words_are_for_the_library(as_admin, as_auditor, world, speak):
    ids = speak(QUESTION)
    for address in (
        f"/at/{world.root.code}/mentions",
        f"/mentions/{ids[QUESTION]}",
        f"/at/{world.root.code}/mentions.csv",
    ):
        assert "Sunday" not in as_admin.get(address).text
        assert "Sunday" in as_auditor.get(address).text
    assert "Save for these" not in as_auditor.get(f"/at/{world.east.code}/mentions").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=to_do", {PRAISE, "Spam"}),
        ("state=handled", {QUESTION}),
        ("kind=question", {QUESTION}),
        ("kind=-", {PRAISE, "Spam"}),
        ("state=quiet:spam", set()),
        ("platform=x", set()),
        ("from=2020-01-01&to=2020-01-02", set()),
        ("state=nonsense&kind=x&page=99&account=x&same=x", {QUESTION, PRAISE, "Spam"}),
    ],
)
def test_the_address_narrows_the_list(as_branch_manager, world, speak, say, query, shown):
    ids = speak(QUESTION, PRAISE, "Spam")
    say(ids[QUESTION], kind="question", outcome="handled")
    page = as_branch_manager.get(f"/at/{world.east.code}/mentions?{query}").text
    assert {word for word in ids if f">{word}</a>" in page} == shown


def test_the_same_person_is_found_without_a_name(as_staff, world, speak):
    ids = speak(QUESTION, PRAISE)
    speak("Somebody else", author="43")
    page = as_staff.get(f"/mentions/{ids[QUESTION]}").text
    address = f"/at/{world.east.code}/mentions?same={ids[QUESTION]}"
    assert address in page
    narrowed = as_staff.get(address).text
    assert PRAISE in narrowed
    assert "Somebody else" not in narrowed
    assert as_staff.get(f"/at/{world.east.code}/mentions?same=17").status_code == 404


def test_forgotten_words_leave_what_was_said_of_them(session, as_branch_manager, world, speak, say):
    old = "Said long ago"
    ids = speak(old, hours=24 * 80)
    say(ids[old], kind="praise", outcome="handled")
    enter_tenant(session, world.consortium.id)
    purge_mentions(session, within=Scope(world.consortium.id), at=now() + timedelta(days=15))
    session.commit()
    page = as_branch_manager.get(f"/at/{world.east.code}/mentions").text
    assert old not in page
    assert "Words no longer kept" in page
    assert "Praise" in page
    one = as_branch_manager.get(f"/mentions/{ids[old]}").text
    assert "no longer kept since" in one


def test_the_download_tells_nothing_of_the_author(as_branch_manager, world, speak, say):
    ids = speak("=cmd()", QUESTION)
    say(ids[QUESTION], outcome="quiet", reason="not_about_us", kind="question")
    reply = as_branch_manager.get(f"/at/{world.east.code}/mentions.csv")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert "author" not in reply.text
    assert [row["text"] for row in rows] == ["'=cmd()", QUESTION]
    assert (rows[1]["state"], rows[1]["reason"]) == ("Left quiet", "Not about us")


def test_a_first_day_says_what_is_missing(as_branch_manager, world):
    page = as_branch_manager.get(f"/at/{world.east.code}/mentions").text
    assert "Nobody has spoken" in page
    assert "Mentions cannot be read without a token" in page
