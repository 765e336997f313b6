"""What monitoring asks: is this process ready, and how does the installation stand in figures."""

import os
import secrets
from collections.abc import Iterator

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from app.access.marks import anyone
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.installation import going_down, settings
from app.upkeep.queries import standing
from app.upkeep.rules.findings import WORKER_SILENT
from app.web.requests import REQUESTS, SECONDS

blueprint = Blueprint("upkeep", __name__)


@blueprint.get("/readyz")
@anyone
def ready() -> ResponseReturnValue:
    """May requests come here? 503 with a sentence where the process goes down or its database is not fit."""
    if sentence := _why_not():
        return {"status": "not ready", "why": sentence}, 503
    return {"status": "ready"}


@blueprint.get("/metrics")
@anyone
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus; without METRICS_TOKEN, or with another token, there is no such page."""
    token = settings().metrics_token
    given = request.headers.get("Authorization", "")
    if not token or not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(404)
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it ships half of its types
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(_Standing())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Standing(Collector):
    """What the database says when it is asked: the same from whichever process answers."""

    def collect(self) -> Iterator[Metric]:
        """The figures, in the order of their names."""
        at = now()
        work = standing.work_standing(db.session, at=at)
        waited = (at - work.oldest_due_at).total_seconds() if work.oldest_due_at else 0.0
        rows = GaugeMetricFamily(
            "concordance_background_rows", "Background work due within the last day.", labels=["kind", "state"]
        )
        for kind, state, count in standing.work_of_a_day(db.session, at=at):
            rows.add_metric([kind, state.value], count)
        yield rows
        yield GaugeMetricFamily("concordance_background_due", "Background work that waits by now.", value=work.due)
        yield GaugeMetricFamily("concordance_background_failed", "Work that failed for good in a day.", work.failed)
        yield GaugeMetricFamily("concordance_background_oldest_due_seconds", "The longest wait.", waited)
        seen = standing.workers_seen(db.session, since=at - WORKER_SILENT)
        yield GaugeMetricFamily("concordance_workers", "Workers seen within three minutes.", seen)
        if made_at := standing.last_backup_at(db.session):
            age = (at - made_at).total_seconds()
            yield GaugeMetricFamily("concordance_backup_age_seconds", "Since the last backup.", age)


def _why_not() -> str | None:
    if going_down.is_set():
        return "This process is going down."
    try:
        return standing.behind(db.session)
    except SQLAlchemyError:
        return "The database does not answer."
