"""How gunicorn serves Concordance; every figure comes from the settings."""

import os
import shutil
import signal
import tempfile
import threading
from typing import Any

from app.foundation.installation import going_down
from app.foundation.logs import logging_config
from config import load_settings

_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_settings = load_settings()

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.workers
threads = _settings.web_threads
timeout = _settings.request_seconds
#: a load balancer looks elsewhere first; then what is in hand may end
graceful_timeout = _settings.drain_seconds + (30 if _settings.is_production else 5)
loglevel = "warning" if _settings.log_level == "info" else str(_settings.log_level)
logconfig_dict = logging_config(_settings)
control_socket_disable = True
# TRUSTED_PROXIES alone says whom to believe; gunicorn would believe whoever comes from this machine
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""


def on_starting(_arbiter: object) -> None:
    """Where metrics are asked for, each process counts in a file of its own; one answer tells their sum."""
    if _settings.metrics_token:
        os.environ[_METRICS_FOLDER] = tempfile.mkdtemp(prefix="concordance-metrics-")


def post_worker_init(worker: Any) -> None:
    """After SIGTERM, /readyz says 503 while DRAIN_SECONDS last; then no connection is taken any more."""
    stop = worker.handle_exit

    def drain(number: int, _frame: object) -> None:
        if going_down.is_set():  # a service manager may tell each process once more
            return
        going_down.set()
        later = threading.Timer(_settings.drain_seconds, stop, (number, None))
        later.daemon = True
        later.start()

    signal.signal(signal.SIGTERM, drain)


def on_exit(_arbiter: object) -> None:
    """Leave no folder behind."""
    if folder := os.environ.get(_METRICS_FOLDER):
        shutil.rmtree(folder, ignore_errors=True)
