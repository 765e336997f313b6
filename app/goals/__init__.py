"""Goals: what a library or a branch set itself, and how far along it is.

A *strategy* is a place's statement; a *goal* is an outcome it wants; a *KPI* measures a goal by a published
formula (``seeds/kpis.yaml``); a *target* is a value in force from a date. A *standing* is a KPI's state at a
place in a period: on track, at risk, off track, no data with its reason, or does not apply.

This room does not compare places (``scorecards``), does not check policy rules (``findings``), and never scores people.
"""
