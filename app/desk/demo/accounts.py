"""The demo's accounts: own, central and shared ones, and how each last answered."""

from dataclasses import replace
from datetime import timedelta

from app.accounts import actions
from app.accounts.models import Account, AccountShare
from app.accounts.rules import AccountMode, Connection, PullEnd
from app.consortia.rules import PlaceKind
from app.desk.demo.cast import read_seed
from app.desk.demo.stage import Stage
from app.platforms.recognize import recognize

_PURPOSE = {
    "facebook": "News, events and questions for everybody in the neighborhood.",
    "instagram": "Books, rooms and people in pictures; questions are welcome.",
    "mastodon": "Conversation about books and the town with whoever likes to talk.",
    "google": "What visitors think of us, read and answered.",
    "youtube": "Story times and talks to watch again.",
    "x": "News and closings for press, county and neighbors; questions are answered.",
    "blog": "Longer pieces: reading lists, local history, changes in our services.",
}
#: files bring the figures of what has no reader and is not signed in to
_BY_FILE = frozenset({"google", "nextdoor", "flickr", "linkedin", "threads", "bluesky"})


def write_accounts(stage: Stage) -> None:
    """Register every account of the cast; the story says which are not well."""
    for library in stage.cast.libraries:
        for platform in library.platforms:
            account = _register(stage, library.code, library.name, platform)
            for code in library.shared.get(platform, ()):
                _share(stage, account, code)
        for branch in library.branches:
            for platform in branch.platforms:
                _register(stage, branch.code, branch.name, platform)
    stage.session.flush()
    _note_trouble(stage)


def address_of(code: str, name: str, platform: str) -> str:
    """The address of a made-up account."""
    words, dots = name.replace(" ", ""), code.replace("-", ".")
    short = code.replace("-", "")
    forms = {
        "facebook": f"https://www.facebook.com/{words}Library",
        "instagram": f"https://www.instagram.com/{dots}.reads",
        "mastodon": f"https://lib.example/@{short}",
        "youtube": f"https://www.youtube.com/@{words}",
        "google": f"https://www.google.com/maps/place/{name.replace(' ', '+')}+Library",
        "blog": f"https://{code}.three-rivers.example/news",
        "tiktok": f"https://www.tiktok.com/@{short}lib",
        "linkedin": f"https://www.linkedin.com/company/{code}",
        "bluesky": f"https://bsky.app/profile/{code}.three-rivers.example",
        "threads": f"https://www.threads.com/@{dots}.reads",
        "nextdoor": f"https://nextdoor.com/pages/{code}-library",
        "x": f"https://x.com/{short[:10]}reads",
        "flickr": f"https://www.flickr.com/photos/{short}",
    }
    return forms[platform]


def _register(stage: Stage, code: str, name: str, platform: str) -> Account:
    place = stage.places[code]
    is_shared = place.kind is PlaceKind.LIBRARY
    identity = recognize(address_of(code, name, platform))
    wanted = actions.Registration(
        identity=replace(identity, handle=identity.handle.replace("+", " ")),  # as a map's address writes a blank
        place=place,
        mode=AccountMode.BROADCAST_ONLY if platform == "blog" else AccountMode.CONVERSATIONAL,
        purpose=("For the whole library. " if is_shared else "") + _PURPOSE.get(platform, ""),
        opened_on=stage.founded,
    )
    at = stage.begins_at(code)
    account = actions.register(stage.session, wanted, allow_own_network=False, by=stage.by, at=at)
    if platform not in _BY_FILE:
        good = PullEnd(Connection.WORKING, stage.calendar.now, next_at=None, is_good=True)
        actions.note_pull(stage.session, account, good)
        account.connection_since = at
    stage.accounts[code, platform] = account
    return account


def _share(stage: Stage, account: Account, code: str) -> None:
    stage.session.add(
        AccountShare(consortium_id=stage.consortium_id, account_id=account.id, place_id=stage.places[code].id)
    )


def _note_trouble(stage: Stage) -> None:
    """Sign-ins that expired, and accounts nobody looks after any more."""
    story = read_seed("story")
    for code, platform, day in story["expired"]:
        account = stage.accounts[code, platform]
        at = stage.calendar.at(stage.calendar.day(day))
        account.last_pull_at = at - timedelta(days=1)
        expired = PullEnd(
            Connection.SIGN_IN_EXPIRED, at, next_at=None, is_good=False, note="Facebook asks to sign in again."
        )
        actions.note_pull(stage.session, account, expired)
    for code, platform in story["dormant"]:
        account = stage.accounts[code, platform]
        account.mode, account.purpose = AccountMode.DORMANT, ""
    stage.session.flush()
