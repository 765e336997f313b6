"""The pages of people.

``door`` (sign in, join, switch, sign out), ``staff`` (people and positions of a place), ``persons``, ``positions``,
``roles``, ``importing`` (a file of people), ``keeping``
(when names are erased), ``passwords`` (links by email), ``me`` (my profile).
"""

from app.people.views import importing, keeping, me, passwords, persons, positions, roles, staff
from app.people.views.door import blueprint

__all__ = ["blueprint", "importing", "keeping", "me", "passwords", "persons", "positions", "roles", "staff"]
