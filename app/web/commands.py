"""Commands that speak to people: what may not be done is one sentence and exit code 1, never a traceback."""

import sys
from typing import Any

import click
from flask.cli import AppGroup

from app.foundation.errors import NotFound, Refused
from app.foundation.imports import Plan, Values
from app.web.filters import plural


class RefusedCommand(click.ClickException):
    """A refusal as the command line shows it: the sentence alone, on standard error."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(self.format_message(), file=file or sys.stderr)


class PlainGroup(AppGroup):
    """A group whose commands exit 0, 1 with a sentence when refused, and 2 for wrong usage.

    ``@click.group("places", cls=PlainGroup)``; its commands run inside the app's context.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Refused and NotFound become exit 1, everything else rises."""
        try:
            return super().invoke(ctx)
        except (Refused, NotFound) as refusal:
            raise RefusedCommand(str(refusal)) from None


class PlainCommand(click.Command):
    """The same for a command that stands alone: ``@click.command("backup", cls=PlainCommand)``."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Refused and NotFound become exit 1, everything else rises."""
        try:
            return super().invoke(ctx)
        except (Refused, NotFound) as refusal:
            raise RefusedCommand(str(refusal)) from None


def tell_plan(plan: Plan[Values], *, dry_run: bool) -> None:
    """Print what an import of one file did, or would do, with each row that is left out; exit 1 where there are such."""
    counts = plan.counts
    click.echo(f"Rows: {counts.added} added, {counts.changed} changed, {counts.same} the same.")
    for note in plan.notes:
        click.echo(note)
    click.echo(f"{plural(len(plan.problems), 'problem', 'problems')}.")
    for problem in plan.problems:
        click.echo(str(problem))
    if dry_run:
        click.echo("Dry run: nothing was written.")
    if plan.problems:
        sys.exit(1)
