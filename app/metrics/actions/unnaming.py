"""Taking people out of the ids of what they said, where a platform writes them in."""

from dataclasses import replace

from app.accounts.models import Account
from app.foundation.installation import settings
from app.metrics.actions.pulled import Pulled
from app.metrics.rules.mentions import keyed_hash
from app.platforms.catalogue import get_platform


def without_names(account: Account, pulled: Pulled) -> Pulled:
    """The same, with a keyed hash for each id that names somebody else; the account's own stay, so threads still meet.

    On Bluesky an id begins with its author's; of an alert it is the address of somebody's page.
    """
    if not get_platform(account.platform).ids_name_people:
        return pulled
    own = pulled.profile.external_id

    def told(external_id: str) -> str:
        if own in external_id:
            return external_id
        return keyed_hash(settings().secret_key, account.consortium_id, account.id, external_id)

    def told_if(external_id: str | None) -> str | None:
        return None if external_id is None else told(external_id)

    posts = (replace(post, in_reply_to_id=told_if(post.in_reply_to_id)) for post in pulled.posts)
    mentions = pulled.mentions
    if mentions is not None:
        mentions = tuple(
            replace(each, external_id=told(each.external_id), in_reply_to_id=told_if(each.in_reply_to_id))
            for each in mentions
        )
    return replace(pulled, posts=tuple(posts), mentions=mentions)
