"""With whom the demo is entered: five people, one password, fresh at each start unless the installation names it."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.desk.demo.cast import cast
from app.foundation.crypto import Passwords
from app.people.models import Login

_WORDS = 4
#: short and distinct, so that a person can type them from a terminal
_LIST = (
    "amber", "anchor", "apple", "arrow", "autumn", "basket", "beacon", "birch", "bridge", "bronze", "butter", "candle",
    "canyon", "cedar", "cherry", "cloud", "clover", "copper", "coral", "cotton", "cricket", "dapple", "delta", "ember",
    "fable", "falcon", "feather", "fern", "fiddle", "forest", "garden", "ginger", "granite", "harbor", "hazel", "heron",
    "indigo", "island", "ivory", "jasper", "juniper", "kettle", "lantern", "lemon", "linen", "maple", "meadow", "mellow",
    "mirror", "nectar", "nutmeg", "ocean", "olive", "orchid", "otter", "paper", "pebble", "pepper", "pillow", "plume",
    "quartz", "quill", "raven", "ribbon", "river", "rocket", "saddle", "saffron", "sparrow", "spruce", "summer", "sunset",
    "thimble", "thistle", "timber", "tulip", "velvet", "violet", "walnut", "willow", "window", "winter", "wren", "yarrow",
)  # fmt: skip


def fresh_password() -> str:
    """Words in a row and a number, new each time."""
    return "-".join([*(secrets.choice(_LIST) for _ in range(_WORDS)), str(secrets.randbelow(9000) + 1000)])


def hashes(passwords: Passwords, password: str) -> dict[str, str]:
    """A hash for each address; slow on purpose, so made before the transaction that stores them."""
    return {sign_in.email: passwords.hash(password) for sign_in in cast().sign_ins}


def set_passwords(session: Session, by_email: dict[str, str]) -> None:
    """From now on these open the demo."""
    for email, password_hash in by_email.items():
        session.execute(sa.update(Login).where(Login.email == email).values(password_hash=password_hash))


def as_table(password: str) -> list[str]:
    """What a person reads in the terminal: the addresses with their roles, and the password for all of them."""
    width = max(len(sign_in.email) for sign_in in cast().sign_ins)
    lines = [f"  {sign_in.email:<{width}}   {sign_in.role.label}, {sign_in.name}" for sign_in in cast().sign_ins]
    return ["Sign in to the demo as", *lines, f"  each with the password {password}"]
