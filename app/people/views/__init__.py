"""The pages of people: ``door`` (sign in, join, switch, sign out) and ``staff`` (people and positions of a place)."""
