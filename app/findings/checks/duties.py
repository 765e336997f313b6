"""Duties: does somebody hold what a policy requires, on every account of the named types, as it stands on the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.duties.rules.coverage import CellState, Holder, Requirement, gap_in_words, judge_cell, present
from app.findings.rules.judging import AccountSeen, Judgement, PlaceSeen, RowUsed, RuleAsked, does_not_apply
from app.policies.rules.states import Result


@dataclass(frozen=True, slots=True)
class _Spot:
    """One duty on one account, judged by this rule alone."""

    account: AccountSeen
    requirement: Requirement
    state: CellState
    words: str
    since: date | None

    @property
    def row(self) -> RowUsed:
        label = f"{self.requirement.family.label}, {self.account.label}"
        return RowUsed(self.account.account_id, label, self.words, self.requirement.family.value)


def judge_required(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Met where every cell the rule asks for is covered; a shared account is judged where it serves, too."""
    spots = [
        _spot(account, requirement, cell.holders, on=rule.on)
        for account in place.accounts
        for cell in account.cells.values()
        for requirement in cell.requirements
        if requirement.rule_id == rule.rule_id
    ]
    if not spots:
        return does_not_apply(place)
    gaps = [spot for spot in spots if spot.state.is_gap]
    covered = len(spots) - len(gaps)
    rows = tuple(spot.row for spot in (*gaps, *(spot for spot in spots if not spot.state.is_gap)))
    evidence = f"{covered} of {_duties(len(spots))} held as asked for"
    measured = 100 * covered / len(spots)
    if not gaps:
        return Judgement(Result.PASS, evidence, len(spots), measured, rows=rows)
    first = gaps[0]
    more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return Judgement(
        Result.FAIL,
        f"{evidence}. {first.account.label}: {first.words}",
        len(spots),
        measured,
        title=f"{place.name}: {_fact(first)} on {first.account.label}{more}; {rule.code} asks for {_asked(first)}",
        to_pass=f"Name somebody for {_duties(len(gaps))}: {_named(gaps)}.",
        since=min((spot.since for spot in gaps if spot.since), default=None),
        rows=rows,
    )


def _spot(account: AccountSeen, requirement: Requirement, holders: Sequence[Holder], *, on: date) -> _Spot:
    state = judge_cell(requirement, holders, on=on)
    words = gap_in_words(requirement, holders, on=on) if state.is_gap else None
    named = [holder.person_name for holder in present(holders, on=on) if holder.person_name]
    empty = [holder.since for holder in holders if holder.person_name is None and holder.since <= on]
    return _Spot(account, requirement, state, words or ", ".join(named), max(empty, default=None))


def _fact(spot: _Spot) -> str:
    """The gap without what asks for it, such as "nobody answers since Oct 4"."""
    words = spot.words.split(". ")[0]
    return words[0].lower() + words[1:]


def _asked(spot: _Spot) -> str:
    return spot.requirement.depth.label.lower()


def _named(gaps: Sequence[_Spot]) -> str:
    named = [f"{spot.requirement.family.label} on {spot.account.label}" for spot in gaps[:_MOST_NAMED]]
    return "; ".join(named) + ("; and more" if len(gaps) > _MOST_NAMED else "")


def _duties(count: int) -> str:
    return "1 duty" if count == 1 else f"{count} duties"


_MOST_NAMED = 3
