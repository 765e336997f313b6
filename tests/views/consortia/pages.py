"""Reading a page as words."""

import re

from werkzeug.test import TestResponse


def words_of(response: TestResponse) -> str:
    """The page's text without its tags, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.get_data(as_text=True)).split())
