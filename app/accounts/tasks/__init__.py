"""What a worker does for accounts, by noun: proofs and look-alikes, connecting, warnings; and what is due by the clock."""

from collections.abc import Mapping
from functools import partial

from app.accounts.actions.checking import CHECK
from app.accounts.tasks import connecting, proofs, warning
from app.accounts.tasks.proofs import find_due_proofs
from app.accounts.tasks.warning import find_due_warnings
from app.background.registry import Handler

__all__ = ["find_due_proofs", "find_due_warnings", "handlers"]


def handlers(*, meter_for: connecting.MeterFor) -> Mapping[str, Handler]:
    """What a worker does, by kind of work; ``meter_for`` comes from the room that knows what a month has cost."""
    check = partial(connecting.check, meter_for=meter_for)
    return {**proofs.HANDLERS, **connecting.HANDLERS, **warning.HANDLERS, CHECK: check}
