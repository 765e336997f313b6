"""The pages of people.

``door`` (sign in, join, switch, sign out), ``passwords`` (links by e-mail), ``me`` (my profile) and ``staff`` (people
and positions of a place).
"""

from app.people.views import me, passwords, staff
from app.people.views.door import blueprint

__all__ = ["blueprint", "me", "passwords", "staff"]
