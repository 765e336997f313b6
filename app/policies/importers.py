"""Policy templates from the folder ``policies/``: one Markdown file each."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from app.foundation.errors import NotFound, Refused
from app.policies.rules.templates import PolicyTemplate, parse_template

TEMPLATES_FOLDER = Path(__file__).resolve().parents[2] / "policies"
_NO_TERMS: Mapping[str, str] = {}


def policy_templates(folder: Path = TEMPLATES_FOLDER, *, terms: Mapping[str, str] = _NO_TERMS) -> list[PolicyTemplate]:
    """Every template, by its id; ``terms`` are the consortium's own words for the blanks, such as person: reader.

    Refuses a bad template with its file and line, and an id that two files claim.
    """
    templates = [read_template(path, terms=terms) for path in sorted(folder.glob("*.md"))]
    ids = [template.template for template in templates]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise Refused(f"Two files in {folder.name} are template {twice[0]}. Give one of them another id.")
    return sorted(templates, key=lambda template: template.template)


def get_policy_template(template: str, *, terms: Mapping[str, str] = _NO_TERMS) -> PolicyTemplate:
    """The template with this id, such as "T04"; NotFound where there is none."""
    for found in policy_templates(terms=terms):
        if found.template == template:
            return found
    raise NotFound(f"There is no policy template {template}.")


def read_template(path: Path, *, terms: Mapping[str, str] = _NO_TERMS) -> PolicyTemplate:
    """One template from its file; refuses what is not UTF-8 text in the form of a template."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{path.name} is not UTF-8 text. Save it as UTF-8 and try again.") from error
    return _parsed(text, path.name, tuple(sorted(terms.items())))


@lru_cache(maxsize=64)  # all of them take a twentieth of a second; an edited file is another text
def _parsed(text: str, name: str, terms: tuple[tuple[str, str], ...]) -> PolicyTemplate:
    return parse_template(text, name=name, terms=dict(terms))
