"""Commands that speak to people: what may not be done is one sentence and exit code 1, never a traceback."""

import sys
from typing import Any

import click
from flask.cli import AppGroup

from app.foundation.errors import NotFound, Refused


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
