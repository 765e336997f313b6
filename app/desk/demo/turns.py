"""What happened to the demo's places, each on its day: hours, a new name, residents counted anew, a merger, a closing."""

from dataclasses import replace

from app.consortia import actions, queries
from app.consortia.rules import BranchType, Week, working_week
from app.desk.demo.cast import BranchCast
from app.desk.demo.stage import Stage

LARGE, MIDDLE = 15_000, 5_000


def write_hours(stage: Stage) -> None:
    """The hours of every branch: its own, or the usual ones of its size."""
    for branch in _branches(stage):
        if branch.type is BranchType.BOOKMOBILE and branch.code not in stage.cast.hours:
            continue
        for since, words in stage.cast.hours.get(branch.code) or stage.cast.hours[_size(branch)]:
            first_on = max(stage.calendar.day(since), stage.begins(branch.code))
            week = Week(first_on, working_week(words))
            at = stage.calendar.at(first_on)
            actions.set_hours(stage.session, stage.places[branch.code], week, by=stage.by, at=at)


def write_turns(stage: Stage) -> None:
    """Names and residents that changed, and branches that are no more."""
    for branch in _branches(stage):
        _change(stage, branch)
        _end(stage, branch)


def _branches(stage: Stage) -> list[BranchCast]:
    return [branch for library in stage.cast.libraries for branch in library.branches]


def _size(branch: BranchCast) -> str:
    if branch.residents >= LARGE:
        return "large"
    return "medium" if branch.residents >= MIDDLE else "small"


def _change(stage: Stage, branch: BranchCast) -> None:
    if branch.former is None:
        return
    place, on = stage.places[branch.code], stage.calendar.day(branch.former.until)
    at = stage.calendar.at(on)
    if branch.former.name:
        actions.rename(stage.session, place, name=branch.name, on=on, by=stage.by, at=at)
    known = queries.population_of(place)
    if branch.former.residents and known:
        counted = replace(known, residents=branch.residents, year=on.year - 1)
        actions.count_residents(stage.session, place, counted, by=stage.by, at=at)


def _end(stage: Stage, branch: BranchCast) -> None:
    if branch.gone is None:
        return
    place, on = stage.places[branch.code], stage.calendar.day(branch.gone.since)
    at = stage.calendar.at(on)
    if branch.gone.into:
        actions.merge(stage.session, place, into=stage.places[branch.gone.into], on=on, by=stage.by, at=at)
    else:
        actions.close(stage.session, place, on=on, reason=branch.gone.reason, by=stage.by, at=at)
