"""Mentions of the world's account as a pull brings them, and what people say of them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.ids import new_id
from app.metrics.actions.mentions import keep_mentions
from app.metrics.models import Mention, MentionHandling, Run
from app.metrics.rules.runs import RunKind, RunState
from app.platforms.contract import MentionReading


@pytest.fixture
def speak(application, session, world):
    """Let people say these words to an account, an hour apart, the first an hour ago; the mentions' ids by words."""

    def write(*texts, account=None, author="42", hours=1):
        to = account or world.account
        enter_tenant(session, to.consortium_id)
        run = Run(
            id=new_id(),
            consortium_id=to.consortium_id,
            account_id=to.id,
            kind=RunKind.PULL,
            state=RunState.DONE,
            started_at=now(),
            ended_at=now(),
        )
        session.add(run)
        session.flush()
        said = [
            MentionReading(
                f"{text[:50]}", now() - timedelta(hours=hours + n), "mention", author, text, f"https://x.example/{n}"
            )
            for n, text in enumerate(texts)
        ]
        with application.app_context():
            keep_mentions(session, to, said, run=run, at=now())
        session.commit()
        rows = session.execute(sa.select(Mention.text, Mention.id).where(Mention.consortium_id == to.consortium_id))
        ids = dict(rows.all())
        enter_tenant(session, world.consortium.id)
        return ids

    return write


@pytest.fixture
def handled(session, world):
    """What is said of a mention now."""

    def look(mention_id):
        enter_tenant(session, world.consortium.id)
        return session.scalars(
            sa.select(MentionHandling)
            .where(MentionHandling.consortium_id == world.consortium.id, MentionHandling.mention_id == mention_id)
            .execution_options(populate_existing=True)
        ).one_or_none()

    return look


@pytest.fixture
def say(as_branch_manager, world):
    """Say something of mentions as the manager of the east branch does, and show the page after it."""

    def send(*mention_ids, browser=as_branch_manager, place=world.east, **told):
        data = {"mention": [str(each) for each in mention_ids], **told}
        return browser.post(f"/at/{place.code}/mentions", data=data, follow_redirects=True)

    return send
