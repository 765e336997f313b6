"""What changes in the register of accounts, by noun; the names that other rooms use stand here."""

from app.accounts.actions.contacts import name_contact, name_contacts
from app.accounts.actions.life import retire, take_step, undo_step
from app.accounts.actions.registering import (
    Registration,
    change,
    connect,
    describe,
    note_asked,
    note_newest_figures,
    note_pull,
    register,
)

__all__ = [
    "Registration",
    "change",
    "connect",
    "describe",
    "name_contact",
    "name_contacts",
    "note_asked",
    "note_newest_figures",
    "note_pull",
    "register",
    "retire",
    "take_step",
    "undo_step",
]
