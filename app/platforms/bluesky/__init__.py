"""Bluesky, and servers of one's own that speak the AT Protocol.

``calls`` asks behind the guard, signed in with an app password or as anyone; ``reader`` reads the answers, ``posts``
those about single posts; ``trouble`` turns what goes wrong into the contract's errors.
"""
