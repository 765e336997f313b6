"""The pure thinking of findings: the ``states`` of a finding, what is seen and judged (``judging``), and ``words``."""

from app.findings.rules.states import FindingState

__all__ = ["FindingState"]
