"""The roof: the one file that names every room and builds the app."""

from datetime import timedelta

from flask import Flask
from flask_wtf import CSRFProtect

from app.foundation.database import db, init_database, refuse_unsafe_role
from app.foundation.installation import install
from app.foundation.migrations import migrations
from app.people.guard import install_guard
from config import Settings


def create_app(settings: Settings) -> Flask:
    """The whole application for these settings; refuses a database role that could see every tenant."""
    flask_app = Flask("app", static_folder=None, template_folder=None, instance_path=str(settings.instance_path))
    flask_app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_ENGINES=settings.sqlalchemy_engines,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="concordance",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session; a page left open over lunch still works
    )
    install(flask_app, settings)
    init_database(flask_app)
    with flask_app.app_context():
        refuse_unsafe_role(db.engine)
    CSRFProtect(flask_app)
    install_guard(flask_app)
    flask_app.cli.add_command(migrations)
    return flask_app
