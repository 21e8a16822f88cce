"""Reads a package's YAML (the 1.2 core schema, no aliases) and remembers the line of every key."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from judge.package_error import Complaints, nearest

Location = tuple[str | int, ...]
Model = TypeVar("Model")

MAX_DEPTH = 24


@dataclass(frozen=True)
class Source:
    """A YAML file's content as plain data, with the line on which each part stands."""

    file: str
    data: Any
    lines: dict[Location, int]

    def line(self, location: Location) -> int | None:
        """The line of the deepest part of ``location`` that the file holds."""
        return self.lines.get(self.known(location))

    def known(self, location: Location) -> Location:
        """``location`` without the parts that the file does not hold (a union's tags, say)."""
        found: Location = ()
        for part in location:
            if (*found, part) in self.lines:
                found = (*found, part)
        return found


def read(text: str, file: str, complaints: Complaints) -> Source | None:
    """Parse ``text``; what is wrong goes to ``complaints``, with None where nothing is usable."""
    before = len(complaints)
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        complaints.add(error.problem or "is not YAML", file, mark.line + 1 if mark else None)
        return None
    except yaml.YAMLError as error:
        complaints.add(f"is not YAML: {' '.join(str(error).split())}", file)
        return None
    if node is None:
        complaints.add("is empty", file)
        return None
    lines: dict[Location, int] = {}
    data = _plain(node, (), file, lines, complaints)
    return Source(file, data, lines) if len(complaints) == before else None


def check(source: Source, shape: type[Model], complaints: Complaints) -> Model | None:
    """Validate against a model or another type that pydantic knows. Strictly: a quoted number is
    no number. Every error goes to ``complaints`` with its line."""
    try:
        # Strict mode takes lists for tuples and text for enums only from JSON.
        return TypeAdapter(shape).validate_json(json.dumps(source.data), strict=True)
    except ValidationError as error:
        told: dict[tuple[str, int | None], list[str]] = {}
        details = error.errors(include_url=False)
        for detail in details:
            location: Location = detail["loc"]
            inner = any(
                len(d["loc"]) > len(location) for d in details if _within(d["loc"], location)
            )
            if detail["type"] == "too_short" and inner:
                continue  # pydantic counts only the items that were right
            place, text = _told(source, shape, location, detail)
            texts = told.setdefault((place, source.line(location)), [])
            if text not in texts:
                texts.append(text)
        for (place, line), texts in told.items():
            # A value that fits no member of a union is reported once a member.
            text = " or ".join(texts)
            complaints.add(f"{place}: {text}" if place else text, source.file, line)
        return None


def dotted(location: Location) -> str:
    """``('inputs', 1, 'dims')`` as an author reads it: ``inputs[1].dims``."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _within(inner: Location, outer: Location) -> bool:
    return inner[: len(outer)] == outer


def _told(source: Source, shape: Any, location: Location, detail: Any) -> tuple[str, str]:
    """The place and the words of one of pydantic's errors."""
    known = source.known(location)
    match detail["type"]:
        case "extra_forbidden":
            keys = _keys(shape, location[:-1])
            return dotted(
                known[:-1]
            ), f"unknown key '{location[-1]}'{nearest(str(location[-1]), keys)}"
        case "missing":
            return dotted(known), f"the key '{location[-1]}' is missing"
        case "union_tag_invalid":
            tag, tags = detail["ctx"]["tag"], detail["ctx"]["expected_tags"]
            if tag in ("pytree", "key"):
                return dotted(
                    known
                ), f"this version does not draw inputs of type '{tag}', only {tags}"
            return dotted(known), f"type must be one of {tags}, not '{tag}'"
        case "union_tag_not_found":
            return dotted(known), "the key 'type' is missing"
        case "model_type" | "dict_type":
            return dotted(known), "must be a mapping of keys to values"
        case _:
            message = str(detail["msg"])
            return dotted(known), message.removeprefix("Value error, ").replace(
                "Input should", "should"
            )


def _keys(shape: Any, location: Location) -> list[str]:
    """The keys that the model at ``location`` knows."""
    options = _options(shape)
    for part in location:
        step: list[Any] = []
        for option in options:
            if isinstance(option, type) and issubclass(option, BaseModel):
                if part in option.model_fields:
                    step += _options(option.model_fields[str(part)].annotation)
                elif "type" in option.model_fields and part in _tags(option):
                    step.append(option)
            elif get_origin(option) is dict and isinstance(part, str):
                step += _options(get_args(option)[1])
            elif get_origin(option) is tuple and isinstance(part, int):
                step += _options(get_args(option)[0])
        options = step
    models = [o for o in options if isinstance(o, type) and issubclass(o, BaseModel)]
    return [key for model in models for key in model.model_fields]


def _options(annotation: Any) -> list[Any]:
    """The members of a union, of any depth; the annotation itself otherwise."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        return [option for member in get_args(annotation) for option in _options(member)]
    return [annotation]


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    annotation = model.model_fields["type"].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _plain(
    node: yaml.Node,
    location: Location,
    file: str,
    lines: dict[Location, int],
    complaints: Complaints,
) -> Any:
    """The node as dicts, lists and scalars; fills ``lines``."""
    lines[location] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(child, (*location, index), file, lines, complaints)
            for index, child in enumerate(node.value)
        ]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node, file, complaints)
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            complaints.add("a key must be a plain word", file, line)
            continue
        key = key_node.value
        place = (*location, key)
        if key in mapping:
            complaints.add(
                f"the key '{key}' stands twice, first on line {lines[place]}", file, line
            )
            continue
        mapping[key] = _plain(value_node, place, file, lines, complaints)
        lines[place] = line
    return mapping


def _scalar(node: yaml.Node, file: str, complaints: Complaints) -> Any:
    """A scalar by its tag. Only the tags of the core schema exist here."""
    text = str(node.value)
    line = node.start_mark.line + 1
    match node.tag.removeprefix("tag:yaml.org,2002:"):
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if len(text) <= 40:
            return int(text, 0) if text.startswith(("0x", "0o")) else int(text)
        case "float" if len(text) <= 400:
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        case "int" | "float":
            complaints.add("the number is too long", file, line)
        case tag:
            complaints.add(f"the tag '{tag}' is not known here", file, line)
    return None


# PyYAML speaks YAML 1.1, in which `off` is false and `1e-6` is text. This is the 1.2 core schema.
_TAGS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The tags that a plain scalar may get, by its first character."""
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, first_characters in _TAGS:
        entry = (f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"))
        for character in first_characters:
            resolvers.setdefault(character, []).append(entry)
    return resolvers


class _Loader(yaml.SafeLoader):
    """Builds nodes only. Aliases are refused, since a few of them can stand for gigabytes."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.yaml_implicit_resolvers = _resolvers()
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        refused = None
        if isinstance(event, yaml.AliasEvent):
            refused = "aliases (*name) are not supported; write the value out"
        elif self._depth >= MAX_DEPTH:
            refused = f"nested more than {MAX_DEPTH} deep"
        if refused is not None:
            raise yaml.MarkedYAMLError(problem=refused, problem_mark=event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1
