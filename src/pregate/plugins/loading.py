"""Plug-ins from their entry points: imported from where they are installed, and guarded."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pregate.checks.base import Check
from pregate.config import PLUGIN_NAME, PluginOptions
from pregate.errors import ScannerError
from pregate.model import Rule, Verdict
from pregate.plugins import discovery
from pregate.plugins.calls import calling
from pregate.plugins.guard import Guard

Report = Callable[[Verdict, Sequence[Rule]], str | bytes]


def make_check(name: str, options: PluginOptions, tree: Path | None) -> Check:
    """
    The check of a plug-in, guarded. ``options`` are those of its table in the configuration.

    Raises ScannerError where it is not installed, cannot be imported or made, or is not of a check's form;
    UsageError where the plug-in itself refuses an option by one.
    """
    plugin = discovery.find(discovery.CHECKS, name, tree)
    make = _load(plugin, tree)
    given = {key: list(value) if isinstance(value, tuple) else value for key, value in options}
    with calling(name, "make its check"):
        check = make(given)
    return Guard(check, name, f"{plugin.distribution} {plugin.version} {options!r}")


def load_report(name: str, tree: Path | None) -> Report:
    """
    The report of a plug-in: a function that raises ScannerError where the plug-in's own fails, or gives
    neither text nor bytes.
    """
    render = _load(discovery.find(discovery.REPORTS, name, tree), tree)

    def guarded(verdict: Verdict, rules: Sequence[Rule]) -> str | bytes:
        with calling(name, "render its report"):
            text = render(verdict, tuple(rules))
            if isinstance(text, str):
                text = text.encode("utf-8", "surrogateescape")
        if not isinstance(text, str | bytes):
            raise ScannerError(
                f"the report plug-in {name} gave {type(text).__name__}", "A report is text or bytes."
            )
        return text

    return guarded


def _load(plugin: discovery.Plugin, tree: Path | None) -> Callable[..., Any]:
    if not PLUGIN_NAME.fullmatch(plugin.name):
        raise ScannerError(f"{plugin.name[:80]!r} is no name of a plug-in", "Rename its entry point.")
    entry = importlib.metadata.EntryPoint(plugin.name, plugin.place, plugin.group)
    with calling(plugin.name, "be imported"), discovery.only(discovery.folders(tree)):
        _refuse_the_trees(plugin, tree)
        loaded = entry.load()
    if not callable(loaded):
        raise ScannerError(f"the plug-in {plugin.name} is no function", f"See {plugin.place}.")
    call: Callable[..., Any] = loaded
    return call


def _refuse_the_trees(plugin: discovery.Plugin, tree: Path | None) -> None:
    """
    An editable installation may lead into the tree, and a module of the tree may have been imported before.
    Nothing is imported to find that out.
    """
    spec = importlib.util.find_spec(plugin.place.partition(":")[0].partition(".")[0].strip())
    places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
    here = os.path.realpath(os.curdir)
    for place in places:
        real = os.path.realpath(place) if place else ""
        if real and (os.path.dirname(real) == here or discovery.is_in_tree(real, tree)):  # noqa: PTH120
            raise ScannerError(
                "it comes from the tree that is judged",
                "Install it from elsewhere, not as an editable installation of this checkout, and take the "
                "tree off PYTHONPATH.",
            )
