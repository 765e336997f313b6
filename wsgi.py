"""What a WSGI server and the ``flask`` command load; ends with a sentence where the database is not fit to serve."""

from sqlalchemy.exc import OperationalError

from app.factory import create_app
from app.foundation.errors import Refused
from app.foundation.logs import configure_logs
from config import load_settings

try:
    settings = load_settings()
    configure_logs(settings)
    app = create_app(settings)
except Refused as refusal:
    raise SystemExit(str(refusal)) from None
except OperationalError as error:
    raise SystemExit(f"DATABASE_URL leads to no database: {str(error.orig).splitlines()[0]}") from None
