"""Which ticks the forms of posts show: those of policies in force, and those that KPIs count."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.access.context import whole_consortium
from app.consortia.models import Place
from app.consortia.queries import today_of
from app.foundation.clock import now
from app.foundation.database import db
from app.metrics.rules.tags import FOR_POLICIES, TICKS, TagKind
from app.web.slots import Slot

TicksAsked = Mapping[TagKind, str]
#: which ticks the policies in force at a place ask for, each with the clause; policies are beside this room
ASKED_BY_POLICIES: Slot[Callable[[Session, Place, date], TicksAsked]] = Slot("ticks asked by policies")


def ticks_asked_at(place: Place) -> TicksAsked:
    """The ticks that policies ask for at a place today, each with its clause."""
    today = today_of(db.session, within=whole_consortium(), at=now())
    return ASKED_BY_POLICIES.filled(db.session, place, today)


def ticks_shown(asked: TicksAsked, held: Collection[TagKind] = ()) -> tuple[TagKind, ...]:
    """The ticks a form offers: what is asked, what KPIs count, and what was said of the post already."""
    return tuple(kind for kind in TICKS if kind not in FOR_POLICIES or kind in asked or kind in held)


def unasked_words(asked: TicksAsked) -> str:
    """Which ticks are not offered, in words; "" where all are."""
    names = [kind.label.lower().replace("use of ai", "the use of AI") for kind in FOR_POLICIES if kind not in asked]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
