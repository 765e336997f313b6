"""The pages of goals: ``pages`` (a place's goals, a KPI), ``editing`` (the forms), ``rows`` (how a KPI reads)."""
