"""How gunicorn serves Concordance; every figure comes from the settings."""

from config import load_settings

_settings = load_settings()

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.workers
threads = _settings.web_threads
timeout = _settings.request_seconds
graceful_timeout = 5
loglevel = "warning" if _settings.log_level == "info" else str(_settings.log_level)
control_socket_disable = True
