"""Code scanning of the fake GitHub: uploads through the real PyGithub's requester, limits, alerts."""

from __future__ import annotations

import base64
import gzip
import json
import secrets
from typing import Any

import github
import pytest

from tests.fakehub import sarif
from tests.fakehub.conftest import Scene

HEAD = "refs/pull/7/merge"
Json = dict[str, Any]


def result(line: int = 1, rule: str = "a/b", **more: Any) -> Json:
    region = {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": 5}
    place = {"artifactLocation": {"uri": "a.py"}, "region": region}
    return {
        "ruleId": rule,
        "message": {"text": "bad"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": f"{line:x}:1"},
    } | more


def rule(name: str = "a/b", **more: Any) -> Json:
    text = {"text": "words"}
    properties = {"tags": ["security"], "security-severity": "7.5"}
    return {
        "id": name,
        "shortDescription": text,
        "fullDescription": text,
        "help": text,
        "properties": properties,
    } | more


def run(*results: Json, category: str = "pregate/python/", rules: list[Json] | None = None) -> Json:
    driver = {"name": "pregate", "version": "1", "rules": [rule()] if rules is None else rules}
    return {"tool": {"driver": driver}, "automationDetails": {"id": category}, "results": list(results)}


def log(*runs: Json) -> Json:
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": list(runs),
    }


def packed(data: Json) -> str:
    return base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()


def upload(scene: Scene, data: Json | str, ref: str = HEAD, sha: str = "", **permissions: Any) -> Json:
    """The answer to an upload."""
    requester = scene.client(**permissions).requester
    sent = {
        "commit_sha": sha or scene.pull.head_sha,
        "ref": ref,
        "sarif": data if isinstance(data, str) else packed(data),
    }
    path = "/repos/octo-org/octo-repo/code-scanning/sarifs"
    answer: Json = requester.requestJsonAndCheck("POST", path, input=sent)[1]
    return answer


def processed(scene: Scene, data: Json) -> Json:
    """What is said of an upload once it is processed."""
    url = upload(scene, data)["url"]
    requester = scene.client().requester
    while (answer := requester.requestJsonAndCheck("GET", url)[1])["processing_status"] == "pending":
        pass
    found: Json = answer
    return found


def alerts(scene: Scene, ref: str = HEAD, state: str = "open") -> list[tuple[str, int]]:
    path = f"/repos/octo-org/octo-repo/code-scanning/alerts?ref={ref}&state={state}"
    found = scene.client().requester.requestJsonAndCheck("GET", path)[1]
    lines = [(a["rule"]["id"], a["most_recent_instance"]["location"]["start_line"]) for a in found]
    return sorted(lines)


def test_an_upload_is_pending_then_complete(scene: Scene) -> None:
    scene.repo.sarif_polls = 2
    url = upload(scene, log(run(result())))["url"]
    requester = scene.client().requester
    seen = [requester.requestJsonAndCheck("GET", url)[1]["processing_status"] for _ in range(3)]
    assert seen == ["pending", "pending", "complete"]
    (kept,) = scene.repo.analyses
    assert (kept.ref, kept.commit_sha, kept.categories) == (HEAD, scene.pull.head_sha, ["pregate/python"])
    assert kept.sarif == log(run(result()))


def test_an_upload_replaces_the_one_of_its_ref_tool_and_category(scene: Scene) -> None:
    upload(scene, log(run(result(1), result(2)), run(result(3), category="pregate/secrets/")))
    upload(scene, log(run(result(2))))
    assert alerts(scene) == [("a/b", 2), ("a/b", 3)]
    assert alerts(scene, state="fixed") == [("a/b", 1)]
    found = scene.real().get_codescan_alerts()
    assert list(found) == []  # nothing on the default branch
    path = "/repos/octo-org/octo-repo/code-scanning/analyses"
    analyses = scene.client().requester.requestJsonAndCheck("GET", path)[1]
    assert [(a["category"], a["results_count"]) for a in analyses] == [
        ("pregate/python", 1),
        ("pregate/secrets", 1),
        ("pregate/python", 2),
    ]


def test_an_alert_comes_back(scene: Scene) -> None:
    for results in ([result(1)], [], [result(1)]):
        upload(scene, log(run(*results)))
    assert alerts(scene) == [("a/b", 1)]
    assert len(scene.repo.alerts) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (log(run(), run()), "same category"),
        (log(*(run(category=f"{n}/") for n in range(21))), "more runs"),
        (log(run(*[result()] * 25_001)), "more results"),
        (log(run(rules=[rule()] * 25_001)), "more rules"),
        (log(run(rules=[rule(properties={"tags": ["t"] * 21})])), "more tags"),
        (log(run(result(locations=result()["locations"] * 1001))), "more locations"),
        (log(run(rules=[rule(properties={"security-severity": "undefined"})])), "security-severity"),
        (log(run(rules=[rule(help={"text": ""})])), "help.text"),
        (log(run(rules=[rule(shortDescription={"text": "x" * 1025})])), "shortDescription"),
        (log(run(result(locations=[]))), "location"),
        (log(run(result(message={"text": ""}))), "message"),
        (log(run(result(0))), "minimum value of 1"),
        (log(), "runs"),
        (log(run()) | {"version": "2.0.0"}, "version"),
    ],
)
def test_a_file_beyond_the_limits_fails_in_its_processing(scene: Scene, data: Json, words: str) -> None:
    found = processed(scene, data)
    assert found["processing_status"] == "failed"
    assert words in " ".join(found["errors"])
    assert scene.repo.alerts == []


def test_a_result_without_githubs_fingerprint_is_a_violation(scene: Scene) -> None:
    upload(scene, log(run(result(partialFingerprints={}))))
    scene.expected("primaryLocationLineHash")


@pytest.mark.parametrize("text", ["%%%", "eA==", base64.b64encode(gzip.compress(b"[]", mtime=0)).decode()])
def test_what_is_no_packed_log_is_refused(scene: Scene, text: str) -> None:
    with pytest.raises(github.GithubException) as caught:
        upload(scene, text)
    assert caught.value.status == 400


def test_a_packed_file_over_ten_megabytes_is_refused(scene: Scene) -> None:
    noise = base64.b64encode(secrets.token_bytes(sarif.PACKED_LIMIT + 1)).decode()
    with pytest.raises(github.GithubException) as caught:
        upload(scene, noise)
    assert caught.value.status == 413


@pytest.mark.parametrize(
    "ref", ["refs/heads/gh-readonly-queue/main/pr-7-0123", "refs/heads/none", "refs/pull/8/head"]
)
def test_a_ref_that_is_not_there_is_not_found(scene: Scene, ref: str) -> None:
    with pytest.raises(github.UnknownObjectException, match="not found in this repository"):
        upload(scene, log(run()), ref)


def test_a_branch_and_both_refs_of_a_pull_request_are_there(scene: Scene) -> None:
    for ref in ("refs/heads/main", "refs/heads/topic", "refs/pull/7/head"):
        assert upload(scene, log(run()), ref)["id"]


def test_a_commit_that_is_not_there_is_not_found(scene: Scene) -> None:
    with pytest.raises(github.UnknownObjectException, match="commit"):
        upload(scene, log(run()), sha="0" * 40)


@pytest.mark.parametrize(
    "words", ["", "Code Security must be enabled for this repository to use code scanning."]
)
def test_without_code_scanning_nothing_is_taken(scene: Scene, words: str) -> None:
    scene.repo.code_scanning, scene.repo.code_scanning_message = False, words
    with pytest.raises(github.GithubException, match=words or "Advanced Security must be enabled") as caught:
        upload(scene, log(run()))
    assert caught.value.status == 403


def test_uploading_wants_its_permission(scene: Scene) -> None:
    with pytest.raises(github.GithubException, match="Resource not accessible by integration"):
        upload(scene, log(run()), security_events="read")
