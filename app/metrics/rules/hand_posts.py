"""Posts that a person wrote down: which may be corrected or removed by hand, and what is said of the others."""

from datetime import datetime, timedelta

from app.foundation.errors import Refused
from app.metrics.rules.runs import RunKind

#: so long a correction or a removal can be taken back, as an import can
UNDO_FOR = timedelta(days=30)
LONGEST_WHY = 300


def why_fixed(kind: RunKind, *, platform: str) -> str:
    """Why a post that came in so is not changed by hand, and what to do instead; "" for one that may be."""
    return {
        RunKind.BY_HAND: "",
        RunKind.PULL: f"{platform} tells of this post, and the next pull would bring it back. Change or delete it on "
        f"{platform}; what was counted on its day stays.",
        RunKind.IMPORT: "A file brought this post. Take that import back, or import a corrected file; what you say "
        "of the post with tags is yours to change.",
        RunKind.DEMO: "This post was made up for the demo and goes with it.",
    }[kind]


def cleaned_why(text: str) -> str:
    """The reason of a correction or a removal; refuses none, and one that is too long."""
    why = " ".join(text.split())
    if not why or len(why) > LONGEST_WHY:
        raise Refused(f"Write why, in at most {LONGEST_WHY} characters. It stays in the history.", field="why")
    return why


def refuse_late_undo(made_at: datetime, undone_at: datetime | None, *, at: datetime) -> None:
    """Refuse to take back what was taken back already, or what is older than thirty days."""
    if undone_at is not None:
        raise Refused("This was taken back already.")
    if made_at + UNDO_FOR < at:
        raise Refused("This can be taken back for 30 days, and not later.")
