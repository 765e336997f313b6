"""Accounts that double each other or may be taken for each other, found by their names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

#: shorter names are alike by chance
_SHORTEST = 5
#: what a careless eye takes for one another
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "8": "b"})
#: pairs of letters that look like one
_AS_ONE = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_WORDS = re.compile(r"[^\W_]+")


class LookAlikeState(StrEnum):
    """What became of one."""

    OPEN = "open"
    OURS = "ours"
    REPORTED = "reported"
    DISMISSED = "dismissed"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"reported": "Impostor, reported", "dismissed": "No concern"}.get(self.value, self.value.capitalize())

    @property
    def code(self) -> str:
        """The shape it is drawn with."""
        return {"open": "watch", "ours": "ok", "reported": "off", "dismissed": "none"}[self.value]


@dataclass(frozen=True, slots=True)
class Named:
    """An account as far as it can be taken for another."""

    account_id: int
    place_id: int
    platform: str
    handle: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts, the older first, and why they are beside each other."""

    one: Named
    other: Named
    why: str


def pairs(accounts: Iterable[Named]) -> list[Pair]:
    """The pairs of one platform that belong to one place, or whose names are the same words or nearly so.

    Names are compared by what is left without one letter, so that many thousands take no longer than each by itself.
    """
    found: dict[tuple[int, int], Pair] = {}
    by_platform: dict[str, list[Named]] = defaultdict(list)
    for account in accounts:
        by_platform[account.platform].append(account)
    for each in by_platform.values():
        for pair in (*_at_one_place(each), *_alike(each)):
            found.setdefault((pair.one.account_id, pair.other.account_id), pair)
    return [found[key] for key in sorted(found)]


def _at_one_place(accounts: Iterable[Named]) -> Iterator[Pair]:
    by_place: dict[int, list[Named]] = defaultdict(list)
    for account in accounts:
        by_place[account.place_id].append(account)
    for several in by_place.values():
        yield from (_pair(*two, "Both belong to one place.") for two in combinations(several, 2))


def _alike(accounts: Iterable[Named]) -> Iterator[Pair]:
    by_key: dict[str, dict[int, Named]] = defaultdict(dict)
    for account in accounts:
        for key in _keys(account.handle):
            by_key[key][account.account_id] = account
    for several in by_key.values():
        for one, other in combinations(several.values(), 2):
            yield _pair(one, other, f"{one.handle} and {other.handle} are nearly the same name.")


def _pair(one: Named, other: Named, why: str) -> Pair:
    first, second = sorted((one, other), key=lambda each: each.account_id)
    return Pair(first, second, why)


def _as_seen(name: str) -> str:
    letters = name.translate(_ALIKE)
    for pair, one in _AS_ONE:
        letters = letters.replace(pair, one)
    return letters


def _keys(handle: str) -> set[str]:
    """What two names that are alike have in common: the words in any order, or all letters but one."""
    name = handle.strip("@").split("@")[0].lower()
    words = _WORDS.findall(name)
    letters = _as_seen("".join(words))
    if len(letters) < _SHORTEST:
        return set()
    short = {letters[:at] + letters[at + 1 :] for at in range(len(letters))}
    return {" ".join(sorted(words)), letters, *short}
