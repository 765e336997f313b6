"""The command that runs a worker."""

import click
from flask import current_app

from app.background.worker import run, run_once


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="How much to do at a time.")
def worker(*, once: bool, threads: int) -> None:
    """Do background work: pulls, imports, rebuilds. Start as many as you like, on any machine."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to hand the app to threads
    if once:
        count = run_once(app, threads=threads)
        click.echo(f"{count} pieces of work done." if count != 1 else "1 piece of work done.")
    else:
        run(app, threads=threads)
