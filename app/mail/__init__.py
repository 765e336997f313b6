"""The outbox: each mail is a row, and no mail leaves twice.

Words: a *letter* is what a room wants to say to an address; a *message* is the row that carries it, written in the
caller's transaction and sent by a worker afterwards. Its text may hold a one-time link, so it is encrypted, and gone
as soon as the message has ended. A message found in the middle of sending after a crash is *uncertain*: nobody knows
whether it went out, so only a person sends another one. Lower than people: which mails there are is said above.
"""
