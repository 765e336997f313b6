"""Reading what tags posts: the topics of a consortium, its tag rules, and batches that can be undone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.metrics.models import Post, PostTag, TagBatch, TagChange, TagRule, Topic
from app.metrics.rules.tags import DEFAULT_TOPICS, Planned, Ruling
from app.people.models import Person

_RULES = sa.Table(TagRule.__tablename__, TagRule.metadata)
_PLACES = sa.Table(Place.__tablename__, Place.metadata)
_HERE = sa.alias(_PLACES, "here")
#: made once: every pull that brings a new post asks it
_RULINGS = (
    sa.select(_RULES.c.id, _RULES.c.says, _RULES.c.kind, _RULES.c.value)
    .join(_PLACES, sa.and_(_PLACES.c.consortium_id == _RULES.c.consortium_id, _PLACES.c.id == _RULES.c.place_id))
    .join(_HERE, sa.func.substr(_HERE.c.path, 1, sa.func.length(_PLACES.c.path)) == _PLACES.c.path)
    .where(
        _RULES.c.consortium_id == sa.bindparam("of_consortium"),
        _PLACES.c.consortium_id == sa.bindparam("of_consortium"),
        _HERE.c.consortium_id == sa.bindparam("of_consortium"),
        _HERE.c.id == sa.bindparam("of_place"),
        _RULES.c.ended_at.is_(None),
    )
    .order_by(_RULES.c.made_at, _RULES.c.id)
)


def own_topics(session: Session, *, within: Scope) -> Sequence[Topic]:
    """The topics the consortium wrote itself, in its order; none while it has not."""
    return session.scalars(
        sa.select(Topic).where(Topic.consortium_id == within.consortium_id).order_by(Topic.position, Topic.id)
    ).all()


def topics_of(session: Session, *, within: Scope) -> tuple[Planned, ...]:
    """The topics that posts are tagged with, and their planned shares: the consortium's own, else five to start with."""
    own = own_topics(session, within=within)
    return tuple(Planned(topic.name, topic.percent) for topic in own) or DEFAULT_TOPICS


def rules_at(session: Session, *, within: Scope) -> Sequence[TagRule]:
    """The rules in force at the scope's place, above it and below it, oldest first, with their places."""
    return session.scalars(
        _rules(within)
        .where(
            sa.or_(
                Place.path.startswith(within.path, autoescape=True),
                sa.func.substr(within.path, 1, sa.func.length(Place.path)) == Place.path,
            ),
            TagRule.ended_at.is_(None),
        )
        .order_by(TagRule.made_at, TagRule.id)
    ).all()


def get_rule(session: Session, rule_id: int, *, within: Scope) -> TagRule:
    """The rule in force with this id and its place; NotFound for one that ended too."""
    found = session.scalars(_rules(within).where(TagRule.id == rule_id, TagRule.ended_at.is_(None))).one_or_none()
    if found is None:
        raise NotFound("There is no such rule here.")
    return found


def rulings_for(session: Session, account: Account, *, within: Scope) -> list[Ruling]:
    """The rules in force for an account's posts: of its place and those above, oldest first."""
    rules = session.execute(_RULINGS, {"of_consortium": within.consortium_id, "of_place": account.place_id})
    return [Ruling(*rule) for rule in rules]


def rules_by_id(session: Session, ids: Sequence[int], *, within: Scope) -> dict[int, TagRule]:
    """Rules by their id, those that ended too."""
    return {rule.id: rule for rule in session.scalars(_rules(within).where(TagRule.id.in_(ids)).order_by(TagRule.id))}


def count_tagged_by(session: Session, rules: Sequence[TagRule], *, within: Scope) -> dict[int, int]:
    """How many tags each rule has given that still stand, by rule."""
    rows = session.execute(
        sa.select(PostTag.rule_id, sa.func.count())
        .where(PostTag.consortium_id == within.consortium_id, PostTag.rule_id.in_([rule.id for rule in rules]))
        .group_by(PostTag.rule_id)
        .order_by(PostTag.rule_id)
    )
    return {rule_id: count for rule_id, count in rows if rule_id is not None}


def find_last_batch(session: Session, actor: Actor, *, within: Scope, since: datetime) -> TagBatch | None:
    """The newest batch of a person at the scope's place or below since an instant that is not undone."""
    return session.scalars(
        _batches(within)
        .where(TagBatch.person_id == actor.person_id, TagBatch.made_at >= since, TagBatch.undone_at.is_(None))
        .order_by(TagBatch.made_at.desc(), TagBatch.id.desc())
        .limit(1)
    ).one_or_none()


def get_batch(session: Session, batch_id: int, *, within: Scope) -> TagBatch:
    """The batch with this id at the scope's place or below; NotFound otherwise."""
    found = session.scalars(_batches(within).where(TagBatch.id == batch_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such batch of tags here.")
    return found


def changes_of(session: Session, batch: TagBatch, *, within: Scope) -> Sequence[TagChange]:
    """What a batch did, post by post."""
    return session.scalars(
        sa.select(TagChange)
        .where(TagChange.consortium_id == within.consortium_id, TagChange.batch_id == batch.id)
        .order_by(TagChange.post_id, TagChange.kind)
    ).all()


def tag_changes_of(session: Session, post: Post, *, within: Scope) -> Sequence[TagChange]:
    """What batches did to one post."""
    return session.scalars(
        sa.select(TagChange)
        .where(TagChange.consortium_id == within.consortium_id, TagChange.post_id == post.id)
        .order_by(TagChange.id)
    ).all()


def _rules(within: Scope) -> sa.Select[TagRule]:
    return (
        sa.select(TagRule)
        .join(Place, sa.and_(Place.consortium_id == TagRule.consortium_id, Place.id == TagRule.place_id))
        .where(TagRule.consortium_id == within.consortium_id, Place.consortium_id == within.consortium_id)
        .options(contains_eager(TagRule.place))
    )


def _batches(within: Scope) -> sa.Select[TagBatch]:
    return (
        sa.select(TagBatch)
        .join(Place, sa.and_(Place.consortium_id == TagBatch.consortium_id, Place.id == TagBatch.place_id))
        .where(
            TagBatch.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
    )


def names_of(session: Session, person_ids: Iterable[int], *, within: Scope) -> dict[int, str]:
    """The names of people by their id."""
    statement = (
        sa.select(Person.id, Person.name)
        .where(Person.consortium_id == within.consortium_id, Person.id.in_(sorted(set(person_ids))))
        .order_by(Person.id)
    )
    return dict(session.execute(statement).all())
