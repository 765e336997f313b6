"""Posts of a few accounts with their words, so that the figures of the last months can be opened down to them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.accounts.models import Account
from app.desk.demo.cast import read_seed
from app.desk.demo.drawing import COLUMNS, Row, daily_rows
from app.desk.demo.figures import castings_of
from app.desk.demo.specs import spec_of
from app.desk.demo.stage import Stage
from app.foundation.ids import new_id
from app.metrics.models import Post, Run
from app.metrics.rules.dictionary import Metric

_FIRST_HOUR = 9
_KINDS = ("announced", "asked", "talked", "replied")
_FIGURES = (Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES)


def write_posts(stage: Stage, run: Run) -> None:
    """Every post of the seed's accounts since the last whole quarter began, as many as the daily figures count."""
    seed = read_seed("posts")
    zone = ZoneInfo(stage.cast.time_zone)
    rows: list[dict[str, Any]] = []
    for casting in castings_of(stage):
        if [casting.code, casting.platform] not in seed["accounts"]:
            continue
        account = stage.accounts[casting.code, casting.platform]
        words = {kind: cycle(seed[kind]) for kind in _KINDS}
        days = daily_rows(spec_of(casting, stage.calendar), stage.calendar.quarter.first, stage.calendar.as_of)
        for day in days:
            rows += _posts_of(day, account, run, words, zone)
    stage.session.execute(sa.insert(Post), rows)


def _posts_of(
    day: Row, account: Account, run: Run, words: Mapping[str, Iterator[str]], zone: ZoneInfo
) -> Iterator[dict[str, Any]]:
    """The posts of one day, which share its reactions, comments and shares."""
    count = {metric: int(value or 0) for metric, value in zip(COLUMNS, day[2:], strict=True)}
    published = count[Metric.POSTS]
    talked = published - count[Metric.BROADCASTS] - count[Metric.ASKS] - count[Metric.REPLIES]
    kinds = (
        ["announced"] * count[Metric.BROADCASTS]
        + ["asked"] * count[Metric.ASKS]
        + ["talked"] * talked
        + ["replied"] * count[Metric.REPLIES]
    )
    open_posts = published - count[Metric.REPLIES]
    for number, kind in enumerate(kinds):
        at = datetime.combine(day[1], time(_FIRST_HOUR), tzinfo=zone) + timedelta(minutes=95 * number)
        external_id = f"{day[1]:%Y%m%d}-{number + 1}"
        yield {
            "id": new_id(),
            "consortium_id": account.consortium_id,
            "account_id": account.id,
            "run_id": run.id,
            "external_id": external_id,
            "url": f"{account.url.rstrip('/')}/posts/{external_id}",
            "published_at": at,
            "text": next(words[kind]),
            "is_reply": kind == "replied",
            "was_answered_by_us": kind == "talked",
            "has_media": number % 2 == 0 and kind != "replied",
            **{
                metric.value: 0 if kind == "replied" else _part(count[metric], open_posts, number)
                for metric in _FIGURES
            },
        }


def _part(total: int, parts: int, number: int) -> int:
    """One of almost equal parts of a whole."""
    return total * (number + 1) // parts - total * number // parts
