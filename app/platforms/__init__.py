"""The outside world: one module a platform behind one small contract, giving plain readings.

A *reader* (``contract.Reader``) turns an *identity* (which account) and a *reach* (server, token, what may be
contacted) into *readings*; what goes wrong is one of the errors in ``contract``, each with its reason. ``recognize``
turns a pasted address into an identity, ``catalogue`` says what each platform offers, ``guard`` is the one door to
hosts that a person chose. The room knows no database and no Flask, keeps nothing, retries only what costs nothing,
and never sleeps until a rate limit ends: it says until when, and the caller plans.

To add a platform: its entry in ``seeds/platforms.yaml``, and, if it can be pulled, a module and its line in ``readers``.
"""
