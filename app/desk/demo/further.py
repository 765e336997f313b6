"""What platforms tell the demo beside the metrics: one branch's accounts, for as long as their figures are looked at."""

from collections.abc import Iterator
from datetime import timedelta

from app.desk.demo.calendar import dice
from app.desk.demo.stage import Stage
from app.foundation.figures import Figure
from app.metrics.actions.furthering import Told, store_further
from app.metrics.models import Run
from app.metrics.rules.dictionary import FurtherMetric, Source

_WHERE, _DAYS = "eastside", 60
#: by platform what it tells, and at most how many on a day
_TELLS: dict[str, dict[FurtherMetric, int]] = {
    "facebook": {
        FurtherMetric.NEW_FOLLOWS: 5,
        FurtherMetric.UNFOLLOWS: 2,
        FurtherMetric.PROFILE_VIEWS: 60,
        FurtherMetric.ENGAGEMENTS: 90,
        FurtherMetric.VIDEO_VIEWS: 40,
    },
    "instagram": {
        FurtherMetric.PROFILE_VIEWS: 45,
        FurtherMetric.ENGAGEMENTS: 70,
        FurtherMetric.SAVES: 6,
    },
}


def write_further(stage: Stage, run: Run) -> None:
    """As if each pull had brought them."""
    store_further(stage.session, _told(stage), run=run, source=Source.DEMO, at=stage.calendar.now)


def _told(stage: Stage) -> Iterator[Told]:
    for (code, platform), account in stage.accounts.items():
        tells = _TELLS.get(platform, {}) if code == _WHERE else {}
        for back in range(_DAYS if tells else 0):
            day = stage.calendar.as_of - timedelta(days=back + 1)
            chance = dice("further", platform, back)
            for metric, most in tells.items():
                yield Told(account.id, day, metric, Figure.of(chance.randint(0, most)))
