"""The order of the places in a comparison: worst first, or by a figure; what is missing comes last either way."""

from enum import StrEnum

from app.foundation.figures import Figure
from app.goals.rules.states import State


class Order(StrEnum):
    """How a comparison is sorted; ties go by name."""

    WORST_FIRST = "worst_first"
    BEST_FIRST = "best_first"
    SMALLEST_FIRST = "smallest_first"
    LARGEST_FIRST = "largest_first"
    BY_NAME = "by_name"

    @property
    def label(self) -> str:
        """The words in the caption of the table."""
        return self.value.replace("_", " ").capitalize()


def state_key(state: State, name: str, *, order: Order) -> tuple[int, int, str]:
    """Sorts by state: off track, at risk, on track (or the other way), then no data, then does not apply."""
    rank = -state.order if order is Order.BEST_FIRST and state.is_judged else state.order
    return (0 if state.is_judged else 1, rank, name.casefold())


def figure_key(figure: Figure, name: str, *, order: Order) -> tuple[int, float, str]:
    """Sorts by a figure; a missing one comes last in both directions."""
    if figure.value is None:
        return (1, 0.0, name.casefold())
    return (0, -figure.value if order is Order.LARGEST_FIRST else figure.value, name.casefold())
