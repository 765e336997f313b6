"""What changes in the register of accounts, by noun; the names that other rooms use stand here."""

from app.accounts.actions.care import (
    begin_retirement,
    end_trial,
    hold_drill,
    refuse_drill,
    review,
    set_norms,
    stop_retirement,
    tick,
)
from app.accounts.actions.contacts import name_contact, name_contacts
from app.accounts.actions.life import retire, take_step, undo_step
from app.accounts.actions.proofs import decide_look_alike, keep_proofs, queue_pairs, report_look_alike
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
from app.accounts.actions.requests import ask_again, ask_for_account, decide_request, give_address

__all__ = [
    "Registration",
    "ask_again",
    "ask_for_account",
    "begin_retirement",
    "change",
    "connect",
    "decide_look_alike",
    "decide_request",
    "describe",
    "end_trial",
    "give_address",
    "hold_drill",
    "keep_proofs",
    "name_contact",
    "name_contacts",
    "note_asked",
    "note_newest_figures",
    "note_pull",
    "queue_pairs",
    "refuse_drill",
    "register",
    "report_look_alike",
    "retire",
    "review",
    "set_norms",
    "stop_retirement",
    "take_step",
    "tick",
    "undo_step",
]
