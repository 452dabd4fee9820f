"""Whatever a producer calls a file, it is found again in the repository, and nothing outside of it."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.intake.places import Places
from tests.intake.made import location, read, result, run

FILES = {"src/a.py", "src/mit leer.py", "src/100%.py", "src/ä.py", "b.py", "sub/Dockerfile", "we#ird.py"}


def texts(path: str) -> bytes | None:
    return b"text\n" if path in FILES else None


def path_of(uri: str, base: str = "", bases: dict[str, Any] | None = None, root: str = "/repo/x") -> str:
    places = Places({"originalUriBaseIds": bases or {}}, root, texts)
    return places.path_of(location(uri, base)["physicalLocation"]["artifactLocation"])[0]


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("./src/./a.py", "src/a.py"),
        ("src\\a.py", "src/a.py"),
        (".\\src\\a.py", "src/a.py"),
        ("src/x/../a.py", "src/a.py"),
        ("src/mit%20leer.py", "src/mit leer.py"),
        ("src/mit leer.py", "src/mit leer.py"),
        ("src/100%25.py", "src/100%.py"),
        ("src/100%.py", "src/100%.py"),
        ("src/%C3%A4.py", "src/ä.py"),
        ("we#ird.py", "we#ird.py"),
        ("src/a.py#L3", "src/a.py"),
        ("src/a.py?x=1", "src/a.py"),
        ("file:///repo/x/src/a.py", "src/a.py"),
        ("file:/repo/x/src/a.py", "src/a.py"),
        ("file://localhost/repo/x/src/a.py", "src/a.py"),
        ("/repo/x/new.py", "new.py"),
        ("/github/workspace/src/a.py", "src/a.py"),
        ("file:///github/workspace/src/a.py", "src/a.py"),
        ("/src/b.py", "b.py"),
        ("/home/runner/work/x/x/src/a.py", "src/a.py"),
        ("home/runner/work/x/x/src/a.py", "src/a.py"),
        ("/__w/x/x/src/a.py", "src/a.py"),
        ("file:///D:/a/x/x/src/a.py", "src/a.py"),
        ("D:\\a\\x\\x\\src\\a.py", "src/a.py"),
        ("/builds/group/x/src/a.py", "src/a.py"),
        ("/codebuild/output/src123/src/codestar.example/x/src/a.py", "src/a.py"),
        ("gone/since.py", "gone/since.py"),
    ],
)
def test_names_of_other_machines_are_recognised(uri: str, path: str) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    "uri",
    [
        "",
        ".",
        "/",
        "file:///",
        "../secret",
        "src/../../secret",
        "%2e%2e/secret",
        "..%2fsecret",
        "..\\secret",
        "/etc/passwd",
        "file:///etc/passwd",
        "file://server/share/src/a.py",
        "C:\\Windows\\win.ini",
        "/home/runner/work/x/x/../../../../etc/passwd",
        "/github/workspace/not/there.py",
        "http://example.org/src/a.py",
        "git://example.org/x.git",
        "git+https://example.org/x?path=src/a.py",
        "pkg:npm/lodash@4.17.15",
        "src/a.py%00.txt",
        "a" * 5000,
    ],
)
def test_what_is_no_file_of_the_repository_is_unread(uri: str) -> None:
    intake = read(run(result(locations=[location(uri, startLine=1)])), texts=texts, root="/repo/x")
    assert intake.findings == ()
    assert "result 0 of run 1 is not shown" in intake.unread[0].detail


@pytest.mark.parametrize(
    ("uri", "base", "bases", "path"),
    [
        ("src/a.py", "%SRCROOT%", {}, "src/a.py"),
        ("a.py", "S", {"S": {"uri": "src/", "uriBaseId": "R"}, "R": {"uri": "file:///repo/x/"}}, "src/a.py"),
        ("Dockerfile", "ROOTPATH", {"ROOTPATH": {"uri": "file:///repo/x/sub/"}}, "sub/Dockerfile"),
        ("src/a.py", "ROOTPATH", {"ROOTPATH": {"uri": "file:///var/agent/7/"}}, "src/a.py"),
        ("file:///var/agent/7/src/a.py", "", {"ROOTPATH": {"uri": "file:///var/agent/7/"}}, "src/a.py"),
        ("src/a.py", "WEB", {"WEB": {"uri": "https://example.org/x/"}}, "src/a.py"),
        ("src/a.py", "A", {"A": {"uriBaseId": "B"}, "B": {"uriBaseId": "A"}}, "src/a.py"),
        ("src/a.py", "A", {"A": 3}, "src/a.py"),
    ],
)  # fmt: skip
def test_bases_are_followed_and_cycles_end(uri: str, base: str, bases: dict[str, Any], path: str) -> None:
    assert path_of(uri, base, bases) == path


def test_an_artifact_may_be_named_by_its_index_alone() -> None:
    places = Places({"artifacts": [{"location": {"uri": "src/a.py"}}]}, "", texts)
    assert places.path_of({"index": 0}) == ("src/a.py", "")
    assert places.path_of({"index": 7}) == ("", "it names no file")


def test_the_folder_in_which_the_producer_ran_is_known() -> None:
    run_ = {"invocations": [{"workingDirectory": {"uri": "file:///opt/agent/job-7"}}]}
    assert Places(run_, "", texts).path_of({"uri": "/opt/agent/job-7/src/a.py"})[0] == "src/a.py"


def test_the_second_location_serves_where_the_first_leads_outside() -> None:
    intake = read(
        run(result(locations=[location("/etc/passwd", startLine=1), location("b.py", startLine=1)]))
    )
    assert [f.location.path for f in intake.findings] == ["b.py"]
    assert intake.unread == ()
