"""
Bandit, imported without its file handling, its logging, and the libraries that only those need.

What of it is used elsewhere is to be imported from here. Imported when the first Python file is analysed.
"""

# mypy: allow-untyped-calls, implicit-reexport
from __future__ import annotations

import importlib
import logging
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

from pregate.checks.python.distribution import distribution_file, version

__all__ = [
    "b_config",
    "b_context",
    "b_extensions",
    "b_manager",
    "b_test_set",
    "b_utils",
    "b_visitor",
]


class _EntryPoint(NamedTuple):
    name: str
    plugin: Any


class _ExtensionManager:
    """
    Stands in for stevedore's, which loads plug-ins of every distribution installed beside Bandit.

    Only Bandit's own are loaded, from its own list: what else is installed must not change results that
    are kept under Bandit's version, and looking through every distribution takes longer than a scan.
    Formatters are not needed.
    """

    def __init__(self, namespace: str, **options: object) -> None:  # noqa: ARG002
        self.extensions = () if namespace == "bandit.formatters" else tuple(_entry_points(namespace))

    def __iter__(self) -> Iterator[_EntryPoint]:
        return iter(self.extensions)

    def names(self) -> list[str]:
        return [extension.name for extension in self.extensions]


def _entry_points(namespace: str) -> Iterator[_EntryPoint]:
    section = ""
    for line in distribution_file("entry_points.txt").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif "=" in line and section == namespace:
            name, _, target = line.partition("=")
            module, _, attribute = target.strip().partition(":")
            yield _EntryPoint(name.strip(), getattr(importlib.import_module(module), attribute))


class _Deferred(ModuleType):
    """
    Stands in for a module while Bandit is imported; the first use of any of its names loads the real one.

    Bandit imports rich (a progress bar), yaml, tomllib and configparser (its configuration files), json (its
    report) and importlib.metadata (its own version) at the top; none is used here, and together with
    stevedore they are four fifths of its import time.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _stand_ins() -> dict[str, ModuleType]:
    extension = ModuleType("stevedore.extension")
    extension.ExtensionManager = _ExtensionManager  # type: ignore[attr-defined]
    stevedore = ModuleType("stevedore")
    stevedore.extension = extension  # type: ignore[attr-defined]
    progress = _Deferred("rich.progress")
    rich = ModuleType("rich")
    rich.progress = progress  # type: ignore[attr-defined]
    metadata = ModuleType("importlib.metadata")
    metadata.metadata = lambda name: {"Author": ""}  # type: ignore[attr-defined]  # noqa: ARG005
    metadata.version = lambda name: version()  # type: ignore[attr-defined]  # noqa: ARG005
    modules = {"stevedore": stevedore, "stevedore.extension": extension}
    # The others only if they are not there already: replacing them would save nothing.
    optional = {
        "rich": rich,
        "rich.progress": progress,
        **{name: _Deferred(name) for name in ("configparser", "json", "tomllib", "yaml")},
        "importlib.metadata": metadata,
    }
    return modules | {name: module for name, module in optional.items() if name not in sys.modules}


def _import_bandit() -> None:
    """Import Bandit between stand-ins, and undo what its import changes for the whole process."""
    if "bandit.core.manager" in sys.modules:
        return
    placed = _stand_ins()
    kept = {name: sys.modules.get(name) for name in placed}
    shown = warnings.formatwarning
    sys.modules.update(placed)
    try:
        importlib.import_module("bandit.core.manager")
    finally:
        warnings.formatwarning = shown  # bandit.core.tester puts its own in place
        for name, module in kept.items():
            if module is not None:
                sys.modules[name] = module
            elif sys.modules.get(name) is placed[name]:
                del sys.modules[name]


_import_bandit()
# Its log quotes source, and without a handler of its own it would end up on stderr.
logging.getLogger("bandit").addHandler(logging.NullHandler())
logging.getLogger("bandit").propagate = False

from bandit.core import config as b_config  # noqa: E402
from bandit.core import context as b_context  # noqa: E402
from bandit.core import extension_loader as b_extensions  # noqa: E402
from bandit.core import manager as b_manager  # noqa: E402
from bandit.core import node_visitor as b_visitor  # noqa: E402
from bandit.core import test_set as b_test_set  # noqa: E402
from bandit.core import utils as b_utils  # noqa: E402
