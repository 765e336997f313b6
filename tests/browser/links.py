"""Links of one use, as mails bring them: run beside the server, which shares the database."""

import json
import sys

from app.factory import create_app
from app.foundation.clock import now
from app.foundation.database import db
from app.people.actions.logins import make_login_link
from app.people.queries.sessions import find_login
from app.people.rules import LinkPurpose
from config import load_settings

ADDRESSES = {
    LinkPurpose.SIGN_IN: "/sign-in/link/",
    LinkPurpose.NEW_PASSWORD: "/new-password/",
    LinkPurpose.NEW_EMAIL: "/me/email/",
}


def main() -> None:
    """Print the addresses for whoever has the login of the first argument."""
    email = sys.argv[1]
    with create_app(load_settings()).app_context():
        login = find_login(db.session, email)
        assert login is not None
        tokens = {
            path: make_login_link(db.session, login, purpose, email=f"new.{email}", at=now())
            for purpose, path in ADDRESSES.items()
        }
        db.session.commit()
    sys.stdout.write(json.dumps([path + token for path, token in tokens.items()]))


if __name__ == "__main__":
    main()
