"""The pages of accounts: the list, registering, changing and importing, steps of a life, contacts, what a place uses."""

from app.accounts.views import contacts, importing, life, listing, tools
from app.accounts.views.pages import blueprint

__all__ = ["blueprint", "contacts", "importing", "life", "listing", "tools"]
