"""Reading what people corrected and removed of the posts they wrote down."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.metrics.models import PostChange
from app.metrics.rules.hand_posts import UNDO_FOR

#: rows of the page
_MOST = 200


def post_changes_at(session: Session, *, within: Scope, since: datetime) -> Sequence[PostChange]:
    """The corrections and removals of a place and below since an instant, the newest first, taken back ones too."""
    newest = _changes(within).where(PostChange.made_at >= since).limit(_MOST)
    return session.scalars(newest).all()


def find_last_post_change(session: Session, actor: Actor, *, within: Scope, since: datetime) -> PostChange | None:
    """The newest correction or removal of a person at the scope's place or below that was not taken back."""
    own = (PostChange.person_id == actor.person_id, PostChange.made_at >= since, PostChange.undone_at.is_(None))
    return session.scalars(_changes(within).where(*own).limit(1)).one_or_none()


def get_post_change(session: Session, change_id: int, *, within: Scope) -> PostChange:
    """The correction or removal with this id as it stands now, with its account; NotFound otherwise."""
    statement = _changes(within).where(PostChange.id == change_id).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("There is no such change here.")
    return found


def post_changes_past(session: Session, at: datetime, *, within: Scope) -> Sequence[PostChange]:
    """Those that can be taken back no more."""
    return session.scalars(
        sa.select(PostChange)
        .where(PostChange.consortium_id == within.consortium_id, PostChange.made_at < at - UNDO_FOR)
        .order_by(PostChange.id)
    ).all()


def _changes(within: Scope) -> sa.Select[PostChange]:
    return (
        sa.select(PostChange)
        .join(Account, sa.and_(Account.consortium_id == PostChange.consortium_id, Account.id == PostChange.account_id))
        .join(Place, sa.and_(Place.consortium_id == Account.consortium_id, Place.id == Account.place_id))
        .where(
            PostChange.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(PostChange.account).contains_eager(Account.place))
        .order_by(PostChange.made_at.desc(), PostChange.id.desc())
    )
