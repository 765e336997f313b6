"""What a worker does for accounts, by noun: proofs and look-alikes, connecting, warnings; and what is due by the clock."""

from collections.abc import Mapping

from app.accounts.tasks import connecting, proofs, warning
from app.accounts.tasks.proofs import find_due_proofs
from app.accounts.tasks.warning import find_due_warnings
from app.background.registry import Handler

HANDLERS: Mapping[str, Handler] = {**proofs.HANDLERS, **connecting.HANDLERS, **warning.HANDLERS}

__all__ = ["HANDLERS", "find_due_proofs", "find_due_warnings"]
