"""Licences: expressions as package managers write them, and what lists of allowed and denied ones say."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from license_expression import Licensing

from pregate.lockfiles.license_expressions import DEPTH_MAX, Kind, classify, names, parse
from pregate.lockfiles.licenses import Judgement, judge, unknown_terms

ALLOWED, DENIED = Judgement.ALLOWED, Judgement.DENIED
NOT_ALLOWED, UNKNOWN = Judgement.NOT_ALLOWED, Judgement.UNKNOWN


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("MIT", Kind.ID, "MIT"),
        ("mit", Kind.ID, "MIT"),
        (" Apache  License, Version 2.0 ", Kind.ID, "Apache-2.0"),
        ("(MIT OR apache-2.0)", Kind.EXPRESSION, "MIT OR Apache-2.0"),
        ("MIT/Apache-2.0", Kind.EXPRESSION, "MIT OR Apache-2.0"),
        ("mit or bsd-3-clause and isc", Kind.EXPRESSION, "MIT OR (BSD-3-Clause AND ISC)"),
        ("(MIT OR ISC) AND Zlib", Kind.EXPRESSION, "(MIT OR ISC) AND Zlib"),
        ("Apache-2.0 WITH LLVM-exception", Kind.EXPRESSION, "Apache-2.0 WITH LLVM-exception"),
        ("GPL-2.0", Kind.ID, "GPL-2.0-only"),
        ("GPL-2.0+", Kind.ID, "GPL-2.0-or-later"),
        ("MPL-1.1+", Kind.EXPRESSION, "MPL-1.1+"),
        ("LicenseRef-Own", Kind.EXPRESSION, "LicenseRef-Own"),
        ("GPL (>= 2)", Kind.ID, "GPL-2.0-or-later"),
        ("GPL-2 | GPL-3", Kind.EXPRESSION, "GPL-2.0-only OR GPL-3.0-only"),
        ("LGPL-2.1", Kind.ID, "LGPL-2.1-only"),
        ("MIT + file LICENSE", Kind.ID, "MIT"),
        ("BSD_3_clause + file LICENCE", Kind.ID, "BSD-3-Clause"),
        ("Apache License (== 2.0) | file LICENSE", Kind.NAME, "Apache License (== 2.0) | file LICENSE"),
        ("Apache License (>= 2)", Kind.ID, "Apache-2.0"),
        ("file LICENSE", Kind.NAME, "file LICENSE"),
        ("License :: OSI Approved :: MIT License", Kind.ID, "MIT"),
        (
            "License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)",
            Kind.ID,
            "GPL-3.0-or-later",
        ),
        ("License :: OSI Approved :: BSD License", Kind.NAME, "License :: OSI Approved :: BSD License"),
        ("UNLICENSED", Kind.NAME, "UNLICENSED"),
        ("SEE LICENSE IN LICENSE.txt", Kind.NAME, "SEE LICENSE IN LICENSE.txt"),
        ("BSD", Kind.NAME, "BSD"),
        ("MIT OR Nonsense-1.0", Kind.NAME, "MIT OR Nonsense-1.0"),
        ("MIT WITH Nonsense", Kind.NAME, "MIT WITH Nonsense"),
        ("MIT AND", Kind.NAME, "MIT AND"),
        ("MIT)", Kind.NAME, "MIT)"),
        ("", Kind.NONE, ""),
        (" \n", Kind.NONE, ""),
    ],
)
def test_words_are_told_apart(text: str, kind: Kind, written: str) -> None:
    assert classify(text) == (kind, written)


@pytest.mark.parametrize(
    ("expression", "allow", "answer"),
    [
        ("MIT", ("MIT",), ALLOWED),
        ("MIT", ("mit",), ALLOWED),
        ("MIT", ("MIT OR Apache-2.0",), ALLOWED),
        ("ISC", ("MIT",), NOT_ALLOWED),
        ("MIT OR GPL-3.0-only", ("MIT",), ALLOWED),
        ("MIT AND GPL-3.0-only", ("MIT",), NOT_ALLOWED),
        ("(MIT AND Zlib) OR GPL-3.0-only", ("MIT", "Zlib"), ALLOWED),
        ("(MIT AND Zlib) OR GPL-3.0-only", ("MIT",), NOT_ALLOWED),
        ("GPL-2.0", ("GPL-2.0-only",), ALLOWED),
        ("GPL-2.0-only", ("GPL-2.0",), ALLOWED),
        ("GPL-2.0-or-later", ("GPL-3.0-only",), ALLOWED),
        ("GPL-3.0-only", ("GPL-2.0-or-later",), ALLOWED),
        ("GPL-2.0-only", ("GPL-3.0-or-later",), NOT_ALLOWED),
        ("LGPL-2.1-only", ("GPL-2.0-or-later",), NOT_ALLOWED),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ("GPL-2.0-only",), ALLOWED),
        ("GPL-2.0-only", ("GPL-2.0-only WITH Classpath-exception-2.0",), NOT_ALLOWED),
        ("MPL-1.1+", ("MPL-2.0",), ALLOWED),
        ("LicenseRef-Own", ("licenseref-own",), ALLOWED),
        ("MIT OR Nonsense", ("MIT",), ALLOWED),
        ("ISC OR Nonsense", ("MIT",), UNKNOWN),
        ("ISC AND Nonsense", ("MIT",), NOT_ALLOWED),
        ("UNLICENSED", ("MIT",), UNKNOWN),
        ("MIT, ISC", ("MIT",), UNKNOWN),
        ("", ("MIT",), UNKNOWN),
    ],
)
def test_a_package_is_allowed_by_one_wholly_allowed_choice(
    expression: str, allow: tuple[str, ...], answer: Judgement
) -> None:
    assert judge(expression, allow=allow) is answer


@pytest.mark.parametrize(
    ("expression", "deny", "answer"),
    [
        ("GPL-3.0-only", ("GPL-3.0-only",), DENIED),
        ("MIT", ("GPL-3.0-only",), ALLOWED),
        ("MIT OR GPL-3.0-only", ("GPL-3.0-only",), ALLOWED),
        ("MIT AND GPL-3.0-only", ("GPL-3.0-only",), DENIED),
        ("GPL-2.0-only OR GPL-3.0-only", ("GPL-2.0-or-later",), DENIED),
        ("GPL-2.0-or-later", ("GPL-2.0-only",), ALLOWED),
        ("GPL-2.0-or-later", ("GPL-2.0-only", "GPL-3.0-only"), DENIED),
        ("GPL-2.0-or-later", ("GPL-2.0-or-later",), DENIED),
        ("AGPL-3.0", ("AGPL-3.0-only",), DENIED),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ("GPL-2.0-only",), DENIED),
        ("Nonsense AND GPL-3.0-only", ("GPL-3.0-only",), DENIED),
        ("Nonsense OR GPL-3.0-only", ("GPL-3.0-only",), UNKNOWN),
        ("Nonsense OR MIT", ("GPL-3.0-only",), ALLOWED),
        ("NOASSERTION", ("GPL-3.0-only",), UNKNOWN),
    ],
)
def test_a_package_is_denied_when_no_choice_is_left(
    expression: str, deny: tuple[str, ...], answer: Judgement
) -> None:
    assert judge(expression, deny=deny) is answer


def test_without_lists_nothing_is_asked() -> None:
    assert judge("") is ALLOWED


def test_entries_that_are_no_licence_are_named() -> None:
    assert unknown_terms(("MIT", "Apache", "GPL-3.0-only OR ISC", "")) == ("Apache", "")


@pytest.mark.parametrize("text", ["(" * 5000, "(" * 5000 + "MIT" + ")" * 5000, "MIT OR " * 900 + "MIT"])
def test_what_is_too_deep_or_too_long_is_none(text: str) -> None:
    assert parse(text) is None
    assert judge(text, allow=("MIT",)) is UNKNOWN


def test_depth_is_bounded_but_ample() -> None:
    depth = DEPTH_MAX
    assert judge("(" * depth + "MIT" + ")" * depth, allow=("MIT",)) is ALLOWED


_LEAVES = st.sampled_from(["MIT", "ISC", "Apache-2.0", "GPL-3.0-only", "Zlib"])
_EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.builds(
        lambda left, operator, right: f"({left} {operator} {right})",
        inner,
        st.sampled_from(["AND", "OR"]),
        inner,
    ),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(text=_EXPRESSIONS, allow=st.sets(_LEAVES, min_size=1, max_size=4))
def test_answers_are_those_of_boolean_algebra(text: str, allow: set[str]) -> None:
    expression = Licensing().parse(text)  # type: ignore[no-untyped-call]
    values = {symbol: symbol.key in allow for symbol in expression.symbols}

    def holds(node: Any) -> bool:
        if node in values:
            return values[node]
        return (all if "AND" in node.operator else any)(holds(part) for part in node.args)

    assert (judge(text, allow=tuple(sorted(allow))) is ALLOWED) == holds(expression)


@settings(max_examples=50, deadline=None)
@given(text=st.text(alphabet="()MIT ORANDWH+-.09\udcff", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(judge(text, allow=("MIT",)), Judgement)
    assert judge(text, deny=("MIT",)) is not NOT_ALLOWED


def test_every_identifier_is_one_that_cyclonedx_takes() -> None:
    schema = json.loads(
        resources.files("cyclonedx.schema._res").joinpath("spdx.SNAPSHOT.schema.json").read_text()
    )
    licenses, exceptions = names()
    assert {*licenses.values(), *exceptions.values()} <= set(schema["enum"])
    assert licenses.keys().isdisjoint(exceptions)
    assert {"mit", "ecos-2.0", "gpl-2.0-only"} <= licenses.keys()
