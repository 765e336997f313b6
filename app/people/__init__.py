"""People, the positions they hold, how they sign in, and the guard that closes every door by default.

Words: a *login* (email, password) may be a *person* in several consortia; an *incumbency* puts a person in a
*position* between two dates; a *membership* grants a role at a place; a *team* is a named set of positions. Duties
belong to positions, never to people: when someone leaves, the position stays and its duties show as uncovered.
``guard`` builds the actor of a request and refuses any view that says neither ``@requires`` nor ``@anyone``.
"""
