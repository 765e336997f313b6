"""What the tests of the demo share: the loaded database, everything in it, and what people who use it leave behind."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.accounts.models import Account
from app.consortia.models import Place
from app.desk.demo.loading import find_demo
from app.foundation.clock import now
from app.foundation.database import Base, db, enter_tenant
from app.metrics.models import MonthFigure
from app.people.actions.links import invite
from app.people.actions.logins import choose_notices, make_login_link, note_request
from app.people.actions.sessions import note_try, open_session
from app.people.models import Login, Person
from app.people.rules import LinkPurpose
from tests.databases import Database

QUARTER = (date(2026, 8, 1), date(2026, 10, 31))
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Loaded:
    """A database with other consortia and the demo, and what it held before the demo came."""

    application: Flask
    database: Database
    before: Rows

    def run(self, *words: str) -> Result:
        return self.application.test_cli_runner().invoke(args=["demo", *words])


def leave_traces(loaded: Loaded) -> None:
    """What people who use the demo leave behind: asked links, a changed profile, an invitation, failed tries."""
    with loaded.application.app_context():
        demo = find_demo(db.session)
        assert demo is not None
        enter_tenant(db.session, demo.id)
        at, by = now(), Actor.machine("Tests", consortium_id=demo.id)
        grace = db.session.scalars(sa.select(Person).where(Person.name == "Grace Whitlock")).one()
        login = db.session.scalars(sa.select(Login).where(Login.email == "manager@three-rivers.example")).one()
        invite(db.session, grace, by=by, at=at)
        make_login_link(db.session, login, LinkPurpose.NEW_PASSWORD, email=login.email, at=at)
        note_request(db.session, login.email, at=at)
        note_try(db.session, login.email, succeeded=False, at=at)
        choose_notices(db.session, login, hears_of_sign_ins=True, hears_of_accounts=True)
        open_session(db.session, login.id, demo.id, at=at)
        db.session.commit()


def everything_in(database: Database) -> Rows:
    """Every row of every table, as a superuser sees them."""
    engine = sa.create_engine(database.admin_url)
    with engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        found = {table.name: [tuple(row) for row in connection.execute(sa.select(table))] for table in tables}
    engine.dispose()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def place(session: Session, code: str) -> Place:
    return session.scalars(sa.select(Place).where(Place.code == code)).one()


def quarter_of(session: Session, code: str) -> MonthFigure:
    columns = ("posts", "broadcasts", "questions_due", "questions_in_time")
    sums = [sa.func.sum(getattr(MonthFigure, name)).label(name) for name in columns]
    return session.execute(  # type: ignore[return-value]
        sa.select(*sums)
        .join(Account, Account.id == MonthFigure.account_id)
        .where(Account.place_id == place(session, code).id, MonthFigure.month.between(*QUARTER))
    ).one()
