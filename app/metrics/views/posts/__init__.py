"""The pages of posts: the list, one post, tagging many, tag rules and topics, and writing a post down."""

from app.metrics.views.posts import correcting, handwriting, ruling, tagging
from app.metrics.views.posts.listing import blueprint

__all__ = ["blueprint", "correcting", "handwriting", "ruling", "tagging"]
