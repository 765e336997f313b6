"""The rules in force, held against duties and metrics: what fails, since when, and who mends it.

Words: a *check* is one rule at one place in one period with its result (met, not met, cannot be checked, does not
apply, waived), the cases it rests on and the rows it used; a *finding* is a failing check with an owner, open until
the rule is met again; an *action* is what somebody will do about it. One module a rule family in ``checks``.
Findings write each rule's standing down in ``policies``, so that a policy's page can show it.
"""
