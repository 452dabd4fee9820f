from __future__ import annotations

import pytest

from pregate.lockfiles.model import Depth
from tests.lockfiles.reading import asked, flagged, gaps, needs, package, pins, read

LOCK = f"""\
    GIT
      remote: https://github.com/example/forked.git
      revision: 0123456789012345678901234567890123456789
      branch: main
      specs:
        forked (1.2.0)
          rack (>= 2)

    PATH
      remote: engines/own
      specs:
        own (0.1.0)
          rack (~> 2.2)

    PLUGIN SOURCE
      remote: https://example.com
      type: other
      specs:
        plugged (1.0)

    GEM
      remote: https://rubygems.org/
      remote: https://gems.example.com/
      specs:
        actionpack (7.0.4.3)
          actionview (= 7.0.4.3)
          nokogiri (>= 1.5, < 2)
          rack
        actionview (7.0.4.3)
        mini_portile2 (2.8.0)
        nokogiri (1.13.0)
          mini_portile2 (~> 2.7)
        nokogiri (1.13.0-x86_64-linux)
        pre (2.0.0.beta1)
        rack (2.2.3)

    PLATFORMS
      ruby
      x86_64-linux

    DEPENDENCIES
      actionpack (~> 7.0)
      forked!
      nokogiri (>= 1.13, < 2)!
      own!
      pre

    CHECKSUMS
      rack (2.2.3) sha256={"a" * 64}
      nokogiri (1.13.0-x86_64-linux) sha256={"b" * 64}
      pre (2.0.0.beta1)

    RUBY VERSION
       ruby 3.1.2p20

    BUNDLED WITH
       2.3.7
    """
GEMS = [
    ("actionpack", "7.0.4.3"),
    ("actionview", "7.0.4.3"),
    ("mini_portile2", "2.8.0"),
    ("nokogiri", "1.13.0"),
    ("pre", "2.0.0.beta1"),
    ("rack", "2.2.3"),
]


@pytest.mark.parametrize("name", ["Gemfile.lock", "a/gems.locked"])
def test_every_gem_once_whatever_its_platforms(name: str) -> None:
    reading = read(name, LOCK)
    assert pins(reading) == GEMS
    assert flagged(reading, LOCK) == [version for _, version in GEMS]
    assert {p.ecosystem for p in reading.packages} == {"RubyGems"}
    assert gaps(reading) == [
        (6, "not-audited", "forked is not from a gem server"),
        (19, "not-audited", "plugged is not from a gem server"),
    ]


def test_what_the_gemfile_or_an_own_gem_asks_for_is_direct() -> None:
    reading = read("Gemfile.lock", LOCK)
    direct = [p.name for p in reading.packages if p.depth is Depth.DIRECT]
    assert direct == ["actionpack", "nokogiri", "pre", "rack"]
    assert package(reading, "mini_portile2").depth is Depth.TRANSITIVE
    assert [p.name for p in reading.packages if p.hashed] == ["nokogiri", "rack"]


def test_edges_with_what_they_ask_for() -> None:
    reading = read("Gemfile.lock", LOCK)
    assert needs(reading, "actionpack") == [
        ("actionview@7.0.4.3", "= 7.0.4.3"),
        ("nokogiri@1.13.0", ">= 1.5, < 2"),
        ("rack@2.2.3", ""),
    ]
    assert needs(reading, "nokogiri") == [("mini_portile2@2.8.0", "~> 2.7")]


def test_the_gemfile_names_what_it_asks_for() -> None:
    gemfile = """\
        source "https://rubygems.org"
        # gem "rack", "1"
        gem 'actionpack', '~> 7.0', :require => 'x'
        group :test do
          gem("nokogiri", ">= 1.13", "< 2", platforms: :ruby)
        end
        gem "pre", require: false
        """
    reading = read("a/Gemfile.lock", LOCK, Gemfile=gemfile)
    assert asked(reading, "actionpack") == [("a/Gemfile", 3, 20, "~> 7.0")]
    assert asked(reading, "nokogiri") == [("a/Gemfile", 5, 20, ">= 1.13, < 2")]
    assert asked(reading, "pre") == [("a/Gemfile", 7, 6, "")]
    assert asked(reading, "rack") == []


def test_a_file_that_is_cut_short_says_so_and_keeps_what_it_has() -> None:
    text = "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (2.2.3)\n    rails (7.0"
    reading = read("Gemfile.lock", text)
    assert pins(reading) == [("rack", "2.2.3")]
    assert gaps(reading) == [
        (5, "unparsable", "a line that bundler does not write"),
        (5, "unparsable", "the text ends before DEPENDENCIES"),
    ]


def test_no_gems_at_all() -> None:
    reading = read("Gemfile.lock", "GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n")
    assert (reading.packages, reading.unread) == ((), ())


DEV_LOCK = """\
    GEM
      remote: https://rubygems.org/
      specs:
        a (1.0)
        b (1.0)
          c
          d
        c (1.0)
        d (1.0)
        e (1.0)
          d
        f (1.0)
        g (1.0)
        h (1.0)

    DEPENDENCIES
      a
      b
      e
      f
      g
      h
    """
GEMFILE = """\
    source "https://rubygems.org" do
      gem "e"
    end
    group :development, "test", optional: true do # for us
      gem "a"
      platforms :ruby do
        gem "b", require: false
      end
      gem "g"
    end
    gem "f", group: :test if ENV["X"]
    gem "g"
    group :production, :test do
      gem "h", "1", :groups => [:development]
    end
    """


def dev(gemfile: str) -> list[str]:
    return [p.name for p in read("Gemfile.lock", DEV_LOCK, Gemfile=gemfile).packages if p.dev]


def test_groups_of_the_gemfile_tell_what_serves_development_alone() -> None:
    assert dev(GEMFILE) == ["a", "b", "c", "f"]


@pytest.mark.parametrize("more", ["end\n", "if true\n", "each do |x|\n"])
def test_a_gemfile_that_is_not_understood_makes_nothing_a_development_dependency(more: str) -> None:
    assert dev(GEMFILE.replace("    ", "") + more) == []
