"""Months and newest days anew, after days were taken back."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.actions import note_newest_figures
from app.accounts.models import Account
from app.metrics.actions.rolling import roll_up
from app.metrics.actions.staging import STAGE, clear_stage
from app.metrics.models import DailyFigure, MonthFigure, Run
from app.metrics.queries.engines import AsDate

_AT_ONCE = 1000
#: rows are read anew after it
AS_IT_IS = {"synchronize_session": False}
_Row = TypeVar("_Row")


def parts_of(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """As many as one statement takes, after one another."""
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def stage_days(session: Session, run: Run, places: Sequence[tuple[int, date]]) -> None:
    """Accounts and days whose months are to be rolled up, each once, on the same stage."""
    rows = [
        {
            "consortium_id": run.consortium_id,
            "run_id": run.id,
            "account_id": account_id,
            "day": first,
            "line": 0,
        }
        for account_id, first in sorted({(account_id, day.replace(day=1)) for account_id, day in places})
    ]
    if rows:
        session.execute(sa.insert(STAGE), rows)


def roll_up_anew(session: Session, run: Run) -> None:
    """The months it touched, from the days that are left; a month without a day goes."""
    mine = sa.and_(STAGE.c.consortium_id == run.consortium_id, STAGE.c.run_id == run.id)
    session.execute(
        sa.delete(MonthFigure).where(
            MonthFigure.consortium_id == run.consortium_id,
            MonthFigure.account_id.in_(sa.select(STAGE.c.account_id).where(mine)),
            sa.exists().where(mine, STAGE.c.account_id == MonthFigure.account_id, STAGE.c.day == MonthFigure.month),
        ),
        execution_options=AS_IT_IS,
    )
    roll_up(session, STAGE, mine, consortium_id=run.consortium_id)
    ids = session.scalars(sa.select(STAGE.c.account_id).where(mine).distinct().order_by(STAGE.c.account_id)).all()
    clear_stage(session, STAGE, consortium_id=run.consortium_id, run_id=run.id)
    _find_newest(session, ids, consortium_id=run.consortium_id)


def _find_newest(session: Session, account_ids: Sequence[int], *, consortium_id: int) -> None:
    for ids in parts_of(account_ids):
        session.execute(
            sa.update(Account)
            .where(Account.consortium_id == consortium_id, Account.id.in_(ids))
            .values(newest_figure_on=None)
        )
        newest = (
            sa.select(DailyFigure.account_id, AsDate(sa.func.max(DailyFigure.day)))
            .where(DailyFigure.consortium_id == consortium_id, DailyFigure.account_id.in_(ids))
            .group_by(DailyFigure.account_id)
        )
        note_newest_figures(session, newest, consortium_id=consortium_id)
