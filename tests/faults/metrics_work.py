"""Accounts to pull and a file to import, as the tests of faults want them: made before, pictured after."""

import io
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.accounts.models import Account
from app.accounts.rules import Connection
from app.background.actions import keep_upload
from app.background.models import Upload
from app.background.worker import install_background
from app.consortia.models import Consortium, ConsortiumSettings, Place
from app.consortia.rules.places import PlaceKind
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.ids import new_id
from app.foundation.installation import settings
from app.history.models import HistoryEntry
from app.imports.actions.checking import GivenFile, begin_import
from app.imports.importers import daily_file
from app.imports.tasks import HANDLERS as OF_FILES
from app.metrics.models import DailyFigure, MonthFigure, Observation, Post, Run, RunProblem, StagedFigure
from app.metrics.rules.dictionary import FLOWS
from app.metrics.tasks import HANDLERS as OF_PLATFORMS
from app.metrics.tasks import find_due_pulls
from config import Settings

SLUG = "green-valley"
#: two batches of rows, with a problem in each
FILE_DAYS = 25
_BATCH_ROWS = 20
_EACH_PROBLEM = 12
_MOST_BYTES = 10_000_000


def build(settings: Settings) -> Flask:
    """The application with this room's work alone, allowed to reach a server on loopback."""
    allowing = settings.model_copy(update={"allow_private_hosts": True})
    app = create_app(allowing)
    install_background(app, {**OF_PLATFORMS, **OF_FILES}, settings=allowing, due_finders=[find_due_pulls])
    return app


def build_with_small_batches(settings: Settings) -> Flask:
    """The same, where few rows are two batches; for a process of its own, since all of it reads files so."""
    daily_file._BATCH = _BATCH_ROWS  # noqa: SLF001 - the same boundaries in a hundredth of the rows
    return build(settings)


def add_accounts(session: Session, base_url: str, *usernames: str) -> list[Account]:
    """A consortium with an account that is due for each of these users of a server."""
    consortium = Consortium(id=new_id(), slug=SLUG, name="Green Valley", created_at=now())
    session.add(consortium)
    session.flush()
    enter_tenant(session, consortium.id)
    place_id = new_id()
    session.add_all(
        [
            ConsortiumSettings(consortium_id=consortium.id, time_zone="UTC"),
            Place(
                id=place_id,
                consortium_id=consortium.id,
                kind=PlaceKind.CONSORTIUM,
                code=SLUG,
                name="Green Valley",
                path=f"{place_id}/",
            ),
        ]
    )
    session.flush()
    accounts = [
        Account(
            id=new_id(),
            consortium_id=consortium.id,
            place_id=place_id,
            platform="mastodon",
            handle=name,
            url=f"{base_url}/@{name}",
            base_url=base_url,
            connection=Connection.NOT_CONNECTED,
            next_pull_at=now(),
        )
        for name in usernames
    ]
    session.add_all(accounts)
    session.commit()
    return accounts


def file_of_days() -> bytes:
    """Days with figures, two of them lines that cannot be read."""
    first = date(2015, 1, 1)
    lines = ["date,posts,questions due"]
    for number in range(FILE_DAYS):
        day = first + timedelta(days=number)
        lines.append(f"{day},many,2" if number % _EACH_PROBLEM == _EACH_PROBLEM - 1 else f"{day},{number % 5},")
    return "\n".join(lines).encode()


def give_file(session: Session) -> None:
    """An account and its file, kept, with the check asked for."""
    (account,) = add_accounts(session, "https://social.example", "east")
    account.next_pull_at = None
    by = Actor.machine("tests", consortium_id=account.consortium_id)
    folder = settings().instance_path / "uploads"
    upload = keep_upload(
        session, io.BytesIO(file_of_days()), name="d.csv", by=by, at=now(), folder=folder, limit_bytes=_MOST_BYTES
    )
    begin_import(session, account, GivenFile(upload.name, upload.sha256, upload.id), by=by, at=now())
    session.commit()


def picture(session: Session) -> dict[str, Any]:
    """All that pulls and imports leave behind, without ids and times."""
    consortium = session.scalars(sa.select(Consortium).where(Consortium.slug == SLUG)).one()
    enter_tenant(session, consortium.id)

    def rows(*columns: Any) -> list[tuple[Any, ...]]:
        table = columns[0].class_
        statement = sa.select(*columns).where(table.consortium_id == consortium.id)
        return sorted(tuple(map(str, row)) for row in session.execute(statement))

    flows = sorted(FLOWS)
    return {
        "days": rows(DailyFigure.day, DailyFigure.followers, *(getattr(DailyFigure, flow) for flow in flows)),
        "months": rows(MonthFigure.month, MonthFigure.days, *(getattr(MonthFigure, flow) for flow in flows)),
        "notes": rows(Observation.day, Observation.metric, Observation.revision, Observation.value),
        "posts": rows(Post.external_id, Post.text, Post.reactions, Post.was_answered_by_us),
        "runs": rows(Run.kind, Run.state, Run.rows_read, Run.rows_added, Run.rows_changed, Run.problems, Run.message),
        "problems": rows(RunProblem.line, RunProblem.sentence),
        "staged": rows(StagedFigure.day, StagedFigure.posts),
        "uploads": rows(Upload.name),
        "deeds": rows(HistoryEntry.deed),
        "accounts": rows(Account.handle, Account.connection, Account.failed_pulls, Account.newest_figure_on),
    }
