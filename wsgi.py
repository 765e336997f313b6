"""What a WSGI server and the ``flask`` command load."""

from app.factory import create_app
from config import load_settings

app = create_app(load_settings())
