"""What surrounds a page, as plain values: the templates read one object and know no room."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark", "auto"]


@dataclass(frozen=True, slots=True)
class Crumb:
    """One place on the trail from the consortium down to here; no ``url`` where the person may not go there."""

    label: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """One link of the row of sections; ``count`` is how many things wait there for this person."""

    label: str
    url: str
    count: int = 0
    is_current: bool = False
    #: the letter that, after "g", goes there
    key: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything the base template shows around the page itself; what is None or empty is left out."""

    brand_name: str = "Concordance"
    home_url: str = "/"
    theme: Theme = "auto"
    trail: tuple[Crumb, ...] = ()
    sections: tuple[Section, ...] = ()
    person_name: str = ""
    person_role: str = ""
    person_url: str | None = None
    #: where the sign-out form is posted
    sign_out_url: str | None = None
    is_demo: bool = False
    #: such as "Figures up to Nov 9, 2026"
    footer_notes: tuple[str, ...] = ()
    #: words, addresses, and the letter that goes there after "g"
    footer_links: tuple[tuple[str, str, str], ...] = ()
    consortium_name: str = ""
    #: where a person of several consortia changes from one to another
    switch_url: str | None = None
    search_url: str | None = None
    #: where the reader goes to another place and stays in the section
    change_url: str | None = None
    help_url: str | None = None
    #: names of those who can give what was refused; only told on the page of a refusal
    whom_to_ask: tuple[str, ...] = ()

    @classmethod
    def bare(cls, *, theme: Theme = "auto", is_demo: bool = False) -> "Frame":
        """For pages before sign-in, and for errors where nothing about the reader may be asked."""
        return cls(theme=theme, is_demo=is_demo)
