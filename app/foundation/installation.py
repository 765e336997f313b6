"""What this running installation was set up with: its settings, its vault, its password hasher."""

import threading

from flask import Flask, current_app

from app.foundation.crypto import Passwords, Vault
from config import HashCost, Settings

#: set once this process was asked to stop; it still answers what is in hand
going_down = threading.Event()


def install(app: Flask, settings: Settings) -> None:
    """Keep the settings where requests, commands and workers find them."""
    app.config["SETTINGS"] = settings
    app.extensions["vault"] = Vault(list(settings.token_keys))
    app.extensions["passwords"] = Passwords(cheap=settings.password_hash_cost is HashCost.LOW)


def settings() -> Settings:
    """The installation's settings."""
    held: Settings = current_app.config["SETTINGS"]
    return held


def vault() -> Vault:
    """Seals and opens platform tokens."""
    held: Vault = current_app.extensions["vault"]
    return held


def passwords() -> Passwords:
    """Hashes and checks passwords; never inside a write transaction."""
    held: Passwords = current_app.extensions["passwords"]
    return held
