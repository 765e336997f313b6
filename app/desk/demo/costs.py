"""What reading X cost the demo, pull by pull, and how files of a known layout are read."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from app.accounts.models import Account
from app.desk.demo.cast import read_seed
from app.desk.demo.drawing import COLUMNS, daily_rows
from app.desk.demo.figures import castings_of
from app.desk.demo.specs import Casting, spec_of
from app.desk.demo.stage import Stage
from app.foundation.periods import add_months
from app.imports.models import SavedMatch
from app.imports.rules.dates import DateOrder
from app.imports.rules.layouts import fingerprint
from app.imports.rules.numbers import NumberStyle
from app.metrics.models import Run
from app.metrics.rules.costs import reads_in_words
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.runs import RunKind, RunState
from app.platforms.catalogue import get_platform
from app.platforms.contract import Meter
from app.web.filters import plural

#: the pulls of so many months are kept, the present one among them
_MONTHS = 4
#: each pull reads the posts of so many days again
_AGAIN = 8
_POSTS = 2 + COLUMNS.index(Metric.POSTS)


def write_costs(stage: Stage) -> None:
    """A pull a day of each account that is billed, with what it read; and the layouts of files, as people matched them."""
    first = add_months(stage.calendar.as_of, 1 - _MONTHS)
    for casting in castings_of(stage):
        prices = get_platform(casting.platform).prices
        if prices is not None:
            account = stage.accounts[casting.code, casting.platform]
            stage.session.add_all(_pulls(stage, casting, account, first, prices.per_read))
    for row in read_seed("accounts")["matches"]:
        stage.session.add(
            SavedMatch(
                consortium_id=stage.consortium_id,
                fingerprint=fingerprint(row["header"]),
                meanings=row["meanings"],
                date_order=DateOrder(row["date_order"]),
                number_style=NumberStyle(row["number_style"]),
                saved_at=stage.calendar.at(stage.calendar.day(row["saved"])),
            )
        )
    stage.session.flush()


def _pulls(stage: Stage, casting: Casting, account: Account, first: date, prices: Mapping[str, int]) -> Iterator[Run]:
    """One a day: the posts of the days that are read again, and the profile."""
    calendar = stage.calendar
    days = daily_rows(spec_of(casting, calendar), first - timedelta(days=_AGAIN), calendar.as_of)
    posted = {day[1]: posts if isinstance(posts := day[_POSTS], int) else 0 for day in days}
    for step in range((calendar.as_of - first).days + 1):
        on = first + timedelta(days=step)
        posts = sum(posted.get(on - timedelta(days=back), 0) for back in range(_AGAIN))
        meter = Meter(prices)
        meter.count("user")
        if posts:
            meter.count("post", posts)
        at = calendar.at(on)
        reads, counted = dict(meter.reads), plural(posts, "post", "posts")
        yield Run(
            consortium_id=stage.consortium_id,
            account_id=account.id,
            kind=RunKind.PULL,
            state=RunState.DONE,
            started_at=at,
            ended_at=at,
            reads=reads,
            cost_micros=meter.spent,
            rows_read=posts,
            rows_same=_AGAIN,
            message=f"{counted} read. The platform counted {reads_in_words(reads)}.",
        )
