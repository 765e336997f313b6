"""Which of two figures of one day stands: decided cell by cell where a batch differs from what is held."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.foundation.periods import Period
from app.metrics.actions.revising import Cell, Ledger, Note
from app.metrics.models import Run
from app.metrics.rules.closing import lies_in
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import is_frozen
from app.metrics.rules.standing import differs_much, stands_against

#: sources of one kind: what was counted from a platform's posts is the platform's
_KINDS = {Source.COMPUTED: Source.PULL}


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a batch brings, as far as the decision goes."""

    run: Run
    source: Source
    at: datetime
    metrics: tuple[Metric, ...]
    #: were its figures chosen to stand over the platform's?
    is_firm: bool
    #: which of some runs brought figures that were chosen to stand over the platform's
    firm_among: Callable[[Collection[int]], Collection[int]]
    #: the days of closed periods
    closed: Collection[Period]
    #: figures that a person let stand over the platform's
    decided: Collection[tuple[int, date, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of which two sources tell: the one that stands, and the other."""

    value: int
    source: Source
    other_value: int
    other_source: Source
    other_run_id: int


@dataclass(slots=True)
class Weighed:
    """What becomes of the days that a batch meets."""

    updates: list[dict[str, object]] = field(default_factory=list)
    differences: dict[Cell, Difference] = field(default_factory=dict)
    #: days on which another source differs by more than 2%
    conflicting: set[tuple[int, date]] = field(default_factory=set)
    #: days older than a week of which a figure changes
    late: set[tuple[int, date]] = field(default_factory=set)
    #: by account and day what the batch replaces
    replaced: dict[tuple[int, date], dict[str, Any]] = field(default_factory=dict)


def weigh(rows: Sequence[Mapping[Any, Any]], incoming: Incoming, ledger: Ledger) -> Weighed:
    """Decide on each row that differs; what is replaced and what has another source goes into the ledger too.

    A row is the day as it is held, and beside each metric what came for it (``came_`` before its name).
    """
    found = Weighed()
    firm = _firm_runs(rows, incoming, ledger)
    for held in rows:
        _weigh_row(held, incoming, ledger, firm, found)
    return found


def _weigh_row(
    held: Mapping[Any, Any], incoming: Incoming, ledger: Ledger, firm: Collection[int], found: Weighed
) -> None:
    day: date = held["day"]
    place = (held["account_id"], day)
    changes: dict[Metric, int] = {}
    for metric in incoming.metrics:
        before, came = held[metric.value], held[f"came_{metric.value}"]
        if came is None or came == before:
            continue
        cell: Cell = (*place, metric)
        if before is not None:
            now = ledger.told(cell, before, source=held["source"], run_id=held["run_id"])
            stays = cell in incoming.decided or stands_against(
                now.source, incoming.source, held_is_firm=now.run_id in firm, came_is_firm=incoming.is_firm
            )
            if is_far(before, now.source, came, incoming.source):
                found.conflicting.add(place)
                found.differences[cell] = (
                    Difference(before, now.source, came, incoming.source, incoming.run.id)
                    if stays
                    else Difference(came, incoming.source, before, now.source, now.run_id or held["run_id"])
                )
            if stays:
                continue
            if is_frozen(day, at=incoming.at, closed=incoming.closed):
                found.late.add(place)
                ledger.keep_value(cell, before, source=held["source"], run_id=held["run_id"])
        elif lies_in(day, incoming.closed):
            ledger.keep_hole(cell, source=held["source"], run_id=held["run_id"])
        changes[metric] = came
    if changes:
        _change(held, changes, incoming, ledger, found)


def is_far(before: int, held: Source, came: int, source: Source) -> bool:
    """Do two kinds of sources tell of the figure, neither of them made up, and differ much?"""
    kinds = {_KINDS.get(held, held), _KINDS.get(source, source)}
    return len(kinds) > 1 and Source.DEMO not in kinds and differs_much(before, came)


def _change(
    held: Mapping[Any, Any], changes: Mapping[Metric, int], incoming: Incoming, ledger: Ledger, found: Weighed
) -> None:
    place = (held["account_id"], held["day"])
    takes_row = held["source"] == incoming.source and (incoming.source is not Source.IMPORT or _covers(held, incoming))
    cells: dict[str, Any] = {}
    for metric, came in changes.items():
        cell: Cell = (*place, metric)
        cells[metric.value] = [came, held[metric.value], written_note(ledger.current.get(cell))]
        ledger.take_away(cell, keep=False)
        if not takes_row:
            ledger.note_value(cell, came, source=incoming.source)
    found.replaced[place] = {"held_run_id": held["run_id"], "held_source": held["source"], "cells": cells}
    found.updates.append(
        {
            "of_consortium": held["consortium_id"],
            "of_account": place[0],
            "of_day": place[1],
            "by_run": incoming.run.id if takes_row else held["run_id"],
            **{f"new_{m.value}": changes.get(m, held[m.value]) for m in incoming.metrics},
        }
    )


def _covers(held: Mapping[Any, Any], incoming: Incoming) -> bool:
    """Does the batch tell of every figure of the day? Else the others would change their provenance."""
    return all(
        metric in incoming.metrics and held[f"came_{metric.value}"] is not None
        for metric in Metric
        if held[metric.value] is not None
    )


def _firm_runs(rows: Sequence[Mapping[Any, Any]], incoming: Incoming, ledger: Ledger) -> Collection[int]:
    if incoming.source not in {Source.PULL, Source.COMPUTED}:
        return ()
    runs = {held["run_id"] for held in rows if held["source"] is Source.IMPORT}
    runs |= {note.run_id for note in ledger.current.values() if note.source is Source.IMPORT and note.run_id}
    return incoming.firm_among(runs) if runs else ()


def written_note(note: Note | None) -> list[Any] | None:
    """A note as it is kept beside what an import replaced."""
    if note is None:
        return None
    return [note.value, note.reason.value if note.reason else None, note.source.value, note.run_id]
