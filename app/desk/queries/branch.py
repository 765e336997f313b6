"""The home of a branch: who is missing, which KPIs are off, whose hours do not fit, what is to be put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.desk.queries.director import Decisions, decisions_at
from app.desk.queries.kpis import KpiSeen, kpis_seen
from app.desk.queries.lately import Lately, lately
from app.desk.queries.standing import Standing, standing_of
from app.duties.queries.coverage import Row, coverage, summary_of
from app.duties.queries.load import PositionLoad, load_at
from app.duties.rules.matrix import Summary


@dataclass(frozen=True, slots=True)
class BranchHome:
    """What a branch manager sees of the branch."""

    standing: Standing
    #: every account of the branch with its cells
    matrix: Sequence[Row]
    duties: Summary
    #: the KPIs that are measured here, the worst first
    kpis: Sequence[KpiSeen]
    loads: Sequence[PositionLoad]
    decisions: Decisions
    lately: Lately

    @property
    def has_goals(self) -> bool:
        """Does the branch measure itself by anything?"""
        return bool(self.kpis)

    @property
    def has_duties(self) -> bool:
        """Does anybody hold a duty here?"""
        return any(cell.holders for row in self.matrix for cell in row.cells.values())

    @property
    def over(self) -> list[PositionLoad]:
        """Those whose duties take more hours than were agreed."""
        return [load for load in self.loads if load.load.over_hours]


def branch_home(session: Session, place: Place, *, within: Scope, on: date) -> BranchHome:
    """Gather it in a fixed number of statements."""
    standing = standing_of(session, place, within=within, on=on)
    matrix = coverage(session, within=within, on=on)
    return BranchHome(
        standing=standing,
        matrix=matrix,
        duties=summary_of(matrix),
        kpis=kpis_seen(session, standing, within=within),
        loads=load_at(session, within=within, on=on),
        decisions=decisions_at(session, within=within, on=on),
        lately=lately(session, within=within, on=on),
    )
