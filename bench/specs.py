"""How the demo's generator is to draw each account: its own recipe, with silent months and gaps here and there."""

from dataclasses import replace
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.consortia.models import Place
from app.desk.demo.calendar import Calendar
from app.desk.demo.drawing import AccountSpec, Stretch
from app.desk.demo.specs import Casting, spec_of
from app.foundation.periods import add_months, month_of
from bench.sizes import AS_OF, Size

#: one account in so many has a month without a post, or a month without a figure
_WITH_SILENCE, _WITH_GAP = 10, 12
_CALENDAR = Calendar(AS_OF)


def specs(session: Session, size: Size, *, consortium_id: int) -> list[AccountSpec]:
    """One specification an account, ordered by its id."""
    rows = session.execute(
        sa.select(Account.id, Account.platform, Place.id, Place.code, Place.population)
        .join(Place, Place.id == Account.place_id)
        .where(Account.consortium_id == consortium_id, Place.consortium_id == consortium_id)
        .order_by(Account.id)
    ).all()
    platforms: dict[int, tuple[str, ...]] = {}
    for _, platform, place_id, _, _ in rows:
        platforms[place_id] = (*platforms.get(place_id, ()), platform)
    return [
        _spec(Casting(account_id, code, platform, platforms[place_id], population or 0), number, size)
        for number, (account_id, platform, place_id, code, population) in enumerate(rows)
    ]


def _spec(casting: Casting, number: int, size: Size) -> AccountSpec:
    dice = Random(number)  # noqa: S311 - figures to measure with, no secrets
    return replace(
        spec_of(casting, _CALENDAR),
        silent=_some_month(size, dice) if number % _WITH_SILENCE == 0 else (),
        gaps=_some_month(size, dice) if number % _WITH_GAP == 0 else (),
    )


def _some_month(size: Size, dice: Random) -> tuple[Stretch, ...]:
    first = add_months(size.days.first, dice.randrange(size.months))
    return (Stretch(first, month_of(first).last),)
