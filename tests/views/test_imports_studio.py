"""YouTube Studio's exports through the import: in whole, or refused with nothing kept; no bytes bring it down."""

import random
from datetime import date

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.foundation.periods import Period
from app.metrics.models import DailyFigure, Run
from app.metrics.queries.figures import days_of
from app.metrics.rules.dictionary import Metric

TABLE = """Date,Views,Watch time (hours),Subscribers,Likes,Shares
Total,272,9.5000,12,9,3
2026-11-01,88,1.5000,-2,4,1
2026-11-02,184.0,8.0000,14,5,2
"""


@pytest.fixture
def channel(session, world):
    world.account.platform = "youtube"
    session.commit()
    return world.account


@pytest.fixture
def give(application, world, tmp_path):
    """Import a file into the channel by the command; the result."""

    def give(content: bytes, *options: str):
        path = tmp_path / "Table data.csv"
        path.write_bytes(content)
        command = ["metrics", "import", "--consortium", world.consortium.slug, "--account", str(world.account.id)]
        return application.test_cli_runner().invoke(args=[*command, *options, str(path)])

    return give


def days(session):
    return session.scalar(sa.select(sa.func.count()).select_from(DailyFigure))


def test_a_table_by_date_brings_views_likes_and_shares(give, session, channel):
    result = give(TABLE.encode("utf-8-sig"))
    assert (result.exit_code, result.output) == (0, "2 days added, 0 changed, 0 the same; 0 problems.\n")
    period = Period(date(2026, 11, 1), date(2026, 11, 2))
    within = Scope(channel.consortium_id)

    def series(metric):
        return [day.figures[metric].figure.value for day in days_of(session, channel, period=period, within=within)]

    assert (series(Metric.VIEWS), series(Metric.REACTIONS), series(Metric.SHARES)) == ([88, 184], [4, 5], [1, 2])
    assert series(Metric.FOLLOWERS) == [None, None], "the day's gain of subscribers is not how many there are"


def test_the_same_file_twice_changes_nothing(give, session, channel):
    give(TABLE.encode())
    assert give(TABLE.encode()).output == "0 days added, 0 changed, 2 the same; 0 problems.\n"
    assert days(session) == 2


def test_a_table_without_days_is_refused_and_nothing_is_kept(give, session, channel):
    result = give(b"Geography,Views,Watch time (hours)\nTotal,15,3.5\nUS,10,2.0\n")
    assert result.exit_code == 1
    assert "Choose Totals.csv" in result.output
    assert (days(session), session.scalar(sa.select(sa.func.count()).select_from(Run))) == (0, 0)


def test_the_real_files_go_in_whole_or_not_at_all(give, session, channel, real_data_dir):
    folder = real_data_dir / "youtube-studio-csv"
    assert (
        give((folder / "views_Totals.csv").read_bytes()).output
        == "365 days added, 0 changed, 0 the same; 0 problems.\n"
    )
    for name in ("geography_Table data.csv", "geography_Chart data_first200.csv"):
        assert give((folder / name).read_bytes()).exit_code == 1
    assert days(session) == 365


def test_no_bytes_bring_the_import_down(give, channel):
    chance = random.Random(20261122)  # noqa: S311 - the same bytes in every run
    for _ in range(60):
        content = bytearray(TABLE.encode())
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
        result = give(bytes(content), "--dry-run")
        assert result.exception is None or isinstance(result.exception, SystemExit), bytes(content)
