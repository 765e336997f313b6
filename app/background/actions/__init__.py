"""Ask for work, claim it, renew the lease, and finish it fenced by the claim; keep a file until its work is done.

Nothing here commits. Every write after the claim names the claim: where it has been lost the write touches no row and
``ClaimLost`` rises, so that the transaction, with all the work's own writes, is rolled back.
"""

from app.background.actions.asking import ASKED, Wish, ask, ask_afresh, ask_many
from app.background.actions.claiming import claim
from app.background.actions.settling import finish, give_up, progress, put_off, release, renew, try_again
from app.background.actions.uploads import KEPT_UPLOADS, drop_upload, is_kept, keep_upload, open_kept, open_upload

__all__ = [
    "ASKED",
    "KEPT_UPLOADS",
    "Wish",
    "ask",
    "ask_afresh",
    "ask_many",
    "claim",
    "drop_upload",
    "finish",
    "give_up",
    "is_kept",
    "keep_upload",
    "open_kept",
    "open_upload",
    "progress",
    "put_off",
    "release",
    "renew",
    "try_again",
]
