"""Metrics: what the platforms and the people at the desk said happened, day by day.

A *metric* is one thing counted; its dictionary is ``seeds/metrics.yaml``. A *fact* is an account's row for a day.
A *pull* asks a platform, an *import* reads a file; either is a *run*, the source of every figure it wrote. Which figure
*stands* where two tell of one day is decided here, whoever brings them.
A *flow* counts what happened on a day and adds up; a *stock* is a level and is read at the end of a period.

This room reads no file: that is ``imports``, above. It does not judge: targets and states are ``goals``, comparison is ``scorecards``, rules are ``findings``.
"""
