"""Writing down a post that no pull reads: a sign-up sheet, a story, a post on a platform without an interface."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.accounts.rules import AccountState, Connection
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries import settings_of
from app.foundation.clock import local_day
from app.foundation.errors import Refused
from app.foundation.figures import Figure
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.posts import keep_posts
from app.metrics.actions.recounting import counted, hand_run, recount_by_hand
from app.metrics.models import Post
from app.metrics.queries.posts import get_post_by_external_id
from app.platforms.catalogue import get_platform
from app.platforms.contract import PostReading

#: stands before the platform's id of what a person wrote down
_BY_HAND = "hand-"


@dataclass(frozen=True, slots=True)
class PostWords:
    """What a person writes down of a post."""

    published_at: datetime
    text: str
    url: str = ""
    is_reply: bool = False
    has_media: bool = False
    #: counts that are known, by the platform's usual names
    figures: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Logged:
    """The post as kept, and whether its day was counted from it."""

    post: Post
    is_counted: bool


def log_post(session: Session, account: Account, words: PostWords, *, by: Actor, at: datetime) -> Logged:
    """Keep a post by hand, and count its day anew where no file or platform has counted it.

    Refuses a platform that is pulled, a retired account, a time to come, and a post without words.
    """
    _refuse(account, words, at=at)
    external_id = f"{_BY_HAND}{new_id()}"
    run = hand_run(
        session, consortium_id=account.consortium_id, account=account, by=by, at=at, message="1 post written down."
    )
    run.rows_read = run.rows_added = 1
    reading = PostReading(
        external_id=external_id,
        url=words.url,
        published_at=words.published_at,
        text=words.text,
        is_reply=words.is_reply,
        is_repost=False,
        in_reply_to_own=False,
        has_media=words.has_media,
        has_link=bool(words.url),
        figures={name: Figure.of(count) for name, count in words.figures.items()},
    )
    before = counted(session, account, {day_of_post(session, account, words.published_at)})
    keep_posts(session, account, [reading], run=run)
    within = Scope(consortium_id=account.consortium_id)
    is_counted = recount_by_hand(session, account, before, run=run, at=at)
    post = get_post_by_external_id(session, account, external_id, within=within)
    detail = {"handle": account.handle, "platform": get_platform(account.platform).label, "counted": is_counted}
    record(session, Deed.POST_LOGGED, post, by=by, at=at, place_path=account.place.path, detail=detail)
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=account.consortium_id, at=at, key="all")
    return Logged(post, is_counted)


def _refuse(account: Account, words: PostWords, *, at: datetime) -> None:
    platform = get_platform(account.platform)
    if platform.is_pulled and account.connection is not Connection.FILE_ONLY:
        raise Refused(
            f"Posts on {platform.label} are pulled; what is written down twice would count twice.", field="account"
        )
    if account.state is AccountState.RETIRED:
        raise Refused("This account is retired.", field="account")
    refuse_words(words, at=at)


def refuse_words(words: PostWords, *, at: datetime) -> None:
    """Refuse a time to come, a post without words, and an address that is none."""
    if words.published_at > at:
        raise Refused("This time is still to come. Write down what was published.", field="day")
    if not words.text:
        raise Refused("Write what the post says, or what it shows.", field="text")
    if words.url and not words.url.startswith(("https://", "http://")):
        raise Refused("An address starts with https:// or http://.", field="url")


def day_of_post(session: Session, account: Account, published_at: datetime) -> date:
    """The day of the consortium on which a post was published."""
    zone = settings_of(session, within=Scope(consortium_id=account.consortium_id)).time_zone
    return local_day(published_at, zone)
