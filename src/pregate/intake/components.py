"""The rules of a run: those of its driver and of its extensions (§3.19), and which one a result means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate.intake import values
from pregate.intake.naming import rule_id
from pregate.intake.sensitive import is_secret_rule
from pregate.intake.severities import by_level, by_number, by_word
from pregate.model import Rule, Severity

_TITLE_MAX = 200
_TEXT_MAX = 4000
_TAGS_MAX = 15
_TAG_MAX = 60
_CWE = re.compile(r"(?:^|[/ ])cwe[-_ ]?([0-9]{1,5})(?![0-9])", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,255}(?::[0-9]{1,5})?(?:[/?#][!-~]{0,1700})?")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_ONLY_DIGITS = re.compile(r"[0-9]{1,5}")

Descriptor = Mapping[str, Any]


class Components:
    """The tool components of one run; ``tool`` is the check's name that goes before their ids."""

    def __init__(self, run: Mapping[str, Any], tool: str) -> None:
        self._tool = tool
        self._driver = values.table(run, "tool", "driver")
        self._extensions = [values.table(e) for e in values.items(run, "tool", "extensions")]
        self._all = [self._driver, *self._extensions]
        self._by_id: dict[str, Descriptor] = {}
        for component in reversed(self._all):
            for rule in reversed(values.items(component, "rules")):
                if name := values.text(rule, "id"):
                    self._by_id[name] = rule
        self._made: dict[str, Rule] = {}

    def descriptor_of(self, result: Any) -> Descriptor:
        """
        The descriptor of a result's rule, by its index in the right component, its id, or the beginning of a
        hierarchical id (``CA1000/1``, §3.27.5); an empty one where there is none.
        """
        name = values.text(result, "ruleId") or values.text(result, "rule", "id")
        index = values.integer(result, "ruleIndex")
        if index is None:
            index = values.integer(result, "rule", "index")
        found = values.table(self._component_of(result), "rules", index) if index is not None else {}
        known = values.text(found, "id")
        if found and (not name or name == known or name.startswith(f"{known}/")):
            return found
        if not name:
            return found
        part = name
        while part and part not in self._by_id:
            part = part.rpartition("/")[0]
        return self._by_id.get(part, {}) if part else {}

    def find(self, reference: Any) -> Descriptor:
        """The descriptor that a reporting descriptor reference (§3.52) names, by index or id."""
        return self.descriptor_of({"rule": reference})

    def rule_of(self, result: Any, descriptor: Descriptor, severity: Severity) -> Rule:
        """
        The rule in our terms, the same object for each of its results; ``severity`` is that of the result,
        for a rule that has none of its own.
        """
        name = values.text(descriptor, "id") or values.text(result, "ruleId")
        name = rule_id(self._tool, name or values.text(result, "rule", "id"))
        if name not in self._made:
            self._made[name] = self._made_of(name, descriptor, severity_of(descriptor) or severity, result)
        return self._made[name]

    def global_messages(self) -> Sequence[Any]:
        """The ``globalMessageStrings`` of every component."""
        return [component.get("globalMessageStrings") for component in self._all]

    def _component_of(self, result: Any) -> Mapping[str, Any]:
        reference = values.table(result, "rule", "toolComponent")
        index = values.integer(reference, "index")
        if index is not None and 0 <= index < len(self._extensions):
            return self._extensions[index]
        for key in ("guid", "name"):
            if wanted := values.text(reference, key):
                return next((c for c in self._all if values.text(c, key) == wanted), self._driver)
        return self._driver

    def _made_of(self, name: str, descriptor: Descriptor, severity: Severity, result: Any) -> Rule:
        tags = _tags(descriptor)
        cwe = tuple(sorted({*_cwes(descriptor, tags), *_taxa(result)}))[:20]
        title, description, remedy = _words(name.partition("/")[2], descriptor)
        if is_secret_rule(self._tool, name, cwe, tags, title):
            description, remedy = "", ""  # Trivy quotes the line there
        return Rule(
            id=name,
            title=title,
            description=description,
            remedy=remedy,
            severity=severity,
            help_uri=_address(descriptor),
            cwe=cwe,
            tags=tuple(dict.fromkeys(("security", *_plain_tags(tags)))),
        )


def severity_of(descriptor: Descriptor) -> Severity | None:
    """What a rule says of its own severity: GitHub's number, its default level, or a tool's word."""
    properties = values.table(descriptor, "properties")
    severity, _ = by_number(properties)
    level = values.at(descriptor, "defaultConfiguration", "level")
    return severity or by_level(level) or by_word(properties)


def _words(name: str, descriptor: Descriptor) -> tuple[str, str, str]:
    """
    Title, description and remedy. Tools repeat themselves: a title that says no more than the id gives way to
    the first sentence that does, and what stands in the title already is no remedy.
    """
    short = values.one_line(values.text(descriptor, "shortDescription", "text"), _TEXT_MAX)
    full = values.one_line(values.text(descriptor, "fullDescription", "text"), _TEXT_MAX)
    helping = values.text(descriptor, "help", "text")[:_TEXT_MAX].strip()
    plain = values.text(descriptor, "name").replace("_", " ")
    telling = (words for words in (short, full, values.one_line(helping, _TEXT_MAX), plain) if words)
    title = next((words for words in telling if not _repeats(words, name)), plain or name)
    title = title if len(title) <= _TITLE_MAX else _SENTENCE_END.split(title, 1)[0]
    title = values.one_line(title, _TITLE_MAX).rstrip(".") or name
    description = next((words for words in (full, short) if not _repeats(words, name)), "")
    flat = values.one_line(helping, _TEXT_MAX)
    is_told = any(words and flat.startswith(words.rstrip(".")) for words in (title, full, short, name))
    return title, "" if description.rstrip(".") == title else description, "" if is_told else helping


def _repeats(words: str, name: str) -> bool:
    """Whether words say nothing beside the rule's id: ``Semgrep Finding: a.b.c``."""
    return len(words) < len(name) + 20 and name.rpartition("/")[2] in words


def _tags(descriptor: Descriptor) -> tuple[str, ...]:
    return tuple(tag for tag in values.items(descriptor, "properties", "tags")[:200] if isinstance(tag, str))


def _plain_tags(tags: Sequence[str]) -> Iterator[str]:
    """Tags that say something on their own: no CWE (which has its place) and nothing long."""
    short = (values.one_line(tag, _TAG_MAX) for tag in tags if len(tag) <= _TAG_MAX)
    yield from [tag for tag in short if tag and not _CWE.search(tag)][:_TAGS_MAX]


def _cwes(descriptor: Descriptor, tags: Sequence[str]) -> Iterator[int]:
    own = values.at(descriptor, "properties", "cwe") or values.at(descriptor, "properties", "cwe_id")
    listed = own if isinstance(own, list) else [own]
    for word in (*tags, *listed[:50]):
        if isinstance(word, str) and (found := _CWE.search(word[:200])):
            yield int(found[1])
    for relation in values.items(descriptor, "relationships")[:200]:
        yield from _taxon(values.table(relation, "target"))


def _taxa(result: Any) -> Iterator[int]:
    for reference in values.items(result, "taxa")[:50]:
        yield from _taxon(reference)


def _taxon(reference: Any) -> Iterator[int]:
    """The CWE that a reference means, if it is one of that taxonomy."""
    name = values.text(reference, "id")
    taxonomy = values.text(reference, "toolComponent", "name").upper()
    if taxonomy == "CWE" and _ONLY_DIGITS.fullmatch(name):
        yield int(name)
    elif found := _CWE.match(name[:20]):
        yield int(found[1])


def _address(descriptor: Descriptor) -> str:
    uri = values.text(descriptor, "helpUri")
    return uri if _ADDRESS.fullmatch(uri) else ""
