"""Duties: who listens, posts, follows, answers and responds to critics, on which account, with whom as backup.

A *duty* comes from the catalogue and belongs to a *family*; an *assignment* gives it to a *position* (never to a
person) on an account, as primary or backup, with hours and dates. *Coverage* holds what the policies in force require
against who stands in those positions on a day, and says each gap in words. *Load* holds assigned hours against agreed.
It does not write job descriptions (that room reads this one) and does not judge how well anyone works.
"""
