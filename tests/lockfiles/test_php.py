from __future__ import annotations

import json

from pregate.lockfiles.model import Depth
from tests.lockfiles.reading import asked, flagged, gaps, needs, package, pins, read

LOCK = json.dumps(
    {
        "_readme": ["This file locks the dependencies of your project to a known state"],
        "content-hash": "0" * 32,
        "packages": [
            {
                "name": "guzzlehttp/guzzle",
                "version": "7.4.0",
                "source": {"type": "git", "url": "https://github.com/guzzle/guzzle.git", "reference": "1"},
                "require": {
                    "php": "^7.2.5",
                    "guzzlehttp/psr7": "^1.8.3 || ^2.1",
                    "psr/http-client-implementation": "1.0",
                },
                "license": ["MIT"],
            },
            {
                "name": "guzzlehttp/psr7",
                "version": "2.1.0",
                "provide": {"psr/http-client-implementation": "1.0"},
                "license": ["LGPL-2.1-only", "GPL-3.0-or-later", "MIT and BSD-3-Clause"],
            },
            {"name": "Symfony/Yaml", "version": "v5.4.3", "license": "proprietary"},
            {"name": "acme/branch", "version": "dev-main"},
            {"name": "acme/series", "version": "2.x-dev"},
            {"name": "acme/own", "version": "1.0.0", "dist": {"type": "path", "url": "../own"}},
            {"name": "acme/odd", "version": 3},
            "text",
        ],
        "packages-dev": [{"name": "phpunit/phpunit", "version": "9.5.0", "require": {"symfony/yaml": "*"}}],
        "aliases": [],
        "platform": {"php": ">=8.0"},
    },
    indent=4,
)


def test_every_package_with_a_version() -> None:
    reading = read("composer.lock", LOCK)
    assert pins(reading) == [
        ("guzzlehttp/guzzle", "7.4.0"),
        ("guzzlehttp/psr7", "2.1.0"),
        ("Symfony/Yaml", "v5.4.3"),
        ("phpunit/phpunit", "9.5.0"),
    ]
    assert flagged(reading, LOCK) == ["7.4.0", "2.1.0", "v5.4.3", "9.5.0"]
    assert [p.dev for p in reading.packages] == [False, False, False, True]
    assert [(reason, detail.split()[0]) for _, reason, detail in gaps(reading)] == [
        ("not-audited", "acme/branch"),
        ("not-audited", "acme/series"),
        ("unparsable", "an"),
        ("unparsable", "an"),
    ]


def test_licences_are_a_choice() -> None:
    reading = read("composer.lock", LOCK)
    assert [p.licenses for p in reading.packages] == [
        "MIT",
        "LGPL-2.1-only OR GPL-3.0-or-later OR (MIT and BSD-3-Clause)",
        "proprietary",
        "",
    ]


def test_edges_also_to_what_provides_a_name() -> None:
    reading = read("composer.lock", LOCK)
    assert needs(reading, "guzzlehttp/guzzle") == [
        ("guzzlehttp/psr7@2.1.0", "^1.8.3 || ^2.1"),
        ("guzzlehttp/psr7@2.1.0", "1.0"),
    ]
    assert needs(reading, "phpunit/phpunit") == [("Symfony/Yaml@v5.4.3", "*")]


def test_the_manifest_tells_what_is_direct() -> None:
    manifest = """\
        {
          "require": {"php": "^8", "symfony/yaml": "^5.4"},
          "require-dev": {
            "phpunit/phpunit": "^9"
          }
        }
        """
    reading = read("a/composer.lock", LOCK, composer_json=manifest)
    assert asked(reading, "Symfony/Yaml") == [("a/composer.json", 2, 45, "^5.4")]
    assert asked(reading, "phpunit/phpunit") == [("a/composer.json", 4, 25, "^9")]
    assert [p.depth for p in reading.packages] == [
        Depth.TRANSITIVE,
        Depth.TRANSITIVE,
        Depth.DIRECT,
        Depth.DIRECT,
    ]
    broken = read("composer.lock", LOCK, composer_json="{")
    assert package(broken, "Symfony/Yaml").depth is Depth.UNKNOWN
