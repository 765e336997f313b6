"""A row in a small world for everything that an address can name, and which value stands for which name."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.actions.proofs import report_look_alike
from app.accounts.actions.tools import ToolWords, add_tool
from app.accounts.models import AccountRequest
from app.accounts.rules.tools import ToolKind
from app.background.models import Upload
from app.consortia.actions.opening import close_for_a_time, set_hours
from app.consortia.models import OpeningHours
from app.consortia.rules.hours import Week, periods_of
from app.duties.rules.catalogue import Family
from app.findings.models import Finding, FindingAction
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.imports.actions.batches import begin_batch
from app.metrics.actions.correcting import correct_post
from app.metrics.actions.handling import handle_mentions
from app.metrics.actions.handwriting import PostWords
from app.metrics.actions.ruling import RuleWords, set_rule
from app.metrics.actions.tagging import Hand, tag_posts
from app.metrics.models import Mention, Post, Run, SeriesBreak
from app.metrics.queries.handling import get_mention_seen
from app.metrics.queries.tagged import get_post
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.handling import MentionClass, Said
from app.metrics.rules.runs import RunKind, RunState
from app.metrics.rules.tags import TagKind
from app.people.actions.logins import make_login_link
from app.people.actions.sessions import open_session
from app.people.models import Incumbency, LoginSession, Membership
from app.people.queries.sessions import find_login
from app.people.rules import LinkPurpose
from app.policies.actions import drafts
from app.policies.models import Policy
from tests.factories import judged
from tests.factories.closing import close
from tests.factories.duties import give
from tests.factories.figures import set_goal, set_kpi
from tests.factories.world import AT, World

#: the first day of a week's hours and of a closure
_ON = date(2026, 6, 1)

#: names in addresses, each with what fills it; "int number" is one that only a whole number fills
Values = dict[str, object]


def fill(session: Session, world: World) -> Values:
    """Write one of each into the world, as people and workers do: things of its east branch, and its admin's own.

    A name that is not among the answers has no row yet: a room that brings a new one adds it here.
    """
    enter_tenant(session, world.consortium.id)
    values: Values = {
        "place": world.east.code,
        "account_id": world.account.id,
        "state": "on_watch",
        "task": "last_post",
        "topic": "duties",
        "way": "x",
        "person_id": world.staff.id,
        "position_id": world.staff_position.id,
        **_judged(session, world),
        **_given(session, world),
        **_opened(session, world),
        **_kept(session, world),
        **_tagged(session, world),
        **_spoken(session, world),
        **_aimed(session, world),
        **_held(session, world),
        **_asked_for(session, world),
        "period": close(session, world).period.code,
        "year": AT.year,
    }
    session.commit()
    return values


def _judged(session: Session, world: World) -> Values:
    """A policy in force with a draft after it, figures, and what the checks found."""
    judged.bind(session, world)
    policy = session.scalars(sa.select(Policy).where(Policy.consortium_id == world.consortium.id)).one()
    policy.code = f"{world.east.code[:3].upper()} 1"  # one that no other world has
    judged.figures(session, world.account, posts=1, broadcasts=1)
    judged.check(session, world)
    drafts.draft_next(session, policy, summary="Fewer broadcasts", by=world.machine, at=AT)
    finding = sa.select(Finding.id).where(
        Finding.consortium_id == world.consortium.id, Finding.place_id == world.east.id
    )
    finding_id = session.scalars(finding.order_by(Finding.id).limit(1)).one()
    action = FindingAction(
        consortium_id=world.consortium.id,
        finding_id=finding_id,
        words="Ask the branch",
        owner_id=world.manager_position.id,
        due_on=date(2026, 12, 1),
        set_at=AT,
    )
    session.add(action)
    session.flush()
    return {
        "code": policy.code.lower().replace(" ", "-"),
        "number": "1.0",
        "int number": 1,  # of a clause
        "on": judged.FIRST,
        "finding_id": finding_id,
        "action_id": action.id,
    }


def _given(session: Session, world: World) -> Values:
    assignment = give(session, world.account, Family.ANSWER, world.manager_position)
    return {"family": Family.POST, "assignment_id": assignment.id}


def _opened(session: Session, world: World) -> Values:
    """Hours, days without them, and a tool."""
    by = {"by": world.machine, "at": AT}
    week = Week(_ON, (periods_of("9:00-17:00"),) * 5 + ((), ()))
    set_hours(session, world.east, week, **by)  # type: ignore[arg-type]  # the two keywords of every action
    closure = close_for_a_time(
        session, world.east, first_on=_ON, last_on=_ON, reason="A storm", by=world.machine, at=AT
    )
    tool = add_tool(session, world.east, ToolWords(ToolKind.SUITE, "A calendar"), by=world.machine, at=AT)
    hours = sa.select(OpeningHours.id).where(OpeningHours.consortium_id == world.consortium.id)
    return {"hours_id": session.scalars(hours).one(), "closure_id": closure.id, "tool_id": tool.id}


def _kept(session: Session, world: World) -> Values:
    """A file that nobody has decided on, and an import that was checked."""
    upload = Upload(
        consortium_id=world.consortium.id,
        name="ae.csv",
        sha256="0" * 64,
        size=1,
        kept_at=now(),
        person_id=world.admin.id,
    )
    run = Run(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        kind=RunKind.IMPORT,
        state=RunState.CHECKED,
        started_at=AT,
        file_name="oct.csv",
    )
    noted = SeriesBreak(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        metric=Metric.REACH,
        from_on=_ON,
        why="Counts people, no longer displays",
    )
    session.add_all([upload, run, noted])
    session.flush()
    given = begin_batch(session, world.east, [upload], by=world.machine, at=AT)
    return {"run_id": run.id, "break_id": noted.id, "given_id": given.id} | dict.fromkeys(
        ("upload_id", "libraries_id", "outlets_id"), upload.id
    )


def _tagged(session: Session, world: World) -> Values:
    """A post, a tag rule, and a batch of tags."""
    run = Run(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        kind=RunKind.BY_HAND,
        state=RunState.DONE,
        started_at=AT,
    )
    session.add(run)
    session.flush()
    post = Post(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        external_id="1",
        published_at=AT,
        text="Story time",
        run_id=run.id,
    )
    session.add(post)
    session.flush()
    rule = set_rule(session, world.east, RuleWords("#poems", TagKind.TOPIC, "Advice"), by=world.machine, at=AT)
    batch = tag_posts(session, world.east, [post.id], {TagKind.TOPIC: "Events"}, hand=Hand(by=world.machine, at=AT))
    post = get_post(session, post.id, within=Scope(world.consortium.id))
    words = PostWords(published_at=AT, text="Story hour")
    change = correct_post(session, post, words, why="Another word", by=world.machine, at=AT)
    return {"post_id": post.id, "rule_id": rule.id, "batch_id": batch.id, "change_id": change.id}


def _spoken(session: Session, world: World) -> Values:
    """A mention, and what somebody said of it."""
    run = sa.select(Run).where(Run.consortium_id == world.consortium.id).order_by(Run.id).limit(1)
    mention = Mention(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        external_id="m1",
        kind="mention",
        said_at=AT,
        text="Are you open?",
        first_run_id=session.scalars(run).one().id,
    )
    session.add(mention)
    session.flush()
    seen = get_mention_seen(session, mention.id, within=Scope(world.consortium.id))
    said, by = Said(MentionClass.QUESTION), world.machine
    batch = handle_mentions(session, world.east, [seen], said, target_of=lambda *_: None, by=by, at=AT)
    return {"mention_id": mention.id, "mention_batch_id": batch.id}


def _aimed(session: Session, world: World) -> Values:
    goal = set_goal(session, world, world.east)
    return {"goal_id": goal.id, "kpi_id": set_kpi(session, world, goal, "K28", 85).id}


def _held(session: Session, world: World) -> Values:
    """Where the staff member works, their role, and a session and a link of the admin, which nobody else may use."""
    login = find_login(session, world.admin.email or "")
    assert login is not None
    open_session(session, login.id, world.consortium.id, at=now())
    of = {"consortium_id": world.consortium.id}
    newest = sa.select(LoginSession.id).filter_by(**of, login_id=login.id).order_by(LoginSession.id.desc()).limit(1)
    return {
        "incumbency_id": _only(session, sa.select(Incumbency.id).filter_by(**of, person_id=world.staff.id)),
        "membership_id": _only(session, sa.select(Membership.id).filter_by(**of, person_id=world.staff.id)),
        "session_id": _only(session, newest),
        "token": make_login_link(session, login, LinkPurpose.NEW_EMAIL, email="new@example.org", at=now()),
    }


def _asked_for(session: Session, world: World) -> Values:
    """What was said when the account was asked for, and a look-alike that somebody saw."""
    session.add(
        AccountRequest(
            consortium_id=world.consortium.id,
            account_id=world.account.id,
            asked_by_id=world.staff.id,
            asked_at=AT,
            evidence="https://social.example/tags/library",
            hours=Decimal(3),
            captions="By hand",
            has_read_minors_rule=True,
            trial_ends_on=date(2027, 5, 1),
        )
    )
    seen = report_look_alike(
        session,
        world.east,
        url="https://social.example/@greeneasl",
        note="Our logo",
        account=world.account,
        by=world.machine,
        at=AT,
    )
    return {"look_alike_id": seen.id}


def _only(session: Session, statement: sa.Select[tuple[int]]) -> int:
    return session.scalars(statement).one()
