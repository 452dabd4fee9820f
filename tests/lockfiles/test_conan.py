from __future__ import annotations

import json

from pregate.lockfiles.model import Depth, Reading
from tests.lockfiles.reading import flagged, gaps, needs, pins, read

REVISION = "f1fadf0d3b196dc0332750354ad8ab7b"
GRAPH = json.dumps(
    {
        "graph_lock": {
            "nodes": {
                "0": {
                    "options": "shared=False",
                    "requires": ["1"],
                    "build_requires": ["4"],
                    "path": "../conanfile.txt",
                },
                "1": {"ref": f"boost/1.76.0#{REVISION}", "requires": ["2"], "context": "host"},
                "2": {"ref": "zlib/1.2.11@_/_#" + REVISION, "prev": "0", "context": "host"},
                "3": {"pref": "bzip2/1.0.8@team/stable:5ab84d6acfe1f23c4fae0ab88f26e3a396351ac9#0"},
                "4": {"ref": "cmake/3.22.0", "context": "build", "requires": ["5"]},
                "5": {"ref": "openssl/1.1.1l"},
                "6": {"ref": 3},
                "7": 3,
            },
            "revisions_enabled": False,
        },
        "version": "0.4",
        "profile_host": "[settings]",
    },
    indent=1,
)
LISTS = json.dumps(
    {
        "version": "0.5",
        "requires": [
            f"zlib/1.2.13#{REVISION}%1675278126.0552447",
            "openssl/3.0.7@team/stable",
            "zlib/1.2.11",
            3,
        ],
        "build_requires": ["cmake/3.25.1#0", "zlib/1.2.13"],
        "python_requires": ["base/0.1"],
        "config_requires": [],
        "overrides": {},
    },
    indent=1,
)


def test_the_graph_of_conan_1() -> None:
    reading = read("conan.lock", GRAPH)
    assert pins(reading) == [
        ("boost", "1.76.0"),
        ("zlib", "1.2.11"),
        ("bzip2", "1.0.8"),
        ("cmake", "3.22.0"),
        ("openssl", "1.1.1l"),
    ]
    assert flagged(reading, GRAPH) == ["1.76.0", "1.2.11", "1.0.8", "3.22.0", "1.1.1l"]
    assert [(p.name, p.depth) for p in reading.packages if p.depth is Depth.DIRECT] == [
        ("boost", Depth.DIRECT),
        ("cmake", Depth.DIRECT),
    ]
    assert [p.name for p in reading.packages if p.dev] == ["cmake", "openssl"]
    assert needs(reading, "boost") == [("zlib@1.2.11", "")]
    assert [(reason, detail) for _, reason, detail in gaps(reading)] == [
        ("unparsable", "a node has no reference"),
        ("unparsable", "a node has no reference"),
    ]


def test_the_first_form_of_the_graph() -> None:
    nodes = {
        "aa": {"pref": None, "requires": {"zlib/1.2.11": "bb"}},
        "bb": {"pref": "zlib/1.2.11@team/testing#5f49:1972#5884"},
    }
    (zlib,) = read("conan.lock", json.dumps({"graph_lock": {"nodes": nodes}})).packages
    assert (zlib.name, zlib.version, zlib.depth, zlib.dev) == ("zlib", "1.2.11", Depth.DIRECT, False)


def test_the_lists_of_conan_2() -> None:
    reading = read("conan.lock", LISTS)
    assert [(p.name, p.version, p.dev) for p in reading.packages] == [
        ("zlib", "1.2.13", False),
        ("openssl", "3.0.7", False),
        ("zlib", "1.2.11", False),
        ("cmake", "3.25.1", True),
        ("base", "0.1", True),
    ]
    assert flagged(reading, LISTS) == ["1.2.13", "3.0.7", "1.2.11", "3.25.1", "0.1"]
    assert gaps(reading) == [(7, "unparsable", "an entry is no reference")]
    assert {p.ecosystem for p in reading.packages} == {"ConanCenter"}


def test_no_packages_at_all() -> None:
    assert read("conan.lock", '{"version": "0.5", "requires": []}') == Reading()
    nodes = '{"graph_lock": {"nodes": {"0": {"path": "conanfile.py"}}}, "version": "0.4"}'
    assert read("conan.lock", nodes) == Reading()
