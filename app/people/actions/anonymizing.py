"""Erasing the names of people who left long ago, from every table of their consortium, while the history still verifies."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia.queries import settings_of
from app.foundation.crypto import token_hash
from app.foundation.database import INSTALLATION_TABLES, Base
from app.foundation.errors import Refused
from app.history.actions import record, redact
from app.history.models import HistoryEntry
from app.history.queries import details_holding, entries_of
from app.history.rules import Deed, in_json
from app.people.models import Incumbency, LinkRequest, Login, LoginConsortium, Membership, Person, SignInAttempt
from app.people.queries.leaving import find_entry, has_namesake, is_in_another
from app.people.rules import cleared, former_name, refuse_retention

#: the chain holds digests only, and its details are redacted one by one
_APART = frozenset({"history_entry", "history_detail", "person"})
#: names of places, and what members adopted: whoever could choose a person's name could rewrite them otherwise
_NOT_ABOUT_PEOPLE = frozenset(
    {
        *("branch_detail", "consortium_settings", "history_head", "library_detail", "place"),
        *("clause", "policy", "policy_rule", "policy_version"),
        *("kpi", "kpi_standing", "saved_match"),
    }
)
#: columns by whose values the program finds things
_CODES = frozenset(
    {
        *("base_url", "currency", "external_id", "file_sha256", "former", "handle", "meanings", "message_id"),
        *("metrics", "platform", "reads", "sha256", "url", "vote"),
    }
)
_NAMED_BY = ("name", "name_before", "person")


@dataclass(frozen=True, slots=True)
class _Traces:
    """What someone was ever called here, and what stands instead."""

    names: frozenset[str]
    emails: frozenset[str]
    instead: str

    @property
    def words(self) -> frozenset[str]:
        """Everything to look for."""
        return self.names | self.emails

    def cleared(self, value: Any) -> Any:
        """A text or JSON value without them."""
        return cleared(value, names=self.names, emails=self.emails, instead=self.instead)


def set_retention(session: Session, months: int, *, by: Actor, at: datetime) -> None:
    """Say how many months after their last day people keep their names here; refuses less than one and over ten years."""
    refuse_retention(months)
    settings = settings_of(session, within=Scope(by.consortium_id))
    before = settings.anonymize_after_months
    settings.anonymize_after_months = months
    session.flush()
    record(session, Deed.RETENTION_SET, settings, by=by, at=at, detail={"months": months, "months_before": before})


def anonymize(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Erase the name and the address of someone who left, wherever this consortium holds them; figures keep their id.

    The login goes too where it leads into no other consortium. Refuses someone who has not left. Free text is left as
    it is where somebody else, or a place, has the same name: nobody can tell which is meant. Names of places and the
    text of policies are never changed.
    """
    if person.left_on is None:
        raise Refused(f"{person.name} has not left.")
    within = Scope(person.consortium_id)
    traces = _traces_of(session, person, within=within)
    is_only_one = not has_namesake(session, person, traces.names, within=within)
    _close_login(session, person, within=within)
    person.name, person.email, person.anonymized_at = traces.instead, None, at
    session.flush()
    session.expire_all()  # the sweep writes beside what this session remembers
    if is_only_one:
        _sweep(session, traces, within=within)
    _redact(session, person, traces, only_own=not is_only_one, at=at)
    record(session, Deed.PERSON_ANONYMIZED, person, by=by, at=at, detail={"name": traces.instead})


def _traces_of(session: Session, person: Person, *, within: Scope) -> _Traces:
    """Earlier names and addresses stand in the history of what was done to the person."""
    names, emails = {person.name}, {person.email} if person.email else set[str]()
    for _, detail in entries_of(session, "person", person.id, within=within):
        values = detail.values if detail is not None and detail.redacted_at is None else {}
        names |= {str(values[key]) for key in _NAMED_BY if values.get(key)}
        emails |= {str(values[key]) for key in ("email", "email_before") if values.get(key)}
    return _Traces(frozenset(names), frozenset(emails), former_name(person.id))


def _close_login(session: Session, person: Person, *, within: Scope) -> None:
    """Take the way in away, and the login with everything that hangs on it where it leads nowhere else."""
    entry = find_entry(session, person, within=within)
    login = session.get(Login, entry.login_id) if entry is not None else _login_of(session, person)
    if entry is not None:
        session.delete(entry)
        session.flush()
    if login is None or is_in_another(session, login, within=within):
        return
    for table in reversed(Base.metadata.sorted_tables):
        for column in table.columns:
            if any(key.column is Login.__table__.c.id for key in column.foreign_keys):
                session.execute(sa.delete(table).where(column == login.id))
    for by_address in (SignInAttempt, LinkRequest):
        session.execute(sa.delete(by_address).where(by_address.email_hash == token_hash(login.email)))
    session.delete(login)
    session.flush()


def _login_of(session: Session, person: Person) -> Login | None:
    """The login behind the address of someone whose way in has ended already; one that somebody comes in with stays."""
    if not person.email:
        return None
    is_in_use = sa.exists().where(LoginConsortium.login_id == Login.id)
    return session.scalar(sa.select(Login).where(Login.email == person.email, sa.not_(is_in_use)))


def _sweep(session: Session, traces: _Traces, *, within: Scope) -> None:
    for table, columns in _tables_with_text():
        found = sa.or_(
            *(
                sa.cast(column, sa.Text).icontains(_as_stored(column, word), autoescape=True)
                for column in columns
                for word in sorted(traces.words)
            )
        )
        key = list(table.primary_key.columns)
        statement = sa.select(*key, *columns).where(table.c.consortium_id == within.consortium_id, found).order_by(*key)
        for row in session.execute(statement).mappings().all():
            changed = _changed(columns, row, traces)
            if changed:
                here = (column == row[column] for column in key)
                session.execute(
                    sa.update(table).where(table.c.consortium_id == within.consortium_id, *here).values(changed)
                )


def _changed(columns: list[sa.Column[Any]], row: sa.RowMapping, traces: _Traces) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for column in columns:
        value = traces.cleared(row[column])
        length = getattr(column.type, "length", None)
        if value != row[column]:
            changed[column.name] = value[:length] if isinstance(value, str) and length else value
    return changed


def _tables_with_text() -> Iterator[tuple[sa.Table, list[sa.Column[Any]]]]:
    """Every table of a tenant with the columns in which somebody could have written a name."""
    for table in Base.metadata.sorted_tables:
        is_apart = table.name in _APART | _NOT_ABOUT_PEOPLE
        if table.name in INSTALLATION_TABLES or is_apart or "consortium_id" not in table.c:
            continue
        columns = [column for column in table.columns if _holds_text(column)]
        if columns:
            yield table, columns


def _holds_text(column: sa.Column[Any]) -> bool:
    is_word = isinstance(column.type, sa.Enum) or column.name in _CODES
    return isinstance(column.type, sa.String | sa.JSON) and not is_word and not column.primary_key


def _as_stored(column: sa.Column[Any], word: str) -> str:
    return in_json(word) if isinstance(column.type, sa.JSON) else word


def _redact(session: Session, person: Person, traces: _Traces, *, only_own: bool, at: datetime) -> None:
    within = Scope(person.consortium_id)
    own = _own_records(session, person, within=within) if only_own else frozenset()
    for entry, detail in details_holding(session, traces.words, within=within):
        if only_own and not _is_about(entry, person, own):
            continue
        values = traces.cleared(detail.values)
        if values != detail.values:
            redact(detail, values, at=at)
    session.flush()


def _own_records(session: Session, person: Person, *, within: Scope) -> Collection[tuple[str, int]]:
    """The person, their incumbencies and their roles, as the history names its subjects."""
    found = {("person", person.id)}
    for model in (Incumbency, Membership):
        ids = session.scalars(
            sa.select(model.id)
            .where(model.consortium_id == within.consortium_id, model.person_id == person.id)
            .order_by(model.id)
        )
        found |= {(model.__tablename__, each) for each in ids}
    return found


def _is_about(entry: HistoryEntry, person: Person, own: Collection[tuple[str, int]]) -> bool:
    return entry.person_id == person.id or (entry.subject_kind, entry.subject_id) in own
