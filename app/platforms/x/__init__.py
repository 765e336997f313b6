"""X (once Twitter), through tweepy, with the bearer token of a developer's app.

``reader`` asks for profile, posts and mentions; ``calls`` is the one way to the platform; ``words`` holds the names of
fields in the vocabulary before and after posts were no longer called tweets; ``trouble`` turns what goes wrong into
the contract's errors. X bills every user and post it returns: each is counted on the ``Meter`` of the reach.
"""
