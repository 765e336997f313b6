"""One post under the several ids that a platform and its exports give it."""

import re

#: a platform's answers put the page's id before the post's, its exports do not always
_WITH_OWNER = frozenset({"facebook"})
#: Instagram's exports and its answers number posts differently; both tell the address, whose code is the post's own
_BY_CODE = re.compile(
    r"https?://(?:www\.|m\.)?instagram\.com/(?:[^/?#]+/)?(?:p|reels?|tv)/([A-Za-z0-9_-]{5,64})/?(?:[?#].*)?", re.ASCII
)


def bare_id(external_id: str, *, platform: str) -> str:
    """The id without its page's: the same for one post, wherever it was read."""
    return external_id.rpartition("_")[2] if platform in _WITH_OWNER else external_id


def forms_of(external_id: str, *, platform: str, owner_id: str | None) -> tuple[str, ...]:
    """The ids under which the post may be kept already, its own first."""
    if platform not in _WITH_OWNER:
        return (external_id,)
    bare = bare_id(external_id, platform=platform)
    return tuple(dict.fromkeys((external_id, bare, f"{owner_id}_{bare}" if owner_id else bare)))


def code_of(url: str) -> str:
    """The code in the address of a post, which is the same wherever the post was read; "" where there is none."""
    found = _BY_CODE.fullmatch(url)
    return found[1] if found else ""
