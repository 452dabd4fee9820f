"""One vulnerability by its name, in a local database, for people who ask what it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pregate.advisories.files import DAMAGED, JSON, YAML, contents, is_record
from pregate.advisories.index import IndexFile
from pregate.advisories.local import is_index
from pregate.advisories.records import load_record
from pregate.lockfiles.model import Advisory

_ENDINGS = (JSON, *YAML)


def find_advisories(path: Path, identifier: str) -> tuple[Advisory, ...]:
    """
    The records of the database at ``path`` (an index, a folder, a zip archive) about one vulnerability, by an
    id or alias as databases write it.

    Records are first looked for by their files' names, which are their ids; only for an alias every record is
    read. Raises AdvisoryError for a database that is damaged.
    """
    if is_index(path):
        with IndexFile(path) as file:
            found = _named(_indexed(file, f"/{identifier}"), identifier)
            return found or _named(_indexed(file, "/"), identifier)
    named = tuple(f"{identifier}{ending}" for ending in _ENDINGS)
    return _named(_files(path, identifier, named), identifier) or _named(
        _files(path, identifier, _ENDINGS), identifier
    )


def _named(advisories: Iterator[Advisory], identifier: str) -> tuple[Advisory, ...]:
    """Of several records with one id the newest."""
    about = (a for a in advisories if identifier in (a.id, *a.aliases))
    by_id = {a.id: a for a in sorted(about, key=lambda a: a.modified)}
    return tuple(by_id[key] for key in sorted(by_id))


def _indexed(file: IndexFile, name: str) -> Iterator[Advisory]:
    """The records that were made of a file whose path has ``name`` in it, once a slash is put before it."""
    query = "SELECT number FROM entries WHERE instr('/' || entry, ?)"
    try:
        numbers = [number for (number,) in file.connection.execute(query, [name])]
    except sqlite3.Error:
        raise file.damaged() from None
    return (advisory for _, advisory in file.records(numbers))


def _files(path: Path, identifier: str, endings: tuple[str, ...]) -> Iterator[Advisory]:
    wanted = identifier.encode()
    for name, data in contents(path, None, endings):
        if wanted in data and is_record(data, name, path):
            yield load_record(data, name, path, DAMAGED)
