"""What a worker does for findings: check a consortium's rules, when asked and once a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.registry import Handler, Work
from app.background.rules import Again
from app.consortia.queries import all_consortia, root_for_change, settings_of, today_of
from app.findings import queries
from app.findings.actions.checking import CHECK, ask_for_check, judge_rules, keep_verdicts
from app.foundation.clock import now
from app.foundation.database import reading, tenant
from app.web.filters import plural

_EVERY = timedelta(days=1)


def check(work: Work) -> Again | str:
    """Check every rule in force, as of the demo's day or today: judged while others write, and kept at once.

    Begins anew where another check of the consortium was kept in between.
    """
    session, at, within = work.session, now(), Scope(work.consortium_id)
    with reading(session):
        on = today_of(session, within=within, at=at)
        verdicts = judge_rules(session, within=within, on=on, at=at)
    work.renew()
    root_for_change(session, within=within)
    last = queries.last_checked_at(session, within=within)
    if last is not None and at < last <= now():
        return Again(timedelta(seconds=1), why="Another check was kept meanwhile.")
    outcome = keep_verdicts(
        session, verdicts, within=within, by=Actor.machine("Worker", consortium_id=work.consortium_id)
    )
    return f"{plural(outcome.checks, 'check', 'checks')}, {plural(outcome.still_open, 'finding', 'findings')} open."


def find_due_checks(session: Session, at: datetime) -> None:
    """Ask for a check where the last one is a day old; never of a demo, whose figures do not move."""
    for consortium in all_consortia(session):
        within = Scope(consortium.id)
        with tenant(session, consortium.id):
            if settings_of(session, within=within).is_demo:
                continue
            last = queries.last_checked_at(session, within=within)
            if last is not None and last + _EVERY <= at:
                ask_for_check(session, within=within, at=at)


#: by kind; a change of what binds is published by the room of policies
HANDLERS: Mapping[str, Handler] = {CHECK: check, "policies.changed": check}
