"""Many files at once: how a batch stands, what of a file's name outlives the month, and whose a file says it is."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from app.imports.rules.exports.shape import plain


class BatchState(StrEnum):
    """How many files at once stand."""

    UNPACKING = "unpacking"
    OPEN = "open"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            "unpacking": "Being unpacked",
            "open": "To be decided on",
            "failed": "Could not be read",
        }[self.value]


#: an archive with more files is no month's end
MOST_FILES = 200
#: unpacked, no file is so much larger than packed: plain text is not, what is made to harm is
MOST_RATIO = 200
#: under this size the ratio says nothing: a file of zeros and one heading packs well
_RATIO_FROM = 1_000_000
_DIGITS = re.compile(r"[0-9]+")
_NO_LETTERS = re.compile(r"[\W_]+")
#: months as exports are named by; no other word that begins like one, which may be the name of a library
_MONTHS = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
#: system files that archives of one's own computer hold
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_PAGE_ID = ("page id", "account id")
_USERNAME = ("account username",)
#: what begins so was told by the rows of a file
TOLD = "#"
#: of what the rows of a file tell so much is kept
_LONGEST_TOLD = 200
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(?:x\.com|twitter\.com|tiktok\.com|facebook\.com|instagram\.com|pinterest\.com|threads\.net|threads\.com)"
    r"/@?([A-Za-z0-9_.\-]{2,80})/(?:status|video|posts|photos|videos|post|reel|p)/",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of an archive, as its directory tells."""

    name: str
    size: int
    packed_size: int
    is_encrypted: bool = False
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class SaysOf:
    """Whose a file says it is, by its rows."""

    #: the platform's own ids of a page or profile
    ids: frozenset[str] = frozenset()
    #: names of a profile in a column of its own
    usernames: frozenset[str] = frozenset()
    #: the name in the addresses of most posts, which a few of others' may stand among
    linked: frozenset[str] = frozenset()

    @property
    def told(self) -> str:
        """What the rows tell in columns of their own, ids before names; "" where there are none."""
        return " ".join(sorted(self.ids or self.usernames))[:_LONGEST_TOLD]


def refusal_of(files: Sequence[Packed], *, most_bytes: int) -> str:
    """Why an archive is not unpacked, "" where it may be."""
    real = [file for file in files if not file.is_folder and not is_litter(file.name)]
    if not real:
        return "This archive holds no file."
    if len(real) > MOST_FILES:
        return f"This archive holds {len(real):,} files; at most {MOST_FILES} go at once. Give it in parts."
    if sum(file.size for file in real) > most_bytes:
        return f"Unpacked, this archive is larger than {most_bytes // 1_000_000:,} MB. Give it in parts."
    if not all(file.name for file in real):
        return "This archive holds a file without a name. Pack the files again, or give the files themselves."
    if any(file.is_encrypted for file in real):
        return "This archive is locked with a password. Unpack it and choose its files, or an archive without one."
    return ""


def refusal_of_file(file: Packed) -> str:
    """Why one file of an archive is left out, "" where it is read."""
    if PurePosixPath(file.name).suffix.lower() == ".zip":
        return "An archive in an archive is not opened. Unpack it and give its files."
    if file.size > _RATIO_FROM and file.size > MOST_RATIO * max(file.packed_size, 1):
        return "Unpacked, this file is far larger than any export. It was not opened."
    return "This file is empty." if file.size == 0 else ""


def is_litter(name: str) -> bool:
    """Is this a file that a computer put beside the real ones?"""
    lowered = name.casefold().replace("\\", "/")
    return lowered.startswith(_LITTER[0]) or PurePosixPath(lowered).name.startswith((".", *_LITTER[1:]))


def stem_of(name: str) -> str:
    """What stays of a file's name from month to month: no days, no numbers, no ending; its folders count.

    "" where nothing stays, as of the names that Meta gives: such a name says nothing.
    """
    path = PurePosixPath(name.replace("\\", "/").casefold())
    words = _NO_LETTERS.sub(" ", _DIGITS.sub(" ", str(path.with_suffix(""))))
    return " ".join(_MONTHS.sub(" ", words).split())[:255]


def mark_of(name: str, told: str) -> str:
    """By what a file's owner is remembered: what its rows tell, else its name; "" where neither says anything.

    No name without its numbers is taken for what rows tell: that begins with a sign which no name keeps.
    """
    return f"{TOLD}{told}" if told else stem_of(name)


def says_of(header: Sequence[str], sample: Iterable[Sequence[str]]) -> SaysOf:
    """Whose the rows of a file say it is: by ids and names in columns of their own, and by addresses of posts."""
    names = [plain(heading) for heading in header]
    ids = [at for at, name in enumerate(names) if name in _PAGE_ID]
    users = [at for at, name in enumerate(names) if name in _USERNAME]
    found_ids: set[str] = set()
    found_users: set[str] = set()
    linked: Counter[str] = Counter()
    for row in sample:
        found_ids |= {row[at].strip() for at in ids if at < len(row) and row[at].strip()}
        found_users |= {bare(row[at]) for at in users if at < len(row) and row[at].strip()}
        linked.update(bare(match[1]) for cell in row if "/" in cell and (match := _ADDRESS.match(cell.strip())))
    most = frozenset(name for name, count in linked.items() if count * 2 > linked.total())
    return SaysOf(frozenset(found_ids), frozenset(found_users), most)


def bare(handle: str) -> str:
    """A handle without its mark, its server and its case."""
    return handle.strip().removeprefix("@").partition("@")[0].casefold()


def named_in(name: str, handles: Mapping[int, str]) -> list[int]:
    """The accounts whose handle stands in a file's name as a word of its own; of two the longer handle."""
    lowered = name.casefold()
    found = {
        key: len(handle)
        for key, handle in handles.items()
        if len(handle) > 1 and re.search(rf"(?<![a-z0-9]){re.escape(handle)}(?![a-z0-9])", lowered)
    }
    longest = max(found.values(), default=0)
    return [key for key, length in found.items() if length == longest]
