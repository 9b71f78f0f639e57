"""YAML as this format uses it: mappings, lists and text, nothing else, each with its line.

Called by `read.py` and `write.py`. Every scalar stays text (the schema says what it means), so
`no` is a language and `09:30` a time. Anchors, aliases, tags and repeated keys are refused.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
Data = dict[str, Any] | list[Any] | str | None

MAX_DEPTH = 16
MAX_NODES = 60_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with a file, in a sentence; `line` counts from 1."""

    line: int
    message: str
    where: str = ""


class Unreadable(ValueError):
    """The text is not YAML of this kind; carries the one fault that stopped the reading."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(slots=True)
class Document:
    """A file as plain data, with the line of every key and item, and what was refused."""

    data: Data = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def load(text: str) -> Document:
    """Read one document. Raises `Unreadable` when it is not YAML or nests beyond reason."""
    document = Document()
    try:
        _Builder(document, yaml.parse(text, Loader=_LOADER)).build()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        raise Unreadable(
            Fault(
                (mark.line if mark else 0) + 1,
                f"The file cannot be read from here on ({error.problem or 'not YAML'}). "
                "Often a quote, a colon or an indent is missing just above.",
            )
        ) from error
    except yaml.YAMLError as error:
        raise Unreadable(
            Fault(1, "The file holds a control character, which no text may hold.")
        ) from error
    return document


class _Builder:
    """Turns the parser's events into plain data, noting lines."""

    def __init__(self, document: Document, events: Any) -> None:
        self.document = document
        self.events = events
        self.nodes = 0

    def build(self) -> None:
        for event in self.events:
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                continue
            if isinstance(event, yaml.StreamEndEvent):
                return
            self.document.data = self._value(event, ())
            break
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._fault(event, "A file holds one salon; a second document begins here.")
                return

    def _value(self, event: Any, path: Path) -> Data:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise Unreadable(Fault(_line(event), "The file is nested too deeply or too large."))
        self.document.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, "References (*name) are not used in a salon file; write it out.")
            return None
        if event.anchor or _is_tagged(event):
            self._fault(event, "Anchors (&name) and tags (!name) are not used in a salon file.")
        if isinstance(event, yaml.ScalarEvent):
            return None if event.value == "" and not event.style else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(path)
        return self._mapping(path)

    def _items(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        seen: set[str] = set()
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise Unreadable(Fault(_line(event), "A key must be a plain word."))
            key = str(event.value)
            if key in seen:
                self._fault(event, f"{key} stands here a second time; keep one of them.")
            seen.add(key)
            self.document.lines[(*path, key)] = _line(event)
            value = self._value(next(self.events), (*path, key))
            if value is not None:
                found[key] = value
        return found

    def _fault(self, event: Any, message: str) -> None:
        self.document.faults.append(Fault(_line(event), message))


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _is_tagged(event: Any) -> bool:
    return bool(event.tag) and event.tag != "!"


# ------------------------------------------------------------------------- writing


def dump(data: Data) -> str:
    """The same data as text that `load` reads back equal; short mappings and lists within it
    stand on one line.
    """
    root = _node(data)
    if isinstance(root, yaml.CollectionNode):
        root.flow_style = False
    text: str = yaml.serialize(root, Dumper=yaml.BaseDumper, allow_unicode=True, width=96, indent=2)
    return text


def _node(data: Data) -> yaml.Node:
    if isinstance(data, dict):
        pairs = [(_scalar(key), _node(value)) for key, value in data.items()]
        return yaml.MappingNode(_MAP, pairs, flow_style=_is_short(data))
    if isinstance(data, list):
        return yaml.SequenceNode(_SEQ, [_node(item) for item in data], flow_style=_is_short(data))
    return _scalar("" if data is None else str(data))


def _scalar(value: str) -> yaml.ScalarNode:
    """Plain where YAML allows it; an empty text is quoted, as a bare key means nothing there."""
    return yaml.ScalarNode(_STR, value, style=None if value else "'")


def _is_short(data: dict[str, Any] | list[Any]) -> bool:
    """Whether it reads better on one line: a few short texts, no deeper structure."""
    texts = [*data.keys(), *data.values()] if isinstance(data, dict) else data
    if not all(isinstance(text, str) for text in texts):
        return False
    return sum(len(text) + 2 for text in texts) <= 84 and "\n" not in "".join(texts)


_STR = yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG
_SEQ = yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG
_MAP = yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG
