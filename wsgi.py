"""What a WSGI server and the ``flask`` command load; ends with a sentence where the database is not fit to serve."""

import gc

gc.disable()  # hardly anything of what is loaded here ever becomes garbage: looking for it took a fifth of the start

from sqlalchemy.exc import OperationalError  # noqa: E402 - no import may look for garbage

from app.factory import create_app  # noqa: E402 - likewise
from app.foundation.errors import Refused  # noqa: E402 - likewise
from app.foundation.logs import configure_logs  # noqa: E402 - likewise
from config import load_settings  # noqa: E402 - likewise

try:
    settings = load_settings()
    configure_logs(settings)
    app = create_app(settings)
except Refused as refusal:
    raise SystemExit(str(refusal)) from None
except OperationalError as error:
    raise SystemExit(f"DATABASE_URL leads to no database: {str(error.orig).splitlines()[0]}") from None

gc.freeze()
gc.enable()
