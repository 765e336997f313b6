"""What the forms of tags offer: closed lists, the consortium's topics, and words used before."""

from collections.abc import Mapping, Sequence

from app.access.context import whole_consortium
from app.foundation.database import db
from app.metrics.forms import TagForm, TagRuleForm
from app.metrics.models import PostTag
from app.metrics.queries.tagged import values_used
from app.metrics.queries.tagging import topics_of
from app.metrics.rules.tags import OPEN, SUBJECTS, TagKind, words_of
from app.metrics.views.posts.narrowing import values_of

#: in a form for many posts: take the tag away
TAKE_AWAY = "-"


def give_choices(form: TagForm, *, held: Mapping[TagKind, PostTag] | None = None) -> dict[TagKind, Sequence[str]]:
    """Fill the lists of a form for many posts, or for one whose tags are ``held``; the words used before by kind."""
    topics = topics_of(db.session, within=whole_consortium())
    used = {kind: values_used(db.session, kind, within=whole_consortium()) for kind in sorted(OPEN)}
    first = [("", "As it is"), (TAKE_AWAY, "Take away")] if held is None else [("", "Not said")]
    for kind in TagKind:
        if kind in OPEN and kind is not TagKind.TOPIC:
            continue
        values = values_of(kind, topics, used)
        tag = (held or {}).get(kind)
        if tag is not None and tag.value not in values:
            values.append(tag.value)
        form[kind.value].choices = first + [(value, _offer(kind, value, tag)) for value in values]
    return used


def give_rule_choices(form: TagRuleForm) -> None:
    """Fill the list of tags that a rule may give."""
    topics = topics_of(db.session, within=whole_consortium())
    closed = (TagKind.TOPIC, TagKind.INTENT, TagKind.FORMAT)
    form.tag.choices = [
        (f"{kind.value}:{value}", f"{kind.label}: {words_of(kind, value)}")
        for kind in closed
        for value in values_of(kind, topics, {})
    ] + [(f"{kind.value}:", f"{kind.label}: the name below") for kind in SUBJECTS if kind not in closed]


def _offer(kind: TagKind, value: str, held: PostTag | None) -> str:
    if kind is TagKind.APPROVAL:
        return "Approved" if held is not None else "Approved by me"
    return words_of(kind, value)
