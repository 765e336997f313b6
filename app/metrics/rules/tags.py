"""What people say of a post: kinds of tags, what each may be, and rules that tag by a hashtag or a word.

A post holds at most one tag of a kind. What a person said is never overwritten by a rule.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from app.foundation.errors import Refused

LONGEST_TAG = 80
#: characters that a rule's word needs, so that it does not tag everything
_SHORTEST_WORD = 3
_MOST_TOPICS = 12
_PERCENT = 100
_SPACES = re.compile(r"\s+")
_TOPIC_LINE = re.compile(r"^(?P<name>.+?)(?:[\s,:]+(?P<planned>\d{1,3})\s*%?)?$")


class TagKind(StrEnum):
    """What a tag speaks of."""

    TOPIC = "topic"
    INTENT = "intent"
    FORMAT = "format"
    COMMUNITY = "community"
    PARTNER = "partner"
    CONSENT = "consent"
    RIGHTS = "rights"
    APPROVAL = "approval"
    AI_USE = "ai_use"
    ALT_TEXT = "alt_text"
    CAPTIONS = "captions"

    @property
    def label(self) -> str:
        """As on screen."""
        return _LABELS[self]


_LABELS = {
    TagKind.TOPIC: "Topic",
    TagKind.INTENT: "Intent",
    TagKind.FORMAT: "Format",
    TagKind.COMMUNITY: "Community",
    TagKind.PARTNER: "Partner",
    TagKind.CONSENT: "Consent",
    TagKind.RIGHTS: "Rights",
    TagKind.APPROVAL: "Approval",
    TagKind.AI_USE: "Use of AI",
    TagKind.ALT_TEXT: "Picture descriptions",
    TagKind.CAPTIONS: "Captions",
}

#: what the post is about and does
SUBJECTS = (TagKind.TOPIC, TagKind.INTENT, TagKind.FORMAT, TagKind.COMMUNITY, TagKind.PARTNER)
#: what a policy wants to be known of it
TICKS = (TagKind.CONSENT, TagKind.RIGHTS, TagKind.APPROVAL, TagKind.AI_USE, TagKind.ALT_TEXT, TagKind.CAPTIONS)
#: of these, what nothing but a policy's rules reads
FOR_POLICIES = (TagKind.CONSENT, TagKind.RIGHTS, TagKind.APPROVAL, TagKind.AI_USE)
#: the words are the consortium's own
OPEN = frozenset({TagKind.TOPIC, TagKind.COMMUNITY, TagKind.PARTNER})

#: kinds with a closed list, each value with its words
CHOICES: Mapping[TagKind, Mapping[str, str]] = MappingProxyType(
    {
        TagKind.INTENT: {
            "inform": "Inform",
            "promote": "Promote an event or service",
            "ask": "Ask a question",
            "solicit": "Ask for suggestions",
            "answer": "Answer somebody",
            "thank": "Thank somebody",
            "correct": "Correct an error",
        },
        TagKind.FORMAT: {
            "text": "Text",
            "link": "Link",
            "picture": "Picture",
            "video": "Video",
            "live": "Live video",
            "story": "Story",
            "poll": "Poll",
            "print": "On paper",
        },
        TagKind.CONSENT: {"on_file": "On file", "not_needed": "Nobody can be recognized", "missing": "Missing"},
        TagKind.RIGHTS: {
            "own": "Our own",
            "licensed": "Licensed",
            "public_domain": "Public domain",
            "permission": "With permission",
            "fair_use": "Fair use, noted",
            "missing": "Not cleared",
        },
        TagKind.APPROVAL: {"approved": "Approved by me"},
        TagKind.AI_USE: {
            "none": "No AI",
            "reviewed": "AI helped, a person reviewed it",
            "disclosed": "Made by AI, and says so",
            "undisclosed": "Made by AI, and does not say so",
        },
        TagKind.ALT_TEXT: {"present": "Every picture has one", "missing": "Missing"},
        TagKind.CAPTIONS: {"present": "Has captions", "missing": "Missing", "no_speech": "Nobody speaks"},
    }
)

#: intents that invite an answer: such a post counts as an ask
ASKING = frozenset({"ask", "solicit"})


@dataclass(frozen=True, slots=True)
class Planned:
    """A topic (a content pillar), and the share of posts that is planned for it, None where none is."""

    name: str
    percent: int | None = None


#: until a consortium writes its own
DEFAULT_TOPICS = (
    Planned("Events", 30),
    Planned("New titles", 20),
    Planned("Advice", 20),
    Planned("Community", 20),
    Planned("Service news", 10),
)


def cleaned(kind: TagKind, value: str) -> str:
    """The value as it is stored; refuses one that is not in the kind's list, or too long."""
    value = _SPACES.sub(" ", value).strip()
    if kind in CHOICES:
        if value not in CHOICES[kind]:
            raise Refused(f"Choose {kind.label.lower()} from the list.", field=kind.value)
        return value
    if not value or len(value) > LONGEST_TAG:
        raise Refused(f"Write {kind.label.lower()} in 1 to {LONGEST_TAG} characters.", field=kind.value)
    return value


def words_of(kind: TagKind, value: str) -> str:
    """A stored value as on screen."""
    if kind is TagKind.APPROVAL:
        return "Approved"
    return CHOICES[kind].get(value, value) if kind in CHOICES else value


def format_seen(*, has_media: bool, has_link: bool) -> str:
    """The format that a reading suggests, until a person says better; a picture and a video look alike to it."""
    if has_media:
        return "picture"
    return "link" if has_link else "text"


def read_topics(text: str) -> tuple[Planned, ...]:
    """One topic a line, its planned share in percent behind it, such as "Events 30".

    Refuses none or too many, one name twice, and shares that are given for some topics only or do not make 100.
    """
    topics = tuple(_topic(line) for line in text.splitlines() if line.strip())
    if not 1 <= len(topics) <= _MOST_TOPICS:
        raise Refused(f"Write 1 to {_MOST_TOPICS} topics, one a line.", field="topics")
    if len({topic.name.casefold() for topic in topics}) < len(topics):
        raise Refused("A topic stands there twice.", field="topics")
    shares = [topic.percent for topic in topics if topic.percent is not None]
    if shares and (len(shares) < len(topics) or sum(shares) != _PERCENT):
        raise Refused("Give every topic a planned share, together 100, or give none.", field="topics")
    return topics


def _topic(line: str) -> Planned:
    found = _TOPIC_LINE.match(_SPACES.sub(" ", line).strip())
    name = cleaned(TagKind.TOPIC, found["name"] if found else line)
    return Planned(name, int(found["planned"]) if found and found["planned"] else None)


def cleaned_word(text: str) -> str:
    """A rule's hashtag, word or words; refuses one so short that it would tag nearly everything."""
    text = _SPACES.sub(" ", text).strip()
    if not _SHORTEST_WORD <= len(text.removeprefix("#")) <= LONGEST_TAG:
        raise Refused(f"Write a hashtag or a word of {_SHORTEST_WORD} to {LONGEST_TAG} characters.", field="words")
    return text


def says(text: str, word: str) -> bool:
    """Does a text hold the hashtag or the word, as a whole and in any case? A word is found behind a # too."""
    return _pattern(word).search(text.casefold()) is not None


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word.casefold())}(?!\w)")


@dataclass(frozen=True, slots=True)
class Ruling:
    """A tag rule: posts that say ``word`` get the value."""

    id: int
    word: str
    kind: TagKind
    value: str


def tags_for(text: str, rulings: Iterable[Ruling]) -> dict[TagKind, Ruling]:
    """The rule that gives each kind of tag to a text: the first that fits, in the order given."""
    found: dict[TagKind, Ruling] = {}
    for ruling in rulings:
        if ruling.kind not in found and says(text, ruling.word):
            found[ruling.kind] = ruling
    return found
