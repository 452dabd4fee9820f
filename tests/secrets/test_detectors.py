from __future__ import annotations

import random
import sys
from types import SimpleNamespace

import pytest

from pregate.errors import ScannerError
from pregate.secrets import detectors

from . import samples


def test_plugin_of_an_unknown_kind_is_placed_by_its_values() -> None:
    plugin = SimpleNamespace(analyze_string=lambda text: [word for word in text.split() if word == "ab"])
    found = detectors._string_matches(plugin)("x ab ab", 0, 7, None)
    assert [(match.start, match.end) for match in found] == [(2, 4), (5, 7)]


def test_token_whose_json_nests_too_deep_is_kept() -> None:
    def nests(value: str) -> bool:
        raise RecursionError

    assert detectors._holds(nests, "x")


def test_match_does_not_show_its_value() -> None:
    assert "abc" not in repr(detectors.Match(0, 3, "abc"))


def test_detect_secrets_without_its_plugins_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    detectors.engine.cache_clear()
    monkeypatch.setattr("pkgutil.iter_modules", lambda path: iter(()))
    try:
        with pytest.raises(ScannerError, match="plugins are missing"):
            detectors.engine()
    finally:
        detectors.engine.cache_clear()


def test_stand_in_for_requests_gives_the_real_one_at_its_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "requests", raising=False)
    stand_in = detectors._DeferredRequests.in_place()
    with stand_in:
        assert sys.modules["requests"] is stand_in
        get = stand_in.get
    assert (get.__module__, sys.modules["requests"] is stand_in) == ("requests.api", False)


def test_keyword_expressions_match_as_the_originals() -> None:
    from detect_secrets.plugins.keyword import REGEX_BY_FILETYPE

    rng = random.Random(11)
    lines = [samples.line(rng) for _ in range(3_000)]
    for expressions in REGEX_BY_FILETYPE.values():
        for (old, group), (new, _) in zip(
            expressions.items(), detectors._bounded(expressions).items(), strict=True
        ):
            for line in lines:
                first, second = old.search(line), new.search(line)
                assert (first and first.span(group)) == (second and second.span(group))


def test_the_table_of_plugins_is_that_of_the_installed_release() -> None:
    loaded = {
        kind: name for name in set(detectors.MODULES.values()) for kind in detectors._detectors_in(name)
    }
    assert loaded == dict(detectors.MODULES)
    assert list(detectors.engine().detectors) == list(detectors.MODULES)


def test_another_release_is_imported_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detectors, "MODULES", {"AWSKeyDetector": "aws"})
    detectors.engine.cache_clear()
    try:
        assert len(detectors.engine().detectors) > 20
    finally:
        detectors.engine.cache_clear()
