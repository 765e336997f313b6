"""Errors that a page or a command turns into words; everything else is a bug and rises."""


class Refused(Exception):  # noqa: N818 - reads as what happened: the request was refused
    """A person asked for what may not be done; the message is one sentence they can act on.

    ``field`` names the form field it concerns, where there is one.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotFound(Exception):  # noqa: N818 - likewise
    """No such row *within the reader's consortium*; pages answer 404, commands exit 1 with the sentence."""
