"""Keeping an installation: backup, restore, the doctor, and what monitoring asks.

Words: a *backup* is one file with every row of every consortium and every kept upload, as they were at one instant;
its *manifest* says what must be in it. A *place* is empty while it has no consortium and no login: only there is a
backup *restored*, whole or not at all. A *finding of the doctor* is one sentence that begins with OK, Look or Broken.
Secrets of the installation (SECRET_KEY, TOKEN_KEYS) are in no backup. Huey's messages are not either: rows of work
are, and the sweep finds them. This room is no page of a tenant; it never shows what a row says.
"""
