"""The doctor's round: each check looks at one thing and answers in a sentence; nothing is written."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.queries.secrets import SEALED
from app.accounts.queries.secrets import standing_of as standing_of_secrets
from app.background.actions import is_kept
from app.background.queries import kept_ids
from app.consortia.models import Consortium
from app.foundation.crypto import Vault
from app.foundation.database import tenant
from app.mail.queries import check_connection
from app.platforms.catalogue import clients
from app.upkeep.queries import standing
from app.upkeep.rules.findings import Finding, Word, judge_backup, judge_clock, judge_disk, judge_work
from app.web.filters import join_and, plural
from config import Settings, refusals


def examine(session: Session, settings: Settings, vault: Vault, *, at: datetime) -> list[Finding]:
    """Every finding, in the order in which one would mend them."""
    found = [
        *_settings(settings),
        _engine(session),
        *_folders(settings),
        _disk(settings),
        judge_clock(standing.database_clock(session), at=at),
    ]
    if sentence := standing.behind(session):
        return [*found, Finding("migrations", Word.BROKEN, sentence)]  # the rest would ask tables that are not there
    return [
        *found,
        Finding("migrations", Word.OK, "The tables are those of this program."),
        _row_security(session),
        _tokens(session, vault),
        _kept_files(session, settings),
        *judge_work(standing.work_standing(session, at=at), at=at),
        _mail(settings),
        _sign_ins(settings),
        judge_backup(standing.last_backup_at(session), is_production=settings.is_production, at=at),
    ]


def _settings(settings: Settings) -> Iterator[Finding]:
    refused = refusals(settings)
    yield from (Finding("settings", Word.BROKEN, sentence) for sentence in refused)
    if not settings.is_production:
        yield Finding("settings", Word.OK, "This is a trial: its secrets lie beside its database.")
        return
    if not refused:
        yield Finding("settings", Word.OK, "The settings are fit for production, the secrets are there.")
    if settings.demo:
        yield Finding("demo", Word.LOOK, "DEMO=1 would load the demo into an empty database. Take it away.")
    if not settings.trusted_proxies:
        says = "TRUSTED_PROXIES is 0. Behind a proxy that ends https, set it to the number of proxies."
        yield Finding("proxy", Word.LOOK, says)


def _engine(session: Session) -> Finding:
    connection = session.connection()
    version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    if connection.dialect.name == "postgresql":  # an unsafe role would not have let the program start
        return Finding("engine", Word.OK, f"PostgreSQL {version}, with a role that row-level security binds.")
    version = str(session.scalar(sa.text("SELECT sqlite_version()")))
    mode = session.scalar(sa.text("PRAGMA journal_mode"))
    if mode != "wal":
        says = f"SQLite {version} keeps its journal as {mode}, not WAL. Move the database to a disk of this machine."
        return Finding("engine", Word.BROKEN, says)
    return Finding("engine", Word.OK, f"SQLite {version}, with a write-ahead log.")


def _row_security(session: Session) -> Finding:
    if session.get_bind().dialect.name != "postgresql":
        return Finding("tenants", Word.OK, "Every query names its consortium; SQLite has no row-level security.")
    if tables := standing.unguarded_tables(session):
        says = f"Row-level security is not forced on {', '.join(tables)}. Run flask db upgrade as the tables' owner."
        return Finding("tenants", Word.BROKEN, says)
    return Finding("tenants", Word.OK, "Row-level security is forced on every tenant's table.")


def _tokens(session: Session, vault: Vault) -> Finding:
    """Do this installation's keys open what is sealed, and the newest all of it? After a restore they may be others."""
    closed = old = count = 0
    for consortium_id in session.scalars(sa.select(Consortium.id).order_by(Consortium.id)).all():
        with tenant(session, consortium_id):
            for kind in SEALED:
                told = standing_of_secrets(session, kind, vault, within=Scope(consortium_id))
                closed, old, count = closed + told.closed, old + told.old, count + told.count
    if closed:
        says = f"{closed} of {count} stored secrets do not open. Add the TOKEN_KEYS they were sealed with."
        return Finding("tokens", Word.BROKEN, says)
    if old:
        says = f"{old} of {count} stored secrets are sealed with an older key. Run flask accounts rotate-key, then take it away."
        return Finding("tokens", Word.LOOK, says)
    return Finding("tokens", Word.OK, f"The first of TOKEN_KEYS opens all stored secrets ({count}).")


def _kept_files(session: Session, settings: Settings) -> Finding:
    """Is every file that people gave on the disk, packed or as earlier versions kept it?"""
    lost = count = 0
    for consortium_id in session.scalars(sa.select(Consortium.id).order_by(Consortium.id)).all():
        with tenant(session, consortium_id):
            for upload_id in kept_ids(session, within=Scope(consortium_id)):
                count += 1
                lost += not is_kept(upload_id, folder=settings.uploads_path)
    if lost:
        says = f"{plural(lost, 'kept file is', 'kept files are')} not on the disk. Whoever gave them is asked to give them again."
        return Finding("files", Word.LOOK, says)
    return Finding("files", Word.OK, f"Every kept file is on the disk ({count}).")


def _mail(settings: Settings) -> Finding:
    if sentence := check_connection(settings):
        return Finding("mail", Word.BROKEN if settings.mail_url else Word.LOOK, sentence)
    return Finding("mail", Word.OK, "The mail server takes our mail.")


def _sign_ins(settings: Settings) -> Finding:
    """At which platforms can people sign in, instead of pasting a token? Half a pair of settings is a mistake."""
    missing = []
    for client, platforms in clients().items():
        held = {f"{client}_client_{part}": getattr(settings, f"{client}_client_{part}") for part in ("id", "secret")}
        lacking = [name.upper() for name, value in held.items() if not value]
        labels = join_and([platform.label for platform in platforms])
        if len(lacking) == 1:
            says = f"{lacking[0]} is missing, so nobody can sign in at {labels}. Set both of the pair, or neither."
            return Finding("sign-ins", Word.LOOK, says)
        if lacking:
            missing.append(f"{labels} ({join_and(lacking)})")
    if missing:
        says = f"People paste tokens for {'; '.join(missing)}. With these settings they could sign in there."
        return Finding("sign-ins", Word.OK, says)
    return Finding("sign-ins", Word.OK, "People can sign in at every platform that offers it.")


def _folders(settings: Settings) -> Iterator[Finding]:
    """Is the instance folder ours to write to, and closed to others?"""
    folder = settings.instance_path
    if not os.access(folder, os.W_OK | os.X_OK):
        says = f"The folder {folder} cannot be written to. Create it, and give it to the user who runs this program."
        yield Finding("folder", Word.BROKEN, says)
        return
    open_to_others = [path for path in (folder, *_secret_files(folder)) if path.exists() and _is_open(path)]
    if open_to_others:
        listed = ", ".join(str(path) for path in open_to_others)
        yield Finding("folder", Word.LOOK, f"Others on this machine may read {listed}. Run chmod go= on it.")
    else:
        yield Finding("folder", Word.OK, f"The folder {folder} is closed to others.")


def _secret_files(folder: Path) -> list[Path]:
    return [folder / "secret_key", folder / "token_key"]


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _disk(settings: Settings) -> Finding:
    folder = settings.instance_path
    there = folder if folder.exists() else folder.parent
    return judge_disk(shutil.disk_usage(there).free, str(there))
