"""Scorecards: a place beside its own targets, then its own past, then its peers with limits that allow for chance.

A *scorecard* holds a consortium's standings for one period, rebuilt when figures or targets change.
*Peers* are places of the same kind; the *median* is of the places shown; *limits* say how far chance alone reaches.

This room makes no league table: nothing is ranked, small numbers are called small, and people are never compared.
It does not compute KPIs or states (``goals``) and does not say what to do about them (``findings``).
"""
