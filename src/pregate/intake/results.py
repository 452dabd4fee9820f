"""One result (§3.27) as one finding, or the words why it is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.intake import values
from pregate.intake.components import Components, Descriptor, severity_of
from pregate.intake.messages import message_of
from pregate.intake.places import Places, Texts
from pregate.intake.proposals import Terms, fixes_of
from pregate.intake.regions import NO_LINE, Text, locate
from pregate.intake.sensitive import SCANNERS
from pregate.intake.severities import LEVELS, by_level, by_number, by_word, confidence_of
from pregate.model import Finding, Fix, Location, Related, Severity

RELATED_MAX = 10
PLACE, WHOLE_FILE = "place", "the whole file"
"""A property of findings whose line means nothing: the producer told the file alone."""

_VULNERABILITY = re.compile(r"(?<![a-z])(?:CVE-[0-9]|GHSA-|PYSEC-|SNYK-|GO-[0-9]|RUSTSEC-)", re.IGNORECASE)
_KINDS = ("pass", "notApplicable")
_WEAK_KINDS = ("informational", "review", "open")
_TEXTS_MAX = 64


class NotPlacedError(Exception):
    """A result that cannot be shown; its words say why, without a value of the document."""


class Reader:
    """
    Reads the results of one run. ``repairs`` counts what had to be made up, and what was left out, each under
    words that follow a number of results.
    """

    def __init__(
        self, run: Mapping[str, Any], tool: str, places: Places, texts: Texts | None, repairs: Counter[str]
    ) -> None:
        self._run = run
        self._tool = tool
        self._components = Components(run, tool)
        self._places = places
        self._texts = texts
        self._repairs = repairs
        self._read: dict[str, Text | None] = {}
        self._is_utf16 = run.get("columnKind") != "unicodeCodePoints"
        self._overrides = _overrides(run, self._components)

    def finding_of(self, result: Any) -> Finding | None:
        """
        The finding; None for a result that reports none (``pass``, ``absent``). Raises NotPlacedError.
        """
        if not isinstance(result, dict):
            raise NotPlacedError("it is no object")
        kind = values.text(result, "kind")
        if kind in _KINDS:
            self._repairs[f"of kind {kind}: no findings"] += 1
            return None
        if values.text(result, "baselineState") == "absent":
            self._repairs["that are gone since the producer's own baseline (absent): no findings"] += 1
            return None
        lines = self._repairs[NO_LINE]
        place = self._place_of(result)
        is_whole_file = self._repairs[NO_LINE] > lines
        descriptor = self._components.descriptor_of(result)
        severity = self._severity_of(result, descriptor, kind)
        rule = self._components.rule_of(result, descriptor, severity)
        if rule.id == f"{self._tool}/unnamed":
            self._repairs[f"without a rule: under {rule.id}"] += 1
        message = message_of(result.get("message"), descriptor, self._components)
        if not message:
            self._repairs["without a message: told by their rule's title"] += 1
        is_whole_file = is_whole_file or _is_package(rule.id, place)
        bags = values.table(result, "properties"), values.table(descriptor, "properties")
        return Finding(
            rule=rule,
            message=message or rule.title,
            location=place,
            severity=severity,
            confidence=confidence_of(*bags),
            properties=((PLACE, WHOLE_FILE),) if is_whole_file else (),
            related=tuple(self._related_of(result, place, descriptor))[:RELATED_MAX],
            suppressed_by=self._suppression_of(result),
            fixes=() if is_whole_file else self._fixes_of(result, place),
        )

    def place_of(self, location: Any, repairs: Counter[str] | None = None) -> Location:
        """
        The place of a location (§3.28); what had to be made up is counted in ``repairs``.

        Raises NotPlacedError for one that is none in the repository.
        """
        physical = values.table(location, "physicalLocation")
        path, why = self._places.path_of(physical.get("artifactLocation"))
        if not path:
            raise NotPlacedError(why)
        region = physical.get("region")
        if not isinstance(region, dict):
            region = values.table(physical, "contextRegion")
        return locate(path, region, self._text_of(path), is_utf16=self._is_utf16, repairs=repairs)

    def _place_of(self, result: Mapping[str, Any]) -> Location:
        """The first of the result's locations that can be shown."""
        locations = values.items(result, "locations")
        target = {"physicalLocation": {"artifactLocation": result.get("analysisTarget")}}
        if not locations and "analysisTarget" not in result:
            raise NotPlacedError("it has no location")
        why = NotPlacedError("it has no location")
        for location in [*locations[:RELATED_MAX], target]:
            try:
                return self.place_of(location, self._repairs)
            except NotPlacedError as error:
                why = error if location is not target else why
        raise why

    def _text_of(self, path: str) -> Text | None:
        if path not in self._read:
            data = self._texts(path) if self._texts else None
            if len(self._read) >= _TEXTS_MAX:
                self._read.pop(next(iter(self._read)))
            self._read[path] = None if data is None else Text(data)
        return self._read[path]

    def _severity_of(self, result: Mapping[str, Any], descriptor: Descriptor, kind: str) -> Severity:
        if kind in _WEAK_KINDS:
            self._repairs[f"of kind {kind}: taken as info"] += 1
            return Severity.INFO
        own, rules = values.table(result, "properties"), values.table(descriptor, "properties")
        for bag in (own, rules):
            severity, is_useless = by_number(bag)
            if severity is not None:
                return severity
            if is_useless:
                self._repairs["whose security-severity is no number from 0 to 10: it is passed over"] += 1
        named = values.text(descriptor, "id")
        level = by_level(result.get("level")) or self._overrides.get(named)
        word = by_word(own)
        if result.get("level") is not None and by_level(result.get("level")) is None:
            self._repairs[f"with another level than {', '.join(LEVELS)}: it is passed over"] += 1
        if (found := word or level or severity_of(descriptor)) is not None:
            return found
        if self._tool in SCANNERS:  # gitleaks gives no levels at all
            self._repairs["without a level: taken as high, as they are of a secret scanner"] += 1
            return Severity.HIGH
        self._repairs["without a level: taken as medium"] += 1
        return Severity.MEDIUM

    def _related_of(
        self, result: Mapping[str, Any], place: Location, descriptor: Descriptor
    ) -> Iterator[Related]:
        seen = {place}
        places = [(entry, "") for entry in values.items(result, "locations")[1:RELATED_MAX]]
        places += [(entry, "") for entry in values.items(result, "relatedLocations")[: 2 * RELATED_MAX]]
        steps = values.items(result, "codeFlows", 0, "threadFlows", 0, "locations")
        places += [(values.at(step, "location"), "a step on the way") for step in steps[: 2 * RELATED_MAX]]
        for entry, default in places:
            try:
                found = self.place_of(entry)
            except NotPlacedError:
                continue
            words = message_of(values.at(entry, "message"), descriptor, self._components)
            if found not in seen:
                seen.add(found)
                yield Related(found, words or default or "belongs to it")

    def _fixes_of(self, result: Mapping[str, Any], place: Location) -> tuple[Fix, ...]:
        text = self._text_of(place.path)
        terms = Terms(self._tool, self._is_utf16, self._places.path_of)
        return fixes_of(result, place, text, terms) if text else ()

    def _suppression_of(self, result: Mapping[str, Any]) -> str:
        """
        The words of an accepted suppression (§3.35). One that is rejected or under review leaves the result
        as it is, whatever stands beside it.
        """
        entries = [e for e in values.items(result, "suppressions")[:20] if isinstance(e, dict)]
        states = {values.text(entry, "status") or "accepted" for entry in entries}
        if not entries or states != {"accepted"}:
            return ""
        where = "in the source" if values.text(entries[0], "kind") == "inSource" else "outside the source"
        words = values.one_line(values.text(entries[0], "justification"), 300)
        return f"{self._tool}: suppressed {where}{f': {words}' if words else ''}"


def _is_package(rule: str, place: Location) -> bool:
    """A package's vulnerability on line 1 is one of the whole lock file: so Trivy, Grype and Snyk tell it."""
    return place.end_line == 1 and _VULNERABILITY.search(rule) is not None


def _overrides(run: Mapping[str, Any], components: Components) -> dict[str, Severity]:
    """Levels that an invocation gave rules in the place of their own (§3.20.5), by the rules' ids."""
    found: dict[str, Severity] = {}
    for call in values.items(run, "invocations")[:100]:
        for entry in values.items(call, "ruleConfigurationOverrides")[:10_000]:
            severity = by_level(values.at(entry, "configuration", "level"))
            name = values.text(components.find(values.table(entry, "descriptor")), "id")
            if severity is not None and name:
                found[name] = severity
    return found
