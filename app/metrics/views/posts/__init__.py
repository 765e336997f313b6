"""The pages of posts: the list, one post, tagging many, tag rules and topics, and writing a post down."""

from app.metrics.views.posts import handwriting, ruling, tagging
from app.metrics.views.posts.listing import blueprint

__all__ = ["blueprint", "handwriting", "ruling", "tagging"]
