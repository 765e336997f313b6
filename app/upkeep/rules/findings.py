"""What the doctor says: one sentence about each thing an installation needs, and whether it is in order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: a worker says each minute that it lives
WORKER_SILENT = timedelta(minutes=3)
#: work that waits for longer than this has nobody who does it
WORK_LATE = timedelta(minutes=15)
BACKUP_OLD = timedelta(days=2)
CLOCK_OFF, CLOCK_WRONG = timedelta(seconds=5), timedelta(minutes=1)
DISK_LOW, DISK_FULL = 5 * 1024**3, 512 * 1024**2
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


class Word(StrEnum):
    """How a sentence of the doctor begins."""

    OK = "OK"
    #: works, and somebody should look at it
    LOOK = "Look"
    BROKEN = "Broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """About one thing; where it is not in order, the sentence says what to do."""

    about: str
    word: Word
    says: str

    @property
    def sentence(self) -> str:
        """As it is printed."""
        return f"{self.word}: {self.says}"


@dataclass(frozen=True, slots=True)
class WorkStanding:
    """Background work as a whole: what waits, since when, and who was there to do it."""

    due: int
    running: int
    #: that failed for good and nobody asked for again, in the last day
    failed: int
    oldest_due_at: datetime | None
    worker_seen_at: datetime | None


def judge_work(standing: WorkStanding, *, at: datetime) -> list[Finding]:
    """Is a worker there, and does the work get done?"""
    late = standing.oldest_due_at is not None and at - standing.oldest_due_at > WORK_LATE
    seen = standing.worker_seen_at
    if seen is not None and at - seen <= WORKER_SILENT:
        worker = Finding("worker", Word.OK, "A worker was seen within the last minutes.")
    else:
        since = "No worker was ever seen" if seen is None else f"No worker was seen for {ago(at - seen)}"
        word = Word.BROKEN if late else Word.LOOK
        worker = Finding("worker", word, f"{since}. Start one with flask worker.")
    return [worker, _judge_queue(standing, at=at)]


def _judge_queue(standing: WorkStanding, *, at: datetime) -> Finding:
    oldest = standing.oldest_due_at
    if oldest is not None and at - oldest > WORK_LATE:
        return Finding(
            "work",
            Word.LOOK,
            f"{standing.due} pieces of work wait, the oldest for {ago(at - oldest)}. Start more workers, or read their log.",
        )
    if standing.failed:
        return Finding(
            "work", Word.LOOK, f"{standing.failed} pieces of work failed in the last day. The worker's log says why."
        )
    return Finding("work", Word.OK, f"{standing.due} pieces of work wait, {standing.running} run.")


def judge_backup(made_at: datetime | None, *, is_production: bool, at: datetime) -> Finding:
    """Is there one, and is it young?"""
    if made_at is None:
        word = Word.LOOK if is_production else Word.OK
        return Finding("backup", word, "No backup was made here yet. Make one with flask backup PATH, each night.")
    old = at - made_at > BACKUP_OLD
    says = f"The last backup is {ago(at - made_at)} old." + (
        " Make one with flask backup PATH, each night." if old else ""
    )
    return Finding("backup", Word.LOOK if old else Word.OK, says)


def judge_clock(theirs: datetime, *, at: datetime) -> Finding:
    """Do the database and this machine tell the same time?"""
    off = abs(theirs - at)
    if off <= CLOCK_OFF:
        return Finding("clock", Word.OK, "The clocks of the database and of this machine agree.")
    word = Word.BROKEN if off > CLOCK_WRONG else Word.LOOK
    return Finding(
        "clock",
        word,
        f"The clocks of the database and of this machine differ by {ago(off)}. Let both keep time by NTP.",
    )


def judge_disk(free: int, folder: str) -> Finding:
    """Is there room in a folder? ``free`` in bytes."""
    told = f"{free / 1024**3:.1f} GB are free in {folder}"
    if free < DISK_FULL:
        return Finding("disk", Word.BROKEN, f"Only {told}. Make room: uploads and backups fail next.")
    if free < DISK_LOW:
        return Finding("disk", Word.LOOK, f"Only {told}. Make room.")
    return Finding("disk", Word.OK, f"{told}.")


def ago(span: timedelta) -> str:
    """Such as ``3 hours``: the largest unit of which there are two or more."""
    seconds = max(0, int(span.total_seconds()))
    for size, name in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return f"{seconds} seconds"
