"""Holding requests and answers against an OpenAPI description: the official one where it is at hand, else one of ours."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import referencing
from referencing.jsonschema import DRAFT4

_OURS = Path(__file__).parent / "descriptions"
_REF = "urn:description"


def x_description(vocabulary: str) -> "Description":
    """X's description in the ``old`` or ``new`` vocabulary."""
    version = {"old": "2.159", "new": "2.167"}[vocabulary]
    folder = os.environ.get("REAL_DATA_DIR")
    official = Path(folder or "") / "x-api" / f"x-api-v2-openapi-{version}.json"
    return Description.read(official if folder and official.exists() else _OURS / f"x_{vocabulary}.json")


def youtube_description() -> "Description":
    """The few questions of YouTube's Data API and its statistics that are asked, as we understand them."""
    return Description.read(_OURS / "youtube.json")


class Violation(Exception):  # noqa: N818 - named for what it is
    """A request or an answer that the description does not allow."""


@dataclass(frozen=True, slots=True)
class Description:
    """An OpenAPI 3.0 document."""

    document: Mapping[str, Any]
    registry: referencing.Registry[Any]

    @classmethod
    def read(cls, path: Path) -> "Description":
        document = _nullable(json.loads(path.read_text(encoding="utf-8")))
        resource = referencing.Resource.from_contents(document, default_specification=DRAFT4)
        return cls(document, referencing.Registry().with_resource(_REF, resource))

    def check_request(self, target: str) -> None:
        """Raises Violation for an unknown path or parameter, a missing one, or a value out of its schema."""
        parts = urlsplit(target)
        operation, in_path = self._operation(parts.path)
        known = {parameter["name"]: parameter for parameter in map(self._resolved, operation.get("parameters", ()))}
        given = {**in_path, **dict(parse_qsl(parts.query, keep_blank_values=True))}
        if unknown := sorted(set(given) - set(known)):
            raise Violation(f"The query parameter [{unknown[0]}] is not known.")
        for name, parameter in known.items():
            if name in given:
                self._check(_typed(given[name], self._resolved(parameter["schema"])), parameter["schema"], name)
            elif parameter.get("required"):
                raise Violation(f"The parameter [{name}] is missing.")

    def check_answer(self, target: str, status: int, body: object) -> None:
        """Raises Violation where the body does not keep the schema of its status."""
        operation, _ = self._operation(urlsplit(target).path)
        answers = operation["responses"]
        content = self._resolved(answers.get(str(status)) or answers["default"])["content"]
        schema = content.get("application/json") or next(iter(content.values()))
        self._check(body, schema["schema"], f"the answer {status}")

    def _operation(self, path: str) -> tuple[Mapping[str, Any], dict[str, str]]:
        for template, item in self.document["paths"].items():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
            if "get" in item and (found := re.fullmatch(pattern, path)):
                return item["get"], found.groupdict()
        raise Violation(f"There is no path {path}.")

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            node = self.registry.resolver().lookup(_REF + node["$ref"]).contents
        return node

    def _check(self, value: object, schema: Mapping[str, Any], what: str) -> None:
        rooted = json.loads(json.dumps(schema).replace('"$ref": "#', f'"$ref": "{_REF}#'))
        validator = jsonschema.Draft4Validator(
            rooted, registry=self.registry, format_checker=jsonschema.FormatChecker()
        )
        if error := jsonschema.exceptions.best_match(validator.iter_errors(value)):
            raise Violation(f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")


def _typed(text: str, schema: Mapping[str, Any]) -> object:
    """A query's text as the type that the schema names."""
    if schema.get("type") == "array":
        return text.split(",")
    return int(text) if schema.get("type") == "integer" and text.lstrip("-").isdecimal() else text


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 says nullable where JSON Schema names another type."""
    if isinstance(node, list):
        return [_nullable(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _nullable(value) for key, value in node.items() if key != "discriminator" or isinstance(value, str)}
    if plain.pop("nullable", False) is True and "type" in plain:
        plain["type"] = [plain["type"], "null"]
    return plain
