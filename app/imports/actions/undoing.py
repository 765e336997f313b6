"""Taking an import back exactly and part by part, so that others work on meanwhile and a file may be of any size."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.queries import get_account
from app.background.actions import ask, ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.imports.actions.checking import account_id_of, choice_for
from app.imports.actions.days_back import next_days, take_days_back
from app.imports.actions.posts_back import posts_kept, take_some_posts_back
from app.imports.queries.undo import DayOf
from app.metrics.actions.replacing import forget_replaced
from app.metrics.models import Run
from app.metrics.queries.standing import find_choice
from app.metrics.rules.runs import RunState
from app.web.filters import plural

#: the kind of background work that takes an import back
UNDO = "metrics.undo_import"
#: called when a part is stored, or back; it may commit, and then locks the run again
AfterPart = Callable[[], None]


@dataclass(slots=True)
class Undone:
    """How taking an import back went, in days and posts."""

    taken_away: int = 0
    restored: int = 0
    #: days that something else changed since
    left: int = 0
    posts: int = 0
    posts_left: int = 0
    #: the account and day up to which days are back, and whether all are
    reached: tuple[int, str] | None = None
    has_days: bool = False

    @property
    def place(self) -> DayOf | None:
        """The same, as a place among the days."""
        return (self.reached[0], date.fromisoformat(self.reached[1])) if self.reached else None

    @property
    def steps(self) -> int:
        """How many days and posts were gone through, nearly: a day may be in two of the counts."""
        return self.taken_away + self.restored + self.left + self.posts + self.posts_left

    @property
    def words(self) -> str:
        """For the page of the run."""
        said = [f"{plural(self.taken_away, 'day', 'days')} taken away", f"{self.restored:,} as before"]
        if self.posts or self.posts_left:
            said.append(f"{plural(self.posts, 'post', 'posts')} taken back")
        if self.left or self.posts_left:
            said.append(f"{self.left + self.posts_left:,} not undone: changed since")
        return "; ".join(said)


def ask_undo(session: Session, run: Run, *, by: Actor, at: datetime) -> None:
    """Take the import back in the background; the run must be locked. Refuses one that cannot be."""
    _claim(session, run, at=at)
    payload = {"run_id": run.id, "person_id": by.person_id}
    ask(session, UNDO, payload, consortium_id=run.consortium_id, at=at, key=str(run.id))


def undo_import(session: Session, run: Run, *, by: Actor, at: datetime, after_part: AfterPart = lambda: None) -> Undone:
    """Take it back: what it brought goes, what it replaced returns, and what changed since stays as it is.

    Goes on where it was cut off after a part; the run must be locked. Refuses an import that was not carried out, was
    taken back already, or is older than thirty days and not half taken back.
    """
    _claim(session, run, at=at)
    done = take_back(session, run, at=at, after_part=after_part)
    run.state, run.message = RunState.UNDONE, f"Taken back: {done.words}."
    session.flush()
    account = get_account(session, account_id_of(run), within=Scope(consortium_id=run.consortium_id))
    detail = {"file": run.file_name, "account": account.handle, "left": done.left + done.posts_left}
    record(session, Deed.FIGURES_TAKEN_BACK, run, by=by, at=at, place_path=account.place.path, detail=detail)
    return done


def take_back(session: Session, run: Run, *, at: datetime, after_part: AfterPart) -> Undone:
    """Undo whatever a run's file brought by now, part by part; nothing of it may be on the stage."""
    _take_days_back(session, run, at=at, after_part=after_part)
    while (posts := take_some_posts_back(session, run)) is not None:
        done = undone_so_far(session, run)
        done.posts += posts.taken_back
        done.posts_left += posts.left
        _note(session, run, done)
        after_part()
    done = undone_so_far(session, run)
    done.posts_left += posts_kept(session, run)
    choice = choice_for(session, run)
    choice.undone = None
    forget_replaced(session, [choice])
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=run.consortium_id, at=at, key="all")
    return done


def _take_days_back(session: Session, run: Run, *, at: datetime, after_part: AfterPart) -> None:
    while not (done := undone_so_far(session, run)).has_days:
        part, places = next_days(session, run, after=done.place)
        days = take_days_back(session, run, part, places, at=at)
        done.taken_away += days.taken_away
        done.restored += days.restored
        done.left += len(days.left)
        done.reached = (part.until[0], part.until[1].isoformat()) if part.until else None
        done.has_days = part.until is None
        _note(session, run, done)
        after_part()


def undone_so_far(session: Session, run: Run) -> Undone:
    """What was taken back of an import in the parts that are done."""
    choice = find_choice(session, run, within=Scope(consortium_id=run.consortium_id))
    return Undone(**(choice.undone or {})) if choice else Undone()


def _note(session: Session, run: Run, done: Undone) -> None:
    choice_for(session, run).undone = asdict(done)
    session.flush()


def _claim(session: Session, run: Run, *, at: datetime) -> None:
    if run.state is RunState.UNDONE:
        raise Refused("This import was taken back already.")
    choice = find_choice(session, run, within=Scope(consortium_id=run.consortium_id))
    if run.state is not RunState.DONE or choice is None or not choice.can_go_back(at):
        raise Refused("An import can be taken back for 30 days after it was carried out, and not later.")
