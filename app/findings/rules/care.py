"""What a check is told of how an account is looked after: its contacts, purpose, proof, silence and drills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.accounts.rules.contacts import ContactSeen
from app.accounts.rules.proofs import ProofState
from app.accounts.rules.quiet import Posting


@dataclass(frozen=True, slots=True)
class CareSeen:
    """An account in use, as it stands on a day."""

    #: kept for emergencies only: silence is its nature, and it is tried out instead
    is_emergency: bool = False
    #: the first and the second contact
    contacts: tuple[ContactSeen, ...] = ()
    purpose: str = ""
    #: when somebody last looked whether it is wanted; None: never
    reviewed_on: date | None = None
    opened_on: date | None = None
    #: does it have an address that a page can link to?
    is_on_web: bool = True
    #: the page of the library's site that should link to it
    site_link: str = ""
    #: how the proof of that link stood, and on which day that was looked at; None: never
    proof: tuple[ProofState, date] | None = None
    #: does its platform have posts of the account at all?
    has_posts: bool = True
    #: how it posted, by the days of silence that rules ask about
    posting: Mapping[int, Posting] = field(default_factory=dict)
    #: as far back as was looked
    last_post_on: date | None = None
    last_drill_on: date | None = None
