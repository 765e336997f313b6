"""The roof: the one file that names every room and builds the app."""

from datetime import timedelta

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.access.marks import anyone
from app.accounts import models as accounts_tables
from app.accounts import tasks as accounts_tasks
from app.accounts import views as accounts
from app.accounts.cli import accounts as accounts_commands
from app.accounts.views.listing import PUBLISHED
from app.background import models as background_tables
from app.background.cli import worker
from app.background.worker import install_background
from app.consortia import models as consortia_tables
from app.consortia import views as consortia
from app.consortia.cli import consortia as consortia_commands
from app.desk import navigation
from app.desk import views as desk
from app.desk.cli import create, setup_link, verify_history
from app.desk.demo.commands import demo
from app.desk.queries.asked import ticks_asked
from app.duties import models as duties_tables
from app.duties import views as duties
from app.findings import models as findings_tables
from app.findings import tasks as findings_tasks
from app.findings.cli import findings as findings_commands
from app.findings.views import one as findings
from app.foundation.database import db, init_database, refuse_unsafe_role
from app.foundation.installation import install
from app.foundation.migrations import migrations
from app.goals import models as goals_tables
from app.goals.views import editing as goals
from app.history import models as history_tables
from app.imports import models as imports_tables
from app.imports import tasks as imports_tasks
from app.imports import views as imports
from app.imports.cli import import_file
from app.imports.importers.row_of_day import row_about
from app.imports.rules.exports import platforms_of, titles
from app.job_descriptions import views as job_descriptions
from app.mail import models as mail_tables
from app.mail import tasks as mail_tasks
from app.metrics import models as metrics_tables
from app.metrics import tasks as metrics_tasks
from app.metrics import views as metrics
from app.metrics.cli import metrics as metrics_commands
from app.metrics.queries.posting import published_in
from app.metrics.views import posts
from app.metrics.views.filed import EXPORT_PLATFORMS, EXPORT_TITLES, ROW_ABOUT
from app.metrics.views.posts.asked import ASKED_BY_POLICIES
from app.people import models as people_tables
from app.people import tasks as people_tasks
from app.people.cli import people as people_commands
from app.people.guard import install_guard, keep_strangers_short
from app.people.views import staff
from app.policies import models as policies_tables
from app.policies.views import deciding as policies
from app.scorecards import models as scorecards_tables
from app.scorecards import tasks as scorecards_tasks
from app.scorecards import views as scorecards
from app.scorecards.cli import scorecards as scorecards_commands
from app.upkeep import models as upkeep_tables
from app.upkeep import tasks as upkeep_tasks
from app.upkeep import views as upkeep
from app.upkeep.cli import backup, doctor, restore
from app.web.requests import install_requests
from app.web.setup import install_web
from config import Settings

#: every room's tables, named here so that a migration and a test know them all
TABLES = (
    accounts_tables,
    background_tables,
    consortia_tables,
    duties_tables,
    findings_tables,
    goals_tables,
    history_tables,
    imports_tables,
    mail_tables,
    metrics_tables,
    people_tables,
    policies_tables,
    scorecards_tables,
    upkeep_tables,
)

#: the rooms with pages, in the order of their floors
_ROOMS = (
    consortia,
    staff,
    accounts,
    policies,
    metrics,
    posts,
    imports,
    duties,
    job_descriptions,
    goals,
    scorecards,
    findings,
    upkeep,
    desk,
)


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
    if proxies := settings.trusted_proxies:
        flask_app.wsgi_app = ProxyFix(flask_app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]  # Flask's own way
    install(flask_app, settings)
    init_database(flask_app)
    with flask_app.app_context():
        refuse_unsafe_role(db.engine)
    install_requests(flask_app)
    flask_app.before_request(keep_strangers_short)
    CSRFProtect(flask_app)
    install_web(flask_app, frame=navigation.frame, open_to_all=anyone)
    install_guard(flask_app)  # after what refuses addresses that no query can bear: the guard asks the database
    for room in _ROOMS:
        flask_app.register_blueprint(room.blueprint)
    PUBLISHED.fill(flask_app, published_in)
    ASKED_BY_POLICIES.fill(flask_app, ticks_asked)
    EXPORT_TITLES.fill(flask_app, titles)
    EXPORT_PLATFORMS.fill(flask_app, platforms_of)
    ROW_ABOUT.fill(flask_app, row_about)
    install_background(
        flask_app,
        {
            **mail_tasks.HANDLERS,
            **accounts_tasks.handlers(meter_for=metrics_tasks.meter_for),
            **metrics_tasks.HANDLERS,
            **imports_tasks.HANDLERS,
            **scorecards_tasks.HANDLERS,
            **findings_tasks.HANDLERS,
            **people_tasks.HANDLERS,
            **upkeep_tasks.HANDLERS,
        },
        settings=settings,
        due_finders=[
            accounts_tasks.find_due_proofs,
            accounts_tasks.find_due_warnings,
            metrics_tasks.find_due_pulls,
            metrics_tasks.find_due_forgetting,
            metrics_tasks.find_due_recounts,
            metrics_tasks.find_due_replaced,
            scorecards_tasks.find_due_rebuilds,
            scorecards_tasks.find_due_closings,
            findings_tasks.find_due_checks,
            people_tasks.find_due_leavers,
            upkeep_tasks.find_due_forgetting,
        ],
        last_words=metrics_tasks.LAST_WORDS,
    )
    flask_app.cli.add_command(migrations)
    for command in (worker, backup, restore, doctor):
        flask_app.cli.add_command(command)
    for command in (create, setup_link, verify_history):
        consortia_commands.add_command(command)
    metrics_commands.add_command(import_file)
    for group in (
        consortia_commands,
        people_commands,
        accounts_commands,
        metrics_commands,
        scorecards_commands,
        findings_commands,
    ):
        flask_app.cli.add_command(group)
    flask_app.cli.add_command(demo)
    return flask_app
