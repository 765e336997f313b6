"""Asking a platform what can be read of an account, part by part: a yes, or the platform's no in a sentence."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.accounts.rules.connecting import PartSeen, Readable
from app.platforms.catalogue import Platform
from app.platforms.contract import (
    Identity,
    InsightsReader,
    Listener,
    PlatformError,
    ProfileReading,
    Reach,
    Reader,
    TokenReader,
    TokenReading,
)
from app.web.filters import day, join_and, number, plural

#: the account itself, its posts, who spoke to it, and the platform's own statistics
ACCOUNT, POSTS, MENTIONS, STATISTICS = "The account", "Posts", "Mentions", "Statistics by day"
#: beside them: until when the token serves, and what it may do
TOKEN = "The token"  # noqa: S105 - a word, no secret
#: posts and mentions of so many days are asked for: a page, and cheap where the platform bills
_LATELY = timedelta(days=2)
#: platforms tell of a day once it is over, and some take another
_SETTLED = timedelta(days=3)
_NOT_TRIED = "Not tried, since the account itself could not be read."


def unread(sentence: str) -> list[PartSeen]:
    """The account cannot be read at all, for this reason."""
    others = [PartSeen(name, Readable.NOT_TRIED, _NOT_TRIED) for name in (POSTS, MENTIONS, STATISTICS)]
    return [PartSeen(ACCOUNT, Readable.NO, sentence), *others]


def look(
    reader: Reader,
    reach: Reach,
    identity: Identity,
    platform: Platform,
    *,
    at: datetime,
    between: Callable[[], None] = lambda: None,
) -> list[PartSeen]:
    """Each part in turn; one that cannot be read costs the others nothing. ``between`` is called between them."""
    try:
        profile = reader.profile(reach, identity)
    except PlatformError as error:
        return unread(str(error))
    found = [PartSeen(ACCOUNT, Readable.YES, _told(profile))]
    for ask in (_posts, _mentions, _statistics):
        between()
        found.append(ask(reader, reach, identity, platform, at))
    return found


def summary(parts: list[PartSeen]) -> str:
    """All of it in two sentences."""
    read = [part for part in parts if part.name != TOKEN]
    can = [part.name.lower() for part in read if part.readable is Readable.YES]
    cannot = [part.name.lower() for part in read if part.readable in {Readable.NO, Readable.NOT_TRIED}]
    said = [f"Can be read: {join_and(can)}." if can else "Nothing can be read."]
    if can and cannot:
        said.append(f"Cannot: {join_and(cannot)}.")
    return " ".join(said)


def look_at_token(reader: TokenReader, reach: Reach, platform: Platform) -> tuple[PartSeen, TokenReading | None]:
    """Until when the token serves and what it lacks, in words and as the platform says it; None where it does not."""
    try:
        reading = reader.token(reach)
    except PlatformError as error:
        return PartSeen(TOKEN, Readable.NO, str(error)), None
    return _token_seen(reading, platform), reading


def _token_seen(reading: TokenReading | None, platform: Platform) -> PartSeen:
    if reading is None:
        why = f"{platform.label} does not tell us when this token ends: it was made with an app that is not ours."
        return PartSeen(TOKEN, Readable.NOT_OFFERED, why)
    end = first_end(reading)
    wished = platform.sign_in.scopes if platform.sign_in else ()
    lacking = [scope for scope in wished if scope not in reading.scopes]
    said = [f"It ends on {day(reading.ends_at.date())}." if reading.ends_at else "It has no end."]
    if end and end == reading.access_ends_at != reading.ends_at:
        said.append(f"From {day(end.date())} on it is shown nothing, until somebody signs in again.")
    word = "permission" if len(lacking) == 1 else "permissions"
    said.append(f"It lacks the {word} {join_and(lacking)}." if lacking else "It has every permission that we ask for.")
    return PartSeen(TOKEN, Readable.YES, " ".join(said))


def first_end(reading: TokenReading) -> datetime | None:
    """When the token ends or is shown nothing more, whichever is first; None for neither."""
    return min((end for end in (reading.ends_at, reading.access_ends_at) if end), default=None)


def _told(profile: ProfileReading) -> str:
    known = [
        f"{number(figure.value)} {name.replace('_total', '')}"
        for name, figure in sorted(profile.figures.items())
        if figure.value is not None
    ]
    return f"{profile.display_name[:80]}: {join_and(known)}." if known else f"{profile.display_name[:80]}."


def _posts(reader: Reader, reach: Reach, identity: Identity, platform: Platform, at: datetime) -> PartSeen:
    del platform
    try:
        found = reader.posts(reach, identity, at - _LATELY)
    except PlatformError as error:
        return PartSeen(POSTS, Readable.NO, str(error))
    return PartSeen(POSTS, Readable.YES, f"{plural(len(found), 'post', 'posts')} of the last two days came.")


def _mentions(reader: Reader, reach: Reach, identity: Identity, platform: Platform, at: datetime) -> PartSeen:
    if not isinstance(reader, Listener):
        return PartSeen(
            MENTIONS,
            Readable.NOT_OFFERED,
            f"We do not read on {platform.label} who spoke to the {platform.account_word}.",
        )
    if reader.needs_token and not reach.token:
        return PartSeen(MENTIONS, Readable.NO, f"{platform.label} shows them only with a token. Connect the account.")
    try:
        found = reader.mentions(reach, identity, at - _LATELY)
    except PlatformError as error:
        return PartSeen(MENTIONS, Readable.NO, str(error))
    return PartSeen(MENTIONS, Readable.YES, f"{plural(len(found), 'mention', 'mentions')} of the last two days came.")


def _statistics(reader: Reader, reach: Reach, identity: Identity, platform: Platform, at: datetime) -> PartSeen:
    if not isinstance(reader, InsightsReader):
        return PartSeen(
            STATISTICS, Readable.NOT_OFFERED, f"We read none of {platform.label}; posts are counted instead."
        )
    if reader.needs_sign_in and not reach.is_signed_in:
        why = f"{platform.label} gives them to who signs in there, not to a key. Posts are counted instead."
        return PartSeen(STATISTICS, Readable.NO, why)
    on = (at - _SETTLED).date()
    try:
        found = reader.insights(reach, identity, on, on)
    except PlatformError as error:
        return PartSeen(STATISTICS, Readable.NO, str(error))
    figures = [figure for each in found for figure in each.figures.values()]
    if any(figure.is_known for figure in figures):
        return PartSeen(STATISTICS, Readable.YES, f"Those of {day(on)} came.")
    reasons = {figure.reason.label.lower() for figure in figures if figure.reason}
    why = f": {join_and(sorted(reasons))}" if reasons else ""
    return PartSeen(STATISTICS, Readable.NO, f"{platform.label} answered without a figure for {day(on)}{why}.")
