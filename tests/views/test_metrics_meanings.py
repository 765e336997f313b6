"""What figures mean: the dictionary, breaks of a series, and the words of a platform behind a level."""

from datetime import date

from bs4 import BeautifulSoup

from app.access.rules import Scope
from app.foundation.figures import Figure
from app.history.queries import latest_entries
from app.history.rules import Deed
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run, SeriesBreak
from app.metrics.rules.dictionary import Metric, Source, dictionary
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from tests.factories.world import AT

_DAY = date(2026, 11, 8)


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def _pull(session, world, **figures):
    run = Run(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        kind=RunKind.PULL,
        state=RunState.DONE,
        started_at=AT,
        ended_at=AT,
        raw={"followers_count": 118, "locked": False},
    )
    session.add(run)
    session.flush()
    rows = [AccountDay(world.account.id, _DAY, {Metric(name): Figure.of(value) for name, value in figures.items()})]
    store_batch(session, rows, run=run, source=Source.PULL, at=AT)
    session.commit()


def test_the_dictionary_names_formula_field_and_comparability(as_staff):
    shown = page(as_staff.get("/figures/dictionary"))
    followers = shown.find("section", attrs={"aria-labelledby": "followers"}) or shown
    assert "Places may be compared by it." in followers.text
    assert "public_metrics.followers_count" in followers.text
    narrowed = page(as_staff.get("/figures/dictionary?platform=blog"))
    assert [heading.text for heading in narrowed.select("#results h2")] == ["Posts", "Posts that ask"]
    assert page(as_staff.get("/figures/dictionary?platform=pigeon")).text.count("How it is made") == len(dictionary())


def test_a_level_tells_the_platforms_own_words(as_branch_manager, session, world):
    world.account.platform = "mastodon"
    _pull(session, world, followers=118, posts=3)
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures/{_DAY}"))
    assert "told as 118" in shown.find(id="followers").text
    assert "told as" not in shown.find(id="posts").text


def test_a_break_is_noted_shown_and_taken_back(as_branch_manager, session, world):
    _pull(session, world, reach=40)
    address = f"/accounts/{world.account.id}/breaks"
    given = {"metric": "reach", "from_on": "2026-11-08", "why": "People instead of displays"}
    assert as_branch_manager.post(address, data=given).status_code == 302
    assert "It is noted already" in as_branch_manager.post(address, data=given).text
    assert "in the future" in as_branch_manager.post(address, data={**given, "from_on": "2199-01-01"}).text
    assert "Write what changed" in as_branch_manager.post(address, data={**given, "why": ""}).text
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures?to=2026-11-09"))
    assert "People reached counted anew from Nov 8, 2026" in " ".join(shown.text.split())
    day = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures/2026-11-08"))
    assert "People instead of displays" in day.find(id="reach").text
    noted = session.query(SeriesBreak).filter_by(consortium_id=world.consortium.id).one()
    assert as_branch_manager.post(f"{address}/{noted.id}/rejoin").status_code == 302
    assert "No breaks" in page(as_branch_manager.get(address)).text
    deeds = [entry.deed for entry, _ in latest_entries(session, within=Scope(consortium_id=world.consortium.id))]
    assert {Deed.SERIES_BROKEN, Deed.SERIES_REJOINED} <= set(deeds)
    assert as_branch_manager.post(f"{address}/{noted.id}/rejoin").status_code == 404
