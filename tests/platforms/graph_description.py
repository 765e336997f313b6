"""Holding questions to Meta and our fake's answers against its description: the official slices where at hand, else ours.

A question names a node and perhaps an edge; its ``fields`` may name edges of edges with parameters of their own. What
every node understands (fields, limit, after, summary) stands in no description.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.platforms.openapi import Violation

VERSION = "v26.0"
_OURS = Path(__file__).parent / "descriptions" / "meta.json"
_OFFICIAL = (
    "Page",
    "PagePost",
    "IGUser",
    "IGMedia",
    "InsightsResult",
    "InsightsValue",
    "InstagramInsightsResult",
    "InstagramInsightsValue",
)
_EVERYWHERE = {"fields", "limit", "after", "summary"}
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "int": int,
    "unsigned int": int,
    "float": (int, float),
    "bool": bool,
    "string": str,
    "datetime": str,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One entry of ``fields``: its name, what stands in brackets behind it, and the fields inside."""

    name: str
    given: Mapping[str, str]
    inside: tuple["Wanted", ...]


def wanted(text: str) -> tuple[Wanted, ...]:
    """``a,b.limit(2).summary(x){c,d{e}}`` as a tree; raises Violation where it is none."""
    found, rest = _entries(text)
    if rest:
        raise Violation(f"Syntax error at {rest[:20]!r}.")
    return found


def _entries(text: str) -> tuple[tuple[Wanted, ...], str]:
    found = []
    while True:
        name = re.match(r"\w+", text)
        if not name:
            raise Violation(f"Syntax error at {text[:20]!r}.")
        given, text = {}, text[name.end() :]
        while modifier := re.match(r"\.(\w+)\(([^()]*)\)", text):
            given[modifier[1]] = modifier[2]
            text = text[modifier.end() :]
        inside: tuple[Wanted, ...] = ()
        if text.startswith("{"):
            inside, text = _entries(text[1:])
            if not text.startswith("}"):
                raise Violation("A brace is not closed.")
            text = text[1:]
        found.append(Wanted(name[0], given, inside))
        if not text.startswith(","):
            return tuple(found), text
        text = text[1:]


@dataclass(frozen=True, slots=True)
class GraphDescription:
    """Nodes with their fields and edges, and the words of each parameter that has a closed list."""

    nodes: Mapping[str, Any]
    enums: Mapping[str, list[str]]
    #: the kind of the node with this id
    kind_of: Callable[[str], str | None]

    @classmethod
    def read(cls, kind_of: Callable[[str], str | None]) -> "GraphDescription":
        document = json.loads(_OURS.read_text(encoding="utf-8"))
        nodes, enums = dict(document["nodes"]), dict(document["enums"])
        folder = os.environ.get("REAL_DATA_DIR")
        official = Path(folder or "") / "meta-graph"
        if folder and official.exists():
            nodes |= {name: _node(json.loads((official / f"{name}.json").read_text())) for name in _OFFICIAL}
            slice_ = json.loads((official / "enum_types_insights_slice.json").read_text())
            enums |= {enum["name"]: enum["values"] for enum in slice_}
        return cls(nodes, enums, kind_of)

    def check_request(self, target: str) -> None:
        """Raises Violation for a token in the address, and for what the description does not know."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "access_token" in query:
            raise Violation("A token stands in the address.")
        version, node_id, *edge = parts.path.strip("/").split("/")
        if version != VERSION:
            raise Violation(f"The version is {version}.")
        kind = self.kind_of(node_id)
        if kind is None:
            return  # the token's own node, or none at all: the fake answers for it
        if edge:
            kind = self._checked_edge(kind, edge[0], query)
        for entry in wanted(query["fields"]) if "fields" in query else ():
            self._check_wanted(kind, entry)

    def check_answer(self, target: str, status: int, body: object) -> None:
        """Raises Violation where the body holds a field, or a type, that the description does not know."""
        node_id, *edge = urlsplit(target).path.strip("/").split("/")[1:]
        kind = self.kind_of(node_id)
        if kind is None or status != 200 or not isinstance(body, dict):
            return
        self._check_node(kind, {edge[0]: body} if edge else body)

    def _checked_edge(self, kind: str, edge: str, query: Mapping[str, str]) -> str:
        described = self.nodes[kind]["edges"].get(edge)
        if described is None:
            raise Violation(f"A {kind} has no edge {edge}.")
        for name, value in query.items():
            if name in _EVERYWHERE:
                continue
            if name not in described["params"]:
                raise Violation(f"The parameter {name} of {edge} is not known.")
            words = self.enums.get(re.sub(r"^list<(.*)>$", r"\1", described["params"][name]))
            if words is not None and (unknown := set(value.split(",")) - set(words)):
                raise Violation(f"{name} must be one of the following values: not {unknown}")
        returned: str = described["returns"]
        return returned

    def _check_wanted(self, kind: str, entry: Wanted) -> None:
        node = self.nodes[kind]
        inside = kind
        if entry.name in node["edges"]:
            inside = self._checked_edge(kind, entry.name, entry.given)
        elif entry.name in node["fields"]:
            inside = node["fields"][entry.name]
        else:
            raise Violation(f"A {kind} has no field {entry.name}.")
        if inside in self.nodes:
            for deeper in entry.inside:
                self._check_wanted(inside, deeper)

    def _check_node(self, kind: str, body: Mapping[str, Any]) -> None:
        node = self.nodes[kind]
        for name, value in body.items():
            if name in node["edges"]:
                for item in value["data"]:
                    self._check_node(node["edges"][name]["returns"], item)
            elif name in node["fields"]:
                self._check_value(node["fields"][name], value, f"{kind}.{name}")
            else:
                raise Violation(f"A {kind} has no field {name}.")

    def _check_value(self, described: str, value: object, what: str) -> None:
        listed = re.fullmatch(r"list<(\w+)>", described)
        if listed and listed[1] in self.nodes and isinstance(value, list):
            for item in value:
                self._check_node(listed[1], item)
        elif described in self.nodes and isinstance(value, dict):
            self._check_node(described, value)
        elif described in _TYPES and not isinstance(value, _TYPES[described]):
            raise Violation(f"{what} is {value!r} and no {described}.")


def _node(spec: Mapping[str, Any]) -> dict[str, Any]:
    edges = [api for api in spec["apis"] if api["method"] == "GET" and api.get("endpoint")]
    return {
        "fields": {field["name"]: field["type"] for field in spec["fields"]},
        "edges": {
            api["endpoint"]: {
                "returns": api["return"],
                "params": {parameter["name"]: parameter["type"] for parameter in api["params"]},
            }
            for api in edges
        },
    }
