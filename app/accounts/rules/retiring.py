"""A guided retirement: what is done before an account is closed."""

from enum import StrEnum


class RetirementTask(StrEnum):
    """One thing to be done before an account is closed, in the order of doing."""

    LAST_POST = "last_post"
    REDIRECT = "redirect"
    RECORDS = "records"
    SITE_LINKS = "site_links"
    REGISTRY = "registry"
    CREDENTIALS = "credentials"

    @property
    def label(self) -> str:
        """As on screen."""
        return _LABELS[self]

    @property
    def hint(self) -> str:
        """What to write beside it."""
        return _HINTS[self]


_LABELS = {
    RetirementTask.LAST_POST: "The last post is published",
    RetirementTask.REDIRECT: "The profile says where to go instead",
    RetirementTask.RECORDS: "The records are exported and kept",
    RetirementTask.SITE_LINKS: "Links on our site are removed",
    RetirementTask.REGISTRY: "Public lists of our accounts know of it",
    RetirementTask.CREDENTIALS: "Passwords and access are withdrawn",
}
_HINTS = {
    RetirementTask.LAST_POST: "The address of the post",
    RetirementTask.REDIRECT: "What it says now",
    RetirementTask.RECORDS: "Where they are kept",
    RetirementTask.SITE_LINKS: "Which pages",
    RetirementTask.REGISTRY: "Which lists",
    RetirementTask.CREDENTIALS: "Who had them",
}


def refusal_before_done(left: int, *, reason: str) -> str | None:
    """The sentence why an account cannot be closed yet, None where it can: with all done, or with a reason."""
    if not left or reason.strip():
        return None
    things = "One thing of the checklist is" if left == 1 else f"{left} things of the checklist are"
    return f"{things} not done. Write why it is closed before."
