"""Mastodon, and the servers that speak its interface (GoToSocial, Pleroma and its kin, Pixelfed in part).

``reader`` asks and reads the answers; ``trouble`` turns what goes wrong into the contract's errors.
"""
