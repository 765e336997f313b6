"""Runs that bring figures: what kinds there are and how they end."""

from enum import StrEnum


class RunKind(StrEnum):
    """How figures came in."""

    PULL = "pull"
    IMPORT = "import"
    DEMO = "demo"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"pull": "Pulled from the platform", "import": "Imported from a file", "demo": "Made up for the demo"}[
            self.value
        ]


class RunState(StrEnum):
    """How a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """As on screen."""
        return self.value.capitalize()
