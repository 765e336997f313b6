"""Help: one page a section, in the words of ``seeds/help``, and the list of them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from flask import render_template
from markupsafe import Markup

from app.access.context import current_actor
from app.access.marks import anyone, signed_in
from app.access.rules import Role, Scope
from app.desk.views.homes import blueprint
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.people.queries.roles import names_of_holders
from app.web.markdown import markdown

#: the tables of help say nothing of their own above them
_CAPTION = Markup('<caption class="visually-hidden">{}</caption><thead>')
#: people named as those to write to
_MOST_ADMINS = 3
_ACCESSIBILITY = "accessibility"
_FOLDER = Path(__file__).resolve().parents[3] / "seeds" / "help"


@cache
def _topics() -> dict[str, tuple[str, str]]:
    """Every topic's title and text, in the order of their titles; a file begins with its title as a heading."""
    read = {path.stem: path.read_text(encoding="utf-8").split("\n", 1) for path in _FOLDER.glob("*.md")}
    titled = {topic: (first.removeprefix("# ").strip(), text) for topic, (first, text) in read.items()}
    return dict(sorted(titled.items(), key=lambda item: item[1][0]))


@blueprint.get("/help")
@signed_in
def help_index() -> str:
    """What there is help about."""
    return render_template("desk/help.html", title="Help", body=None, topics=_topics(), current=None)


@blueprint.get("/help/<string:topic>")
@signed_in
def help_topic(topic: str) -> str:
    """Help about one section."""
    if topic not in _topics():
        raise NotFound("There is no help page of this name.")
    title, text = _topics()[topic]
    body = markdown(text, top=1).replace("<thead>", _CAPTION.format(title))
    admins = _admins() if topic == _ACCESSIBILITY else ()
    return render_template("desk/help.html", title=title, body=body, topics=_topics(), current=topic, admins=admins)


@blueprint.get("/accessibility")
@anyone
def accessibility() -> str:
    """What is done so that everybody can use these pages, and what is missing: the same words for who is not signed in."""
    title, text = _topics()[_ACCESSIBILITY]
    return render_template("desk/accessibility.html", title=title, body=markdown(text, top=1))


def _admins() -> Sequence[str]:
    """Names of those to write to; none are told outside the consortium."""
    within = Scope(current_actor().consortium_id)
    return names_of_holders(db.session, Role.CONSORTIUM_ADMIN, within=within, most=_MOST_ADMINS)
