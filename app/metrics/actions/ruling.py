"""The topics of a consortium, and rules that tag posts by a hashtag or a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.models import TagRule, Topic
from app.metrics.queries.tagging import own_topics, rules_at
from app.metrics.rules.tags import SUBJECTS, Planned, TagKind, cleaned, cleaned_word, words_of


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What a tag rule says: posts with ``says`` get the value."""

    says: str
    kind: TagKind
    value: str

    @classmethod
    def of(cls, says: str, kind: TagKind, value: str) -> "RuleWords":
        """Tidied; refuses a word that is too short, and what a policy wants a person to know, such as consent."""
        if kind not in SUBJECTS:
            raise Refused(f"{kind.label} is for a person to say, post by post.", field="tag")
        return cls(cleaned_word(says), kind, cleaned(kind, value))

    @property
    def sentence(self) -> str:
        """Such as "#storytime: Topic Events"."""
        return f"{self.says}: {self.kind.label} {words_of(self.kind, self.value)}"


def set_rule(
    session: Session, place: Place, words: RuleWords, *, by: Actor, at: datetime, instead_of: TagRule | None = None
) -> TagRule:
    """Tag posts of the place's accounts from now on. Refuses a rule that is there already.

    A changed rule is a new one after the old one's end, so that every tag keeps the rule that gave it.
    """
    for other in rules_at(session, within=Scope(place.consortium_id, place.id, place.path)):
        is_same = (other.says.casefold(), other.kind, other.place_id) == (words.says.casefold(), words.kind, place.id)
        if is_same and other is not instead_of:
            raise Refused(f"{other.says} gives a {other.kind.label.lower()} here already.", field="says")
    if instead_of is not None:
        instead_of.ended_at = at
    rule = TagRule(
        id=new_id(),
        consortium_id=place.consortium_id,
        place_id=place.id,
        says=words.says,
        kind=words.kind,
        value=words.value,
        person_id=by.person_id,
        made_at=at,
    )
    session.add(rule)
    session.flush()
    detail = {"rule": words.sentence, "instead_of": instead_of.says if instead_of else ""}
    record(session, Deed.TAG_RULE_SET, rule, by=by, at=at, place_path=place.path, detail=detail)
    return rule


def end_rule(session: Session, rule: TagRule, *, by: Actor, at: datetime) -> None:
    """Tag no more posts by this rule; the tags it gave stay."""
    rule.ended_at = at
    session.flush()
    detail = {"rule": RuleWords(rule.says, rule.kind, rule.value).sentence}
    record(session, Deed.TAG_RULE_ENDED, rule, by=by, at=at, place_path=rule.place.path, detail=detail)


def set_topics(session: Session, root: Place, topics: Sequence[Planned], *, by: Actor, at: datetime) -> None:
    """Write the consortium's list of topics anew; posts keep the topic they have, whether it is still listed or not."""
    for topic in own_topics(session, within=Scope(consortium_id=root.consortium_id)):
        session.delete(topic)
    session.flush()
    session.add_all(
        Topic(consortium_id=root.consortium_id, name=topic.name, position=number, percent=topic.percent)
        for number, topic in enumerate(topics)
    )
    session.flush()
    told = ", ".join(topic.name if topic.percent is None else f"{topic.name} {topic.percent}%" for topic in topics)
    record(session, Deed.TOPICS_SET, root, by=by, at=at, place_path=root.path, detail={"topics": told})
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=root.consortium_id, at=at, key="all")
