from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles.model import Depth, Reading
from pregate.lockfiles.terms import parse_terms
from pregate.positions import PositionError
from tests.lockfiles.reading import asked, flagged, gaps, needs, package, pins, read

HASH = "a" * 64
FILE_SYSTEM = '[{:file_system, "~> 0.2.8", [hex: :file_system, repo: "hexpm", optional: false]}]'
CASTORE = '[{:castore, "~> 0.1.0 or ~> 1.0", [hex: :castore, repo: "hexpm", optional: true]}]'
MIX = f"""\
    %{{
      "castore": {{:hex, :castore, "0.1.17", "{HASH}", [:mix], [], "hexpm", "{HASH}"}},
      "credo": {{:hex, :credo, "1.6.4", "{HASH}", [:mix], {FILE_SYSTEM}, "hexpm", "{HASH}"}},
      "file_system": {{:hex, :file_system, "0.2.10", "{HASH}", [:mix], [], "hexpm", "{HASH}"}},
      "forked": {{:git, "https://github.com/example/forked.git", "0123456789", [branch: "main"]}},
      "inner": {{:hex, :inner, "1.0.0", "{HASH}", [:mix], [], "hexpm:acme", "{HASH}"}},
      "mint": {{:hex, :mint_of_hex, "1.4.1", "{HASH}", [:make, :mix], {CASTORE}, "hexpm", "{HASH}"}}, # {{
      "old" => {{:hex, :"old", "0.9.0"}},
      "odd": 3,
    }}
    """
REBAR = f"""\
    {{"1.2.0",
    [{{<<"cowboy">>,{{pkg,<<"cowboy">>,<<"2.9.0">>}},0}},
     {{<<"cowlib">>,{{pkg,<<"cowlib_of_hex">>,<<"2.11.0">>}},1}}, % {{
     {{<<"forked">>,
      {{git,"https://github.com/example/forked.git",
           {{ref,"0123456789012345678901234567890123456789"}}}},
      0}},
     odd]}}.
    [
    {{pkg_hash,[
     {{<<"cowboy">>, <<"{"A" * 64}">>}}]}},
    {{pkg_hash_ext,[]}}
    ].
    """


def test_mix_lock_names_the_packages_of_hex() -> None:
    reading = read("mix.lock", MIX)
    assert pins(reading) == [
        ("castore", "0.1.17"),
        ("credo", "1.6.4"),
        ("file_system", "0.2.10"),
        ("mint_of_hex", "1.4.1"),
        ("old", "0.9.0"),
    ]
    assert flagged(reading, MIX) == ["0.1.17", "1.6.4", "0.2.10", "1.4.1", "0.9.0"]
    assert gaps(reading) == [
        (5, "not-audited", "forked is not from Hex"),
        (6, "not-audited", "inner is from another repository than Hex's public one"),
        (9, "unparsable", "an entry is no tuple"),
    ]
    assert needs(reading, "credo") == [("file_system@0.2.10", "~> 0.2.8")]
    assert needs(reading, "mint_of_hex") == [("castore@0.1.17", "~> 0.1.0 or ~> 1.0")]
    assert [p.hashed for p in reading.packages] == [True] * 4 + [False]


def test_mix_exs_tells_what_is_direct_and_for_development() -> None:
    manifest = """\
        defp deps do
          [
            {:mint, "~> 1.4"},
            # {:castore, "~> 9"},
            {:credo, "~> 1.6",
             only: [:dev, :test], runtime: false}
          ]
        end
        """
    reading = read("a/mix.lock", MIX, mix_exs=manifest)
    assert asked(reading, "mint_of_hex") == [("a/mix.exs", 3, 14, "~> 1.4")]
    assert asked(reading, "credo") == [("a/mix.exs", 5, 15, "~> 1.6")]
    assert [(p.name, p.depth, p.dev) for p in reading.packages] == [
        ("castore", Depth.TRANSITIVE, False),
        ("credo", Depth.DIRECT, True),
        ("file_system", Depth.TRANSITIVE, True),
        ("mint_of_hex", Depth.DIRECT, False),
        ("old", Depth.UNKNOWN, False),
    ]


def test_rebar_lock_tells_levels() -> None:
    reading = read("rebar.lock", REBAR)
    assert pins(reading) == [("cowboy", "2.9.0"), ("cowlib_of_hex", "2.11.0")]
    assert flagged(reading, REBAR) == ["2.9.0", "2.11.0"]
    assert [(p.depth, p.hashed) for p in reading.packages] == [
        (Depth.DIRECT, True),
        (Depth.TRANSITIVE, False),
    ]
    assert gaps(reading) == [
        (5, "not-audited", "forked is not from Hex"),
        (8, "unparsable", "an entry names no dependency"),
    ]


def test_rebar_lock_of_the_first_version() -> None:
    reading = read("rebar.lock", '[{<<"jsx">>,{pkg,<<"jsx">>,<<"2.8.0">>},0}].\n')
    assert pins(reading) == [("jsx", "2.8.0")]
    assert package(reading, "jsx").ecosystem == "Hex"


@pytest.mark.parametrize(("name", "text"), [("mix.lock", "%{\n}\n"), ("rebar.lock", "[].\n")])
def test_no_packages_at_all(name: str, text: str) -> None:
    assert read(name, text) == Reading()


@pytest.mark.parametrize(
    "text", ['"' + "a" * 50_000, "[" * 50_000, "<<" * 20_000, "%\n" * 20_000, "\\" * 20_000]
)
@pytest.mark.parametrize("is_elixir", [True, False])
def test_terms_of_any_kind_end_soon(text: str, is_elixir: bool) -> None:
    with contextlib.suppress(PositionError):
        assert parse_terms(text, is_elixir) == []


@settings(max_examples=50)
@given(st.text('%{}[]<>":,.=#a1 \n\\'), st.booleans())
def test_any_text_is_read_or_refused(text: str, is_elixir: bool) -> None:
    with contextlib.suppress(PositionError):
        assert isinstance(parse_terms(text, is_elixir), list)
