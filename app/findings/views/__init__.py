"""The pages of findings: ``lists`` (a place's findings and rules) and ``one`` (a finding, its rows, its actions)."""
