"""What a reader asks of a comparison, read from the address: anything unknown falls back to what is usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.consortia.rules.places import BranchType
from app.foundation.periods import Period, parse_period
from app.goals.rules import State, available_kpis

#: the KPIs of the table, in its order, where the address names none
USUAL = ("K28", "K14", "K51", "K02", "K06")
MOST_COLUMNS = 8
PAGE_SIZES = (50, 100)
_LARGEST_PAGE = 100_000
#: lower ends of the bands of residents, after Library Edge's peer groups
SIZE_BANDS = (0, 5_000, 15_000, 65_000, 175_000)
_LOCALES = {"1": "City", "2": "Suburb", "3": "Town", "4": "Rural"}
#: columns that are no KPI
NAME, RESIDENTS, ON_TRACK, STATUS = "name", "residents", "on-track", "status"


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison as its address asks for it; ``period`` None is the newest there is."""

    peers: str = ""
    period: Period | None = None
    status: State | None = None
    is_total: bool = False
    sort: str = f"-{STATUS}"
    columns: tuple[str, ...] = USUAL
    page: int = 1
    size: int = PAGE_SIZES[0]
    #: at a consortium: its branches rather than its libraries
    is_of_branches: bool = False
    #: what the address says and nobody understands, in words
    not_understood: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """What the table is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Largest, or worst, first?"""
        return self.sort.startswith("-")

    def told(self, **changed: object) -> dict[str, str]:
        """The parameters of an address that asks for this, with some of it changed; what is usual is left out."""
        asked = replace(self, **changed)  # type: ignore[arg-type]  # the names are this class's own
        told = {
            "peers": asked.peers,
            "period": asked.period.code if asked.period else "",
            "status": asked.status.value if asked.status else "",
            "per": "total" if asked.is_total else "",
            "sort": "" if asked.sort == f"-{STATUS}" else asked.sort,
            "kpis": "" if asked.columns == USUAL else ",".join(asked.columns),
            "of": "branches" if asked.is_of_branches else "",
            "size": "" if asked.size == PAGE_SIZES[0] else str(asked.size),
            "page": "" if asked.page == 1 else str(asked.page),
        }
        return {name: value for name, value in told.items() if value}


def read_asked(arguments: Mapping[str, str]) -> Asked:
    """Read the address; whatever it says that makes no sense is left out and named."""
    wrong: list[str] = []

    def known(name: str, words: str, allowed: Sequence[str]) -> str:
        value = arguments.get(name, "").strip()
        if value and value not in allowed:
            wrong.append(words)
            return ""
        return value

    columns = _columns(arguments.get("kpis", ""), wrong)
    sorts = [NAME, RESIDENTS, ON_TRACK, STATUS, *columns]
    period = parse_period(arguments.get("period", "").strip())
    if arguments.get("period") and period is None:
        wrong.append("the period")
    status = known("status", "the status", [state.value for state in State])
    return Asked(
        peers=known("peers", "the peer group", [value for value, _ in peer_groups()]),
        period=period,
        status=State(status) if status else None,
        is_total=known("per", "how counts are shown", ["1000", "total"]) == "total",
        sort=known("sort", "the order", [f"{sign}{name}" for name in sorts for sign in ("", "-")]) or f"-{STATUS}",
        columns=columns,
        page=_page(arguments.get("page", ""), wrong),
        size=int(known("size", "the size of the page", [str(size) for size in PAGE_SIZES]) or PAGE_SIZES[0]),
        is_of_branches=known("of", "what is compared", ["branches", "libraries"]) == "branches",
        not_understood=tuple(wrong),
    )


def peer_groups() -> list[tuple[str, str]]:
    """The peer groups that may be chosen, with their words."""
    sizes = [
        (f"size-{number}", f"{low:,} to {high - 1:,} residents")
        for number, (low, high) in enumerate(pairwise(SIZE_BANDS), 1)
    ]
    sizes[0] = ("size-1", f"Under {SIZE_BANDS[1]:,} residents")
    largest = (f"size-{len(SIZE_BANDS)}", f"{SIZE_BANDS[-1]:,} residents and more")
    locales = [(f"locale-{digit}", word) for digit, word in _LOCALES.items()]
    types = [(f"type-{kind.value}", kind.label) for kind in BranchType]
    return [("", "All"), *sizes, largest, *locales, *types]


def size_band(number: int) -> tuple[int, int | None]:
    """The residents from and below which a band reaches; the last has no end."""
    return SIZE_BANDS[number - 1], SIZE_BANDS[number] if number < len(SIZE_BANDS) else None


def _columns(text: str, wrong: list[str]) -> tuple[str, ...]:
    if not text.strip():
        return USUAL
    known = {kpi.id for kpi in available_kpis()}
    asked = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not set(asked) <= known or len(asked) > MOST_COLUMNS:
        wrong.append("the KPIs")
    return tuple(part for part in asked if part in known)[:MOST_COLUMNS] or USUAL


def _page(text: str, wrong: list[str]) -> int:
    if not text.strip():
        return 1
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LARGEST_PAGE):
        wrong.append("the page")
        return 1
    return int(text[:9])
