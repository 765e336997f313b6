"""Builds the database on which the large bars are measured, and keeps it until the code that fills it changes.

Size M is 1,200 branches in 60 libraries with 5,000 accounts and three years of days. Only ``--size S`` makes it smaller.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from time import perf_counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.consortia.models import Place
from app.desk.demo.drawing import AccountSpec, Stretch, engagement_share
from app.foundation.database import enter_tenant
from app.foundation.periods import add_months, month_of
from app.metrics.rules.dictionary import Metric, offered_by
from bench import databases
from bench.consortium import SLUG, write_consortium
from bench.facts import write_facts
from bench.sizes import Size
from tests.databases import Database, fresh

#: what decides the rows that are written
_MADE_BY = (
    "app/accounts/models.py",
    "app/consortia/models.py",
    "app/desk/demo/drawing.py",
    "app/goals/models.py",
    "app/metrics/actions/rolling.py",
    "app/metrics/models.py",
    "bench/consortium.py",
    "bench/facts.py",
    "bench/size_m.py",
    "bench/sizes.py",
    "migrations",
)
#: a desk log gives these for an account, whatever its platform offers
_DESK_LOG = frozenset({Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME})
#: each later account of a branch has fewer followers than the one before
_SHARE_OF_FIRST = 0.55
_MEDIAN_SHARE, _SPREAD = 0.08, 0.6
_ACCOUNTS_WITH_SILENCE, _ACCOUNTS_WITH_GAP = 10, 12  # one in so many


@dataclass(frozen=True, slots=True)
class Built:
    """A database with one consortium of this size in it."""

    size: Size
    database: Database
    consortium_id: int
    account_days: int


@contextmanager
def built(size: Size) -> Iterator[Built]:
    """The database of this size, its server running; built first where the kept one is not of this code."""
    name = f"size-{size.name.lower()}"
    with databases.kept(name, databases.fingerprint(*_MADE_BY)) as folder:
        database = databases.find(folder, name)
        if database is None:
            print(f"Building size {size.name}, kept in {folder} for the next time", flush=True)
            start = perf_counter()
            database = fresh("postgresql")
            databases.make_roomy(database)
            _fill(database, size)
            databases.note(folder, name, database)
            print(f"Built in {perf_counter() - start:,.0f} seconds", flush=True)
        yield _read(database, size)


def _read(database: Database, size: Size) -> Built:
    engine = sa.create_engine(database.url)
    with Session(engine) as session:
        consortium_id = int(
            session.execute(sa.text("SELECT id FROM consortium WHERE slug = :slug"), {"slug": SLUG}).scalar_one()
        )
        enter_tenant(session, consortium_id)
        account_days = int(session.execute(sa.text("SELECT sum(days) FROM month_figure")).scalar_one())
    engine.dispose()
    return Built(size, database, consortium_id, account_days)


def _fill(database: Database, size: Size) -> None:
    engine = sa.create_engine(database.url)
    with Session(engine, expire_on_commit=False) as session:
        written = write_consortium(session, size)
        session.commit()
    engine.dispose()
    specs = specs_of(written.accounts, written.branches, size)
    write_facts(
        database,
        consortium_id=written.consortium_id,
        run_id=written.run_id,
        days=size.days,
        accounts=specs,
    )
    with databases.superuser(database) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def specs_of(accounts: Sequence[Account], branches: Sequence[Place], size: Size) -> list[AccountSpec]:
    """How the generator is to draw each account: the demo's recipe, with silent months and gaps here and there."""
    residents = {branch.id: branch.population or 0 for branch in branches}
    return [
        _spec(account, number, rank=number // len(branches), residents=residents[account.place_id], size=size)
        for number, account in enumerate(accounts)
    ]


def _spec(account: Account, number: int, *, rank: int, residents: int, size: Size) -> AccountSpec:
    dice = Random(number)  # noqa: S311 - figures to measure with, no secrets
    share = _MEDIAN_SHARE * dice.lognormvariate(0, _SPREAD) * _SHARE_OF_FIRST**rank
    followers = max(20.0, residents * share)
    silent = _some_month(size, dice) if number % _ACCOUNTS_WITH_SILENCE == 0 else ()
    gaps = _some_month(size, dice) if number % _ACCOUNTS_WITH_GAP == 0 else ()
    return AccountSpec(
        account_id=account.id,
        seed=number,
        offers=offered_by(account.platform) | _DESK_LOG,
        followers=followers,
        since=size.days.first,
        growth=dice.uniform(-0.002, 0.012),
        posts=dice.gammavariate(2.2, 7),
        broadcast=dice.betavariate(6, 3),
        interactions=max(0.2, followers * engagement_share(followers)),
        questions=residents / 12_000 * dice.gammavariate(2, 1.5),
        in_time=dice.betavariate(8, 2),
        silent=silent,
        gaps=gaps,
    )


def _some_month(size: Size, dice: Random) -> tuple[Stretch, ...]:
    first = add_months(size.days.first, dice.randrange(size.months))
    return (Stretch(first, month_of(first).last),)
