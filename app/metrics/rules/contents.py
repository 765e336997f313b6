"""What the posts of a period are made of: topics, pictures with their descriptions, videos with their captions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts over the posts that are kept, reposts of others left out; counts of several accounts add up."""

    #: all of them, replies to others too
    posts: int = 0
    with_media: int = 0
    #: posts that answer nobody: only these have topics
    own: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)
    #: posts with media that nobody tagged as a video, and those whose descriptions are known
    pictures: int = 0
    pictures_told: int = 0
    #: pictures of those that are known, and those with a description; a tick speaks for one picture
    images: int = 0
    images_described: int = 0
    #: posts tagged as videos; those where it is known whether anybody speaks; where somebody does; with captions
    videos: int = 0
    videos_told: int = 0
    videos_speaking: int = 0
    videos_captioned: int = 0

    def __add__(self, other: "Contents") -> "Contents":
        return Contents(
            posts=self.posts + other.posts,
            with_media=self.with_media + other.with_media,
            own=self.own + other.own,
            topics=Counter(self.topics) + Counter(other.topics),
            pictures=self.pictures + other.pictures,
            pictures_told=self.pictures_told + other.pictures_told,
            images=self.images + other.images,
            images_described=self.images_described + other.images_described,
            videos=self.videos + other.videos,
            videos_told=self.videos_told + other.videos_told,
            videos_speaking=self.videos_speaking + other.videos_speaking,
            videos_captioned=self.videos_captioned + other.videos_captioned,
        )

    @property
    def with_topic(self) -> int:
        """How many posts have a topic."""
        return sum(self.topics.values())
