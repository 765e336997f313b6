"""What a page of one room shows of a room above it: a function that the room below calls and the factory brings.

Imports run downward only; where a lower room's own page needs one answer from above, it declares a slot for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Slot(Generic[_Function]):
    """A place for one function, filled once for each application."""

    name: str

    def fill(self, app: Flask, function: _Function) -> None:
        """Bring the function, as the application is put together."""
        app.extensions[f"slot {self.name}"] = function

    @property
    def filled(self) -> _Function:
        """The function; a KeyError where the factory forgot it."""
        held: _Function = current_app.extensions[f"slot {self.name}"]
        return held
