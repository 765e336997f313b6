"""Posts of a few accounts with their words, so that the figures of the last months can be opened down to them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.accounts.models import Account
from app.consortia.queries import root_of
from app.desk.demo.cast import read_seed
from app.desk.demo.drawing import COLUMNS, Row, daily_rows
from app.desk.demo.figures import castings_of
from app.desk.demo.specs import spec_of
from app.desk.demo.stage import Stage
from app.foundation.ids import new_id
from app.metrics.actions.ruling import RuleWords, set_rule, set_topics
from app.metrics.models import Post, PostTag, Run
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.tags import Ruling, TagKind, read_topics, tags_for

_FIRST_HOUR = 9
_KINDS = ("announced", "asked", "talked", "replied")
#: people tag a post so long after it
_TAGGED_AFTER = timedelta(hours=2)
#: so many pictures have descriptions that one has none
_ONE_IN = 9
_FIGURES = (Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES)


def write_posts(stage: Stage, run: Run) -> None:
    """Every post of the seed's accounts since the last whole quarter began, as many as the daily figures count."""
    seed = read_seed("posts")
    zone = ZoneInfo(stage.cast.time_zone)
    rows: list[dict[str, Any]] = []
    tagger = _Tagger(stage, seed)
    for casting in castings_of(stage):
        if [casting.code, casting.platform] not in seed["accounts"]:
            continue
        account = stage.accounts[casting.code, casting.platform]
        words = {kind: cycle(seed[kind]) for kind in _KINDS}
        days = daily_rows(spec_of(casting, stage.calendar), stage.calendar.quarter.first, stage.calendar.as_of)
        for day in days:
            rows += _posts_of(day, account, run, words, zone)
    stage.session.execute(sa.insert(Post), rows)
    stage.session.execute(sa.insert(PostTag), [tag for row in rows for tag in tagger.tags_of(row)])


class _Tagger:
    """Tags posts as two rules of the consortium and its people would; replies and a few others stay untagged."""

    def __init__(self, stage: Stage, seed: Mapping[str, Any]) -> None:
        at = stage.founded_at
        root = root_of(stage.session, within=stage.within)
        set_topics(stage.session, root, read_topics(seed["planned"]), by=stage.by, at=at)
        self._rules = {
            says: set_rule(
                stage.session, root, RuleWords.of(says, TagKind.TOPIC, seed["topics"][says]), by=stage.by, at=at
            ).id
            for says in seed["rules"]
        }
        self._rulings = [
            Ruling(number, says, TagKind.TOPIC, topic) for number, (says, topic) in enumerate(seed["topics"].items())
        ]
        self._intents = {text: intent for kind, intent in seed["intents"].items() for text in seed[kind]}
        self._topics: dict[str, Ruling | None] = {}

    def tags_of(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The tags of one post."""
        if row["is_reply"]:
            return
        topic = self._topic(row["text"])
        if topic is not None:
            yield self._tag(row, TagKind.TOPIC, topic.value, rule_id=self._rules.get(topic.word))
        if row["text"] in self._intents:
            yield self._tag(row, TagKind.INTENT, self._intents[row["text"]])
        if topic is not None and row["has_media"]:
            yield self._tag(row, TagKind.ALT_TEXT, "missing" if row["id"] % _ONE_IN == 0 else "present")

    def _topic(self, text: str) -> Ruling | None:
        if text not in self._topics:
            self._topics[text] = tags_for(text, self._rulings).get(TagKind.TOPIC)
        return self._topics[text]

    def _tag(self, row: Mapping[str, Any], kind: TagKind, value: str, *, rule_id: int | None = None) -> dict[str, Any]:
        return {
            "id": new_id(),
            "consortium_id": row["consortium_id"],
            "post_id": row["id"],
            "kind": kind,
            "value": value,
            "rule_id": rule_id,
            "tagged_at": row["published_at"] + _TAGGED_AFTER,
        }


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
