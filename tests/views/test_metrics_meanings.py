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
    _store(session, world, {_DAY: figures}, raw={"followers_count": 118, "locked": False})


def _store(session, world, days, *, kind=RunKind.PULL, **of_run):
    run = Run(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        kind=kind,
        state=RunState.DONE,
        started_at=AT,
        ended_at=AT,
        **of_run,
    )
    session.add(run)
    session.flush()
    rows = [
        AccountDay(world.account.id, day, {Metric(name): Figure.of(value) for name, value in figures.items()})
        for day, figures in days.items()
    ]
    store_batch(session, rows, run=run, source=Source(kind), at=AT)
    session.commit()


def test_the_dictionary_names_formula_field_and_comparability(as_staff):
    overview = page(as_staff.get("/figures/dictionary")).find("section", attrs={"aria-labelledby": "followers"})
    assert not overview.find("table")
    followers = page(as_staff.get(overview.find("a", string="How each platform makes it")["href"]))
    assert [heading.text for heading in followers.select("#results h2")] == ["Followers"]
    assert "Places may be compared by it." in followers.text
    assert "public_metrics.followers_count" in followers.text
    narrowed = page(as_staff.get("/figures/dictionary?platform=blog"))
    told = ["Posts", "Posts that ask", "Questions due", "Questions answered in time"]
    assert [heading.text for heading in narrowed.select("#results h2")] == told
    assert "Blog or feed, pulled" in narrowed.text
    tiktok = page(as_staff.get("/figures/dictionary?platform=tiktok")).find(id="results").text
    assert "TikTok followers by day, exported by TikTok" in tiktok
    assert "By hand, or a file of our own" in tiktok
    assert "LinkedIn" not in tiktok
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


def test_a_series_breaks_where_a_source_counts_another_thing(as_branch_manager, session, world):
    world.account.platform = "x"
    _store(session, world, {date(2026, 11, day): {"views": 40, "posts": 1} for day in (2, 3)})
    _store(session, world, {date(2026, 11, 4): {"views": 60}}, kind=RunKind.BY_HAND)
    days = {date(2026, 11, day): {"views": 900, "posts": 2} for day in (5, 6)}
    _store(session, world, days, kind=RunKind.IMPORT, layout="x_days")
    _store(session, world, {date(2026, 11, 8): {"views": 50}})
    shown = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures?to=2026-11-09"))
    told = [" ".join(row.text.split()) for row in shown.select("tr.avg")]
    assert [words.partition(" Another source")[0] for words in told] == [
        "Times shown counted anew from Nov 8, 2026",
        "Times shown counted anew from Nov 5, 2026",
    ]
    assert "until then what the posts of the day had got" in told[1]
    day = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures/2026-11-05"))
    assert "Counted anew from this day" in day.find(id="views").text
    assert "Counted anew" not in day.find(id="posts").text
    by_hand = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures/2026-11-04")).find(id="views")
    assert "As read from the platform's own page that day" in by_hand.text
    assert "impression_count" not in by_hand.text
    assert "Told by the sources" in page(as_branch_manager.get(f"/accounts/{world.account.id}/breaks")).text


def test_files_that_count_one_thing_are_one_series(as_branch_manager, session, world):
    world.account.platform = "x"
    _store(session, world, {date(2026, 11, 2): {"views": 40, "reactions": 3}})
    days = {date(2026, 11, 3): {"views": 50, "reactions": 4}}
    _store(session, world, days, kind=RunKind.IMPORT, layout="x_posts")
    assert "No breaks" in page(as_branch_manager.get(f"/accounts/{world.account.id}/breaks")).text
