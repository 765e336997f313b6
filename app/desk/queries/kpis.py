"""The KPIs a place measures itself by, each with how it stood and its twelve months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.desk.queries.standing import Standing
from app.foundation.figures import Figure
from app.goals import queries as goals
from app.goals.models import Kpi
from app.goals.queries import Measurement
from app.goals.rules import State


@dataclass(frozen=True, slots=True)
class KpiSeen:
    """A KPI with its standing in the period; None where it was not measured yet."""

    kpi: Kpi
    measurement: Measurement | None
    months: Sequence[tuple[date, Figure]]

    @property
    def state(self) -> State:
        """How it stood."""
        return self.measurement.standing.state if self.measurement else State.NO_DATA


def kpis_seen(session: Session, standing: Standing, *, within: Scope) -> list[KpiSeen]:
    """A place's own open KPIs, the worst first; two statements."""
    place = standing.place
    kpis = goals.open_kpis(session, place, within=within, on=standing.on)
    definitions = {kpi.definition for kpi in kpis}
    curves = goals.curves_of(session, [place.id], definitions, within=within, last=standing.period.last)
    seen = [
        KpiSeen(kpi, standing.measured.get(kpi.definition), curves.get((place.id, kpi.definition), ())) for kpi in kpis
    ]
    return sorted(seen, key=lambda each: (each.state.order, each.kpi.id))
