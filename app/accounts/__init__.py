"""The official accounts on the platforms: which, whose, how to reach them, and how they last answered.

Words: an *account* belongs to a place (a *shared* one serves further places too); its *mode* says what the public may
expect there; its *connection* says whether figures reach us; a *credential* is a platform's token, encrypted. Metrics
live above; they note an account's last pull and newest figure here.
"""
