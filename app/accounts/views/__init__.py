"""The pages of accounts: the list, registering and changing, the steps of a life, contacts, and what a place uses."""

from app.accounts.views import contacts, life, listing, tools
from app.accounts.views.pages import blueprint

__all__ = ["blueprint", "contacts", "life", "listing", "tools"]
