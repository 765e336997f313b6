"""The pages of accounts: list, registering, asking, importing, steps of a life, care, contacts, look-alikes, tools."""

from app.accounts.views import asking, caring, connecting, contacts, importing, life, listing, look_alikes, tools
from app.accounts.views.pages import blueprint

__all__ = [
    "asking",
    "blueprint",
    "caring",
    "connecting",
    "contacts",
    "importing",
    "life",
    "listing",
    "look_alikes",
    "tools",
]
