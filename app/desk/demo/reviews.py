"""The demo's yearly reviews of accounts."""

from datetime import timedelta

import sqlalchemy as sa

from app.accounts.models import AccountReview
from app.accounts.rules.reviews import ReviewEnd
from app.desk.demo.stage import Stage

#: of so many accounts one has not been looked at
_ONE_IN = 20
#: the round of looking at all the others began so many days before the demo's day, and went on for these days
_BEGUN, _LASTED = 120, 60


def write_reviews(stage: Stage) -> None:
    """Somebody looked at nearly every account in the last months; a few are still due."""
    rows = [
        {
            "consortium_id": stage.consortium_id,
            "account_id": account.id,
            "decision": ReviewEnd.KEEP,
            "reviewed_on": stage.calendar.as_of - timedelta(days=_BEGUN - number % _LASTED),
            "recorded_at": stage.calendar.now,
        }
        for number, account in enumerate(stage.accounts.values(), start=1)
        if number % _ONE_IN
    ]
    stage.session.execute(sa.insert(AccountReview), rows)
