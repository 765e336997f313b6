"""What every page of a place's duties shows: the day, the views to choose from, the sums in a sentence, what was just done."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.access.context import may_here, whole_consortium
from app.access.rules import Permission
from app.accounts.models import Account
from app.consortia.models import Place
from app.consortia.queries import today_of
from app.duties.models import Assignment
from app.duties.queries.assignments import find_assignment, relieved_by
from app.duties.queries.copying import copied_with
from app.duties.queries.coverage import Row
from app.duties.queries.load import load_of_positions
from app.duties.rules.assigning import may_undo, strain_in_words
from app.duties.rules.days import AsOf, as_of
from app.duties.rules.matrix import Summary
from app.duties.rules.words import relieved_in_words, summary_in_words
from app.foundation.clock import now
from app.foundation.database import db
from app.platforms.catalogue import get_platform
from app.web.filters import plural

_NONE_OF_ITS_OWN = "No account is this place's own: its duties are those of the places below it."
VIEWS = {"places": "By place", "duty": "By duty and account", "person": "By person"}


@dataclass(frozen=True)
class Page:
    """A place's duties on a day, as the address asks for them."""

    place: Place
    when: AsOf
    rows: list[Row]

    @property
    def own(self) -> list[Row]:
        """The accounts in the place's own matrix."""
        return [row for row in self.rows if row.place.id == self.place.id]

    @property
    def has_below(self) -> bool:
        """Do places below it have accounts?"""
        return any(row.place.id != self.place.id for row in self.rows)

    @property
    def is_elsewhere(self) -> bool:
        """Is this the place's own matrix, which is empty, while places below it have theirs?"""
        return self.view != "places" and self.has_below and not self.own

    @property
    def only_gaps(self) -> bool:
        """Does the reader want to see gaps alone?"""
        return request.args.get("gaps") == "1"

    @property
    def views(self) -> dict[str, str]:
        """The views this place can be seen in."""
        return {value: words for value, words in VIEWS.items() if self.has_below or value != "places"}

    @property
    def view(self) -> str:
        """What the address asks for, or what suits the place: the places below it, else its own matrix."""
        wanted = request.args.get("view", "")
        return wanted if wanted in self.views else next(iter(self.views))

    def url(self, **more: str | int | None) -> str:
        """This page with the same day, view and filter, and what is given besides."""
        state: dict[str, Any] = {"view": self.view, "gaps": "1" if self.only_gaps else None, "on": self.when.in_url}
        return url_for("duties.index", place=self.place.code, **{**state, **more})

    def context(self, summary: Summary) -> dict[str, object]:
        """The names that every template of duties knows."""
        return {
            "page": self,
            "place": self.place,
            "when": self.when,
            "summary": summary,
            "sentence": _NONE_OF_ITS_OWN if self.is_elsewhere else summary_in_words(summary),
            "may_change": may_here(Permission.DUTIES_WRITE),
            "csv_url": url_for("duties.export", place=self.place.code, on=self.when.in_url),
            "account_label": account_label,
            "done": just_done(self.place),
        }


def as_asked() -> AsOf:
    """The day that ``?on=`` asks for, or today."""
    today = today_of(db.session, within=whole_consortium(), at=now())
    return as_of(request.args.get("on", ""), today=today)


def account_label(account: Account) -> str:
    """The platform's name for a reader, such as "Mastodon"."""
    return get_platform(account.platform).label


@dataclass(frozen=True)
class Done:
    """What the reader has just done here, and whether it can still be undone."""

    words: str
    assignment_id: int
    may_undo: bool
    #: where the duties take more hours than agreed
    strain: str | None
    #: how many duties came with it in one copy; 0 where it was given by itself
    copied: int = 0


def just_done(place: Place) -> Done | None:
    """What ``?done=<assignment>`` points at, assigned or ended here; ``?copied=`` at one of many copied at once."""
    assignment = _of_address(place, request.args.get("copied") or request.args.get("done", ""))
    if assignment is None:
        return None
    if "copied" in request.args:
        copied = len(copied_with(db.session, assignment, within=whole_consortium()))
        words = f"{plural(copied, 'duty is', 'duties are')} given here as at the other branch."
        return Done(words, assignment.id, may_undo(assignment.recorded_at, at=now()), None, copied)
    return _one_done(assignment)


def _of_address(place: Place, text: str) -> Assignment | None:
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**63))):
        return None
    assignment = find_assignment(db.session, int(text), within=whole_consortium())
    return assignment if assignment is not None and assignment.place_id == place.id else None


def _one_done(assignment: Assignment) -> Done:
    who, strain = _who(assignment)
    ended_at, at = assignment.end_recorded_at, now()
    what = f"{assignment.family.label} on {account_label(assignment.account)}"
    if ended_at is not None and assignment.last_on is not None:
        words = f"{who} has {what} until {assignment.last_on:%b} {assignment.last_on.day}, {assignment.last_on.year}."
        return Done(words, assignment.id, may_undo(ended_at, at=at), None)
    role = "primary" if assignment.is_primary else "backup"
    words = f"{who} is {role} for {what} from {assignment.first_on:%b} {assignment.first_on.day}, {assignment.first_on.year}."
    return Done(
        " ".join([words, *_relieved(assignment)]), assignment.id, may_undo(assignment.recorded_at, at=at), strain
    )


def _relieved(assignment: Assignment) -> list[str]:
    """A sentence for each vacant position whose duty ended for it."""
    return [
        relieved_in_words(each.position.title, each.last_on)
        for each in relieved_by(db.session, assignment, within=whole_consortium())
        if each.position is not None and each.last_on is not None
    ]


def _who(assignment: Assignment) -> tuple[str, str | None]:
    """The holder's name, and the warning where the hours do not fit."""
    if assignment.team is not None:
        return assignment.team.name, None
    if assignment.position is None:
        return "Nobody", None
    position = assignment.position
    load = load_of_positions(db.session, [position], within=whole_consortium(), on=assignment.first_on)[0]
    name = load.names or f"The position “{position.title}”"
    return name, strain_in_words(name, load.load)
