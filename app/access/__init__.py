"""Who is here, where they stand, and what that lets them do.

Words: a *permission* is one thing a person may do; a *role* is a named set of them (``rules.ROLES``); a *grant*
is a role at a place and holds below it; the *actor* is who is here with their grants; the *scope* is the part of
the tree a page looks at. ``marks`` closes each door by default: a view says ``@requires`` or ``@anyone``.
This room knows no table: the guard in ``people`` builds the actor and stands at the door.
"""
