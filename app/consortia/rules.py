"""Kinds of places, types of branches, how a population was estimated, and codes."""

import re
import unicodedata
from enum import StrEnum


class PlaceKind(StrEnum):
    """What a place is; the order is from the top of the tree down."""

    CONSORTIUM = "consortium"
    SYSTEM = "system"
    LIBRARY = "library"
    BRANCH = "branch"

    @property
    def label(self) -> str:
        """As on screen."""
        return self.value.capitalize()

    @property
    def plural(self) -> str:
        """As in "12 libraries"."""
        return {"library": "libraries", "branch": "branches", "consortium": "consortia"}.get(self.value, "systems")


class BranchType(StrEnum):
    """Outlet types of the Public Libraries Survey (item 709)."""

    CENTRAL = "CE"
    BRANCH = "BR"
    BOOKMOBILE = "BS"
    BOOKS_BY_MAIL = "BM"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"CE": "Central", "BR": "Branch", "BS": "Bookmobile", "BM": "Books by mail"}[self.value]


class PopulationMethod(StrEnum):
    """How the population served was found; everything but the official figure is an estimate."""

    OFFICIAL = "official_lsa"
    CENSUS = "census_catchment"
    CARDHOLDERS = "cardholder_share"
    VISITS = "visit_share"
    STATED = "stated"

    @property
    def label(self) -> str:
        """As on screen."""
        return _METHOD_LABELS[self]


_METHOD_LABELS = {
    PopulationMethod.OFFICIAL: "Legal service area, from the survey",
    PopulationMethod.CENSUS: "Estimated from the census catchment",
    PopulationMethod.CARDHOLDERS: "Estimated from the share of cardholders",
    PopulationMethod.VISITS: "Estimated from the share of visits",
    PopulationMethod.STATED: "Stated by the library",
}


def slug_of(name: str) -> str:
    """A code from a name: "St. Mary's" becomes "st-marys"; "place" where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:60] or "place"
