"""Finding policies by the words of their title, code or clauses."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.access.rules import Scope
from app.foundation.searching import Found, holds_words
from app.policies.models import Clause, Policy, Version


def search_policies(
    session: Session, words: str, *, within: Scope, limit: int, offset: int = 0
) -> Found[tuple[Policy, Clause | None]]:
    """Policies whose newest published version holds every word in its title or code, or in one of its clauses.

    With the first such clause; None where the title says it. By code; two statements.
    """
    newest = (
        sa.select(Version.id)
        .where(
            Version.consortium_id == Policy.consortium_id,
            Version.policy_id == Policy.id,
            Version.published_at.is_not(None),
        )
        .order_by(Version.in_force_on.desc(), Version.published_at.desc(), Version.id.desc())
        .limit(1)
        .correlate(Policy)
        .scalar_subquery()
    )
    in_title = holds_words(words, Policy.title, Policy.code)
    any_clause = aliased(Clause)
    first = (
        sa.select(sa.func.min(any_clause.number))
        .where(
            any_clause.consortium_id == Policy.consortium_id,
            any_clause.version_id == newest,
            holds_words(words, any_clause.title, any_clause.body),
        )
        .correlate(Policy)
        .scalar_subquery()
    )
    statement = (
        sa.select(Policy, Clause)
        .outerjoin(
            Clause,
            sa.and_(
                Clause.consortium_id == Policy.consortium_id,
                Clause.version_id == newest,
                Clause.number == first,
                sa.not_(in_title),
            ),
        )
        .where(
            Policy.consortium_id == within.consortium_id,
            newest.is_not(None),
            sa.or_(in_title, Clause.id.is_not(None)),
        )
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(Policy.id).subquery()))
    rows = session.execute(statement.order_by(Policy.code).limit(limit).offset(offset)).all()
    return Found(rows, total or 0)
