"""How a rule stands at one place or over many, as the note beside its clause."""

from dataclasses import dataclass
from datetime import date

from app.policies.rules.states import Result, result_in_words

#: the code of a fail that is still inside its grace
AT_RISK = "at_risk"
NOT_CHECKED = "Not checked yet."


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside a clause: a code for the shape, the word, what was seen, and the finding that says more."""

    code: str
    word: str
    evidence: str
    finding_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """At how many places a rule stands how; ``at_risk`` counts fails inside their grace."""

    met: int = 0
    at_risk: int = 0
    failed: int = 0
    unknown: int = 0
    outside: int = 0
    waived: int = 0

    @property
    def judged(self) -> int:
        """Places where the rule could be judged."""
        return self.met + self.at_risk + self.failed


def note_of_one(
    result: Result, evidence: str, *, on: date, grace_until: date | None = None, finding_id: int | None = None
) -> Note:
    """The note at a single place."""
    word = result_in_words(result, on=on, grace_until=grace_until, waived_until=None)
    is_in_grace = result is Result.FAIL and grace_until is not None and on <= grace_until
    return Note(AT_RISK if is_in_grace else result.value, word, evidence, finding_id)


def note_of_many(tally: Tally | None) -> Note:
    """The note over many places: the weakest judged place decides the word, the counts stand below it."""
    if tally is None:
        return Note(Result.NOT_MEASURABLE.value, Result.NOT_MEASURABLE.label, NOT_CHECKED)
    if not tally.judged:
        return _unjudged(tally)
    evidence = f"Met at {tally.met} of {_places(tally.judged)}"
    if tally.unknown:
        evidence += f", cannot be checked at {tally.unknown}"
    if tally.failed:
        return Note(Result.FAIL.value, Result.FAIL.label, evidence)
    if tally.at_risk:
        return Note(AT_RISK, "At risk", evidence)
    return Note(Result.PASS.value, Result.PASS.label, evidence)


def _unjudged(tally: Tally) -> Note:
    if tally.unknown:
        evidence = f"Cannot be checked at {_places(tally.unknown)}"
        return Note(Result.NOT_MEASURABLE.value, Result.NOT_MEASURABLE.label, evidence)
    if tally.waived:
        return Note(Result.WAIVED.value, Result.WAIVED.label, f"Waived at {_places(tally.waived)}")
    evidence = "No account here that the rule is about"
    return Note(Result.NOT_APPLICABLE.value, Result.NOT_APPLICABLE.label, evidence)


def _places(count: int) -> str:
    return f"{count:,} place" if count == 1 else f"{count:,} places"
