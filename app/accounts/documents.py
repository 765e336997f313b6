"""How a connection stands in words, and the mail that tells people of trouble with an account of theirs."""

from datetime import datetime, timedelta

from app.accounts.models import Account
from app.accounts.rules.connecting import WARN_BEFORE, Trouble, days_left
from app.accounts.rules.states import CONNECTION_CODES, Connection
from app.foundation.clock import local_day
from app.foundation.installation import settings
from app.mail.rules import Letter
from app.platforms.catalogue import get_platform
from app.web.filters import clock_time, day, full_moment, moment, plural

#: the word by which the outbox knows it
WARNING = "accounts.warning"
#: a warning that could not be sent for so long says nothing any more
_LASTS = timedelta(days=7)
_WHY_YOU = (
    "You are told once of each such spell, as a contact of the account or because you look after its place. "
    "Which mails you get is up to you: open your own page there."
)
_SUBJECTS = {
    Trouble.TOKEN_ENDS: "{handle} on {platform}: the sign-in ends soon",
    Trouble.SIGN_IN_EXPIRED: "{handle} on {platform}: the sign-in has expired",
    Trouble.PULLS_FAIL: "{handle} on {platform} has not answered for three days",
}
_WHAT = {
    Trouble.TOKEN_ENDS: "The sign-in with which figures of {account} are read ends on {since}. Connect it again before that day.",
    Trouble.SIGN_IN_EXPIRED: "The sign-in with which figures of {account} are read has expired. Connect it again.",
    Trouble.PULLS_FAIL: "{account} has given no figures since {since}. See what it answered, and import the missing days if need be.",
}


def warning_letter(account: Account, trouble: Trouble, since: datetime, *, to: str, zone: str, at: datetime) -> Letter:
    """The letter about one spell of trouble; the note of the platform stands in it, never a token."""
    label = get_platform(account.platform).label
    words = {"handle": account.handle, "platform": label}
    told = _WHAT[trouble].format(account=f"{account.handle} on {label} ({account.place.name})", since=day(since.date()))
    said = f"\n\nThe platform's answer: {account.connection_note}" if account.connection_note else ""
    lines = (
        told + said,
        f"{settings().public_url}/accounts/{account.id}/connect",
        "Until then its figures have a hole from that day on, which can be filled from a file.",
        f"Written on {full_moment(at, zone)}. {_WHY_YOU}",
    )
    subject = _SUBJECTS[trouble].format_map(words)
    return Letter(WARNING, to, subject, "\n\n".join(lines) + "\n", at + _LASTS, about_id=account.id)


def connection_words(account: Account, expires_at: datetime | None, *, at: datetime, zone: str) -> tuple[str, str]:
    """The shape and the words of how a connection stands: such as "Expires in 9 days", or until when it is limited."""
    if account.connection is Connection.LIMITED and account.next_pull_at is not None and account.next_pull_at > at:
        is_today = local_day(account.next_pull_at, zone) == local_day(at, zone)
        until = clock_time(account.next_pull_at, zone) if is_today else moment(account.next_pull_at, zone)
        return "watch", f"Limited until {until}"
    if expires_at is not None and account.connection in {Connection.WORKING, Connection.LIMITED}:
        if expires_at <= at:
            return "off", Connection.SIGN_IN_EXPIRED.label
        if expires_at <= at + WARN_BEFORE:
            left = days_left(expires_at, at=at)
            return "watch", f"Expires in {plural(left, 'day', 'days')}" if left else "Expires today"
    return CONNECTION_CODES[account.connection], account.connection.label
