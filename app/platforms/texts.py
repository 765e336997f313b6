"""Text as it can be kept: what JSON can write and no database takes is replaced where an answer comes in."""

from collections.abc import Mapping
from typing import Any

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def storable(value: Any) -> Any:
    """The same data, with zero bytes and halves of characters in its texts replaced; its mappings become dicts."""
    if isinstance(value, str):
        return value.replace("\0", _UNKNOWN).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {storable(name): storable(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [storable(entry) for entry in value]
    return value
