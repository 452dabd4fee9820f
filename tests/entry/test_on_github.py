"""
The action on a pull request, with the real PyGithub before a GitHub of our own: what a reviewer finds there.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.entry.site import SHELL, Site, make_site
from tests.fakehub.hub import FakeHub
from tests.harness import events
from tests.hooktools import CLEAN, LEAK


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    return make_site(tmp_path, hub)


# ---------------------------------------------------------------------------------------------- first run


def test_a_leak_is_commented_remarked_and_uploaded(site: Site) -> None:
    result = site.run(site.push(leak_py=LEAK))
    assert result.exit_code == 1
    (body,) = site.ours
    assert "❌ pregate: failed" in body
    assert f"/blob/{site.pull.head_sha}/leak.py#L1>)" in body
    (thread,) = site.pull.threads
    assert (thread.path, thread.line, thread.side) == ("leak.py", 1, "RIGHT")
    (analysis,) = site.remote.analyses
    assert (analysis.ref, analysis.commit_sha) == (f"refs/pull/{site.pull.number}/merge", site.pull.merge_sha)
    assert result.outputs["sarif-id"] == analysis.id
    assert result.outputs["comment-url"].endswith(f"#issuecomment-{site.pull.comments[0].id}")


def test_a_finding_with_a_remark_is_not_annotated_on_the_same_line_again(site: Site) -> None:
    assert not site.run(site.push(leak_py=LEAK)).of_kind("error")
    assert site.run(site.push(), review="false").of_kind("error")


def test_nothing_that_is_sent_or_kept_holds_the_secret(site: Site) -> None:
    result = site.run(site.push(leak_py=LEAK + SHELL), check_run="true", upload_sarif="always")
    texts = [site.said(), result.text, result.stderr, result.summary, *result.outputs.values()]
    texts += [p.read_text() for p in (site.repo.path / "pregate-reports").iterdir()]
    assert not [text for text in texts if LEAK[7:27] in text]


def test_the_token_is_nowhere_but_in_the_requests_header(site: Site) -> None:
    result = site.runner.run(site.push(leak_py=LEAK), {"offline": "true"}, RUNNER_DEBUG="1")
    texts = [site.said(), result.text, result.stderr, result.summary, *result.outputs.values()]
    assert not [text for text in texts if site.runner.token in text]


def test_the_outputs_hold_everything_as_json(site: Site) -> None:
    result = site.run(site.push(leak_py=LEAK + SHELL))
    whole = json.loads(result.outputs["result"])
    assert whole["verdict"] == "failed"
    assert whole["new"] == int(result.outputs["new"]) > whole["failing"] == 2
    assert whole["checks"]["secrets"] == {"new": {"critical": 1}}
    assert whole["checks"]["python"]["new"] == {"high": 1}
    assert {"sarif", "json", "sarif-id", "comment-url", "total"} <= set(whole)


def test_a_clean_pull_request_has_no_comment_and_closes_alerts(site: Site) -> None:
    assert site.run(site.push(more_py=CLEAN)).exit_code == 0
    assert not site.ours
    assert not site.pull.reviews
    assert len(site.remote.analyses) == 1


def test_always_comments_on_a_clean_pull_request(site: Site) -> None:
    site.run(site.push(more_py=CLEAN), comment="always")
    assert "✅ pregate: passed" in site.ours[0]


def test_never_leaves_the_conversation_alone(site: Site) -> None:
    site.run(site.push(leak_py=LEAK), comment="never", review="false", upload_sarif="never")
    assert not site.hub.log


def test_suppressions_that_the_change_adds_are_told_to_the_reviewer(site: Site) -> None:
    site.run(site.push(quiet_py=SHELL.replace("shell=True)", "shell=True)  # nosec B602")))
    assert "### Suppressions that this change adds" in site.ours[0]
    assert "`# nosec B602`" in site.ours[0]


def test_a_gate_that_never_fails_shows_what_it_found(site: Site) -> None:
    result = site.run(site.push(leak_py=LEAK), fail_on="none")
    assert result.exit_code == 0
    assert "secrets/AWSKeyDetector" in site.ours[0]
    assert len(site.pull.threads) == 1


def test_lines_are_those_of_the_head_where_the_base_has_moved(site: Site) -> None:
    text = "".join(f"x{n} = {n}\n" for n in range(20))
    site.repo.write("long.py", text).commit("long")
    site.base = site.repo.head
    site.repo.branch("topic").write("long.py", text + SHELL)
    head = site.repo.commit("shell").head
    site.repo.checkout("main").write("long.py", "# one\n# two\n# three\n" + text).commit("moved")
    result = site.run(site.merged(head))
    assert result.exit_code == 1
    (thread,) = [t for t in site.pull.threads if t.path == "long.py"]
    assert thread.line == 22
    assert f"/blob/{head}/long.py#L22>)" in site.ours[0]
    sarif = site.remote.analyses[0].sarif
    regions = [
        r["locations"][0]["physicalLocation"]["region"]["startLine"]
        for run in sarif["runs"]
        for r in run["results"]
        if r["ruleId"] == "python/B602"
    ]
    assert regions == [25]


def test_the_head_itself_can_be_what_is_checked_out(site: Site) -> None:
    event = site.push(leak_py=LEAK)
    site.repo.checkout(site.pull.head_sha)
    assert site.run(event).exit_code == 1
    (analysis,) = site.remote.analyses
    assert (analysis.ref, analysis.commit_sha) == (f"refs/pull/{site.pull.number}/head", site.pull.head_sha)
    assert site.pull.threads[0].line == 1


def test_a_name_that_is_no_utf8_is_in_the_summary_and_has_no_remark(site: Site) -> None:
    site.repo.branch("topic").write(b"caf\xe9.py", SHELL)
    result = site.run(site.merged(site.repo.commit("odd").head))
    assert result.exit_code == 1
    assert r"caf\xe9.py" in site.ours[0]
    assert not site.pull.threads


def test_text_of_the_tree_forges_no_marker_mention_or_link(site: Site) -> None:
    name = "<!-- pregate:summary tag= -->\n@octocat [x](http://evil.example)<img src=x>_py"
    site.run(site.push(**{name: SHELL, "leak_py": LEAK}))
    (body,) = site.ours
    inert = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", body.partition("\n")[2], flags=re.DOTALL)
    assert "<!--" not in inert
    assert "@octocat" not in inert
    assert "<img" not in inert
    assert "](http://evil" not in inert


def test_a_certain_fix_is_offered_as_a_suggestion_on_exactly_its_lines(site: Site) -> None:
    site.run(
        site.push(call_py="import yaml\n\ndata = yaml.load(stream, Loader=yaml.Loader)\n"), fail_on="low"
    )
    (thread,) = site.pull.threads
    assert (thread.line, thread.start_line) == (3, None)
    assert "```suggestion\ndata = yaml.safe_load(stream)\n```" in thread.comments[0].body
    site.run(
        site.push(more_py="import yaml\nyaml.load(x, yaml.Loader)\n"), fail_on="low", suggestions="false"
    )
    assert "```suggestion" not in site.pull.threads[-1].comments[0].body


def test_no_suggestion_is_made_for_lines_that_the_change_does_not_add(site: Site) -> None:
    text = "import requests\nrequests.get(\n    url,\n)\n"
    site.repo.write("call.py", text).commit("before")
    site.run(site.push(call_py=text.replace("get(", "post(")), fail_on="low")
    (thread,) = site.pull.threads
    assert thread.line == 2
    assert "```suggestion" not in thread.comments[0].body


def test_a_secret_that_only_the_history_holds_is_in_the_comment_with_its_commit(site: Site) -> None:
    site.repo.branch("topic").write("leak.py", LEAK)
    leaked = site.repo.commit("leak").head
    site.repo.write("leak.py", CLEAN)
    result = site.run(site.merged(site.repo.commit("oops").head))
    assert result.exit_code == 1
    (body,) = site.ours
    assert f"/blob/{leaked}/leak.py#L1>)" in body
    assert "Revoke or rotate it first" in body
    assert not site.pull.threads
    (annotation,) = result.of_kind("error")
    assert "file" not in annotation.properties
    assert f"of commit {leaked[:12]}" in annotation.message
    results = [r for run in site.remote.analyses[0].sarif["runs"] for r in run["results"]]
    assert "leak.py" not in json.dumps(results)


# ---------------------------------------------------------------------------------------------- later runs


def test_an_unchanged_result_writes_nothing_and_asks_little(site: Site) -> None:
    event = site.push(leak_py=LEAK + SHELL)
    site.run(event)
    before = site.ours
    site.sent()
    site.run(event)
    calls = site.sent()
    assert site.ours == before
    assert len(site.pull.threads) == 2
    written = [c.path for c in calls if c.is_change]
    assert [path for path in written if not path.endswith("/code-scanning/sarifs")] == []
    assert len(calls) <= 12


def test_what_stays_is_not_said_again_on_the_next_push(site: Site) -> None:
    site.run(site.push(leak_py=LEAK))
    site.run(site.push(other_py=SHELL))
    assert sorted(t.path for t in site.pull.threads) == ["leak.py", "other.py"]
    assert len(site.pull.reviews) == 2
    assert len(site.ours) == 1


def test_a_fix_is_said_and_its_remark_resolved(site: Site) -> None:
    site.run(site.push(bad_py=SHELL))
    result = site.run(site.push(bad_py=CLEAN))
    assert result.exit_code == 0
    assert "✅ pregate: passed" in site.ours[0]
    assert "What was reported here is fixed." in site.ours[0]
    (thread,) = site.pull.threads
    assert thread.comments[0].minimized == "OUTDATED" or thread.is_resolved


def test_what_only_fails_no_more_is_not_called_fixed(site: Site) -> None:
    site.run(site.push(bad_py=SHELL))
    assert site.run(site.push(more_py=CLEAN), fail_on="critical").exit_code == 0
    assert "is fixed" not in site.ours[0]
    assert "fails the gate any more" in site.ours[0]


def test_without_a_look_at_everything_nothing_is_called_fixed(site: Site) -> None:
    site.run(site.push(bad_py=SHELL))
    requirements = {"requirements.txt": "six==1.16.0\n"}
    result = site.run(site.push(bad_py=CLEAN, **requirements), checks="secrets,python,dependencies")
    assert result.exit_code == 0
    assert "is fixed" not in site.ours[0]
    assert "dependencies was **skipped**" in site.ours[0]


@pytest.mark.parametrize(("wish", "minimized", "left"), [("minimize", "RESOLVED", 1), ("delete", "", 0)])
def test_a_comment_with_nothing_left_to_say_goes_as_configured(
    site: Site, wish: str, minimized: str, left: int
) -> None:
    site.run(site.push(bad_py=SHELL), comment_when_fixed=wish)
    site.run(site.push(bad_py=CLEAN), comment_when_fixed=wish)
    assert len(site.ours) == left
    assert site.pull.comments[0].minimized == minimized


def test_a_hidden_comment_is_shown_again_when_there_is_something_to_say(site: Site) -> None:
    site.run(site.push(bad_py=SHELL), comment_when_fixed="minimize")
    site.run(site.push(bad_py=CLEAN), comment_when_fixed="minimize")
    site.run(site.push(bad_py=SHELL), comment_when_fixed="minimize")
    assert site.pull.comments[0].minimized == ""
    assert "failed" in site.ours[0]


def test_a_remark_that_somebody_answered_stays(site: Site) -> None:
    site.run(site.push(bad_py=SHELL))
    site.pull.threads[0].reply("This one is needed.")
    site.run(site.push(bad_py=CLEAN))
    (thread,) = site.pull.threads
    assert not thread.is_resolved
    assert not thread.comments[0].minimized


def test_two_jobs_with_names_of_their_own_do_not_meet(site: Site) -> None:
    site.remote.sarif_polls = 1  # a run waits for GitHub; elsewhere the stand-in is done at once
    event = site.push(bad_py=SHELL)
    site.run(event, comment_tag="linux", category="linux")
    site.run(event, comment_tag="mac", category="mac")
    assert len(site.ours) == 2
    assert len(site.pull.threads) == 2
    site.run(site.push(bad_py=CLEAN), comment_tag="mac", category="mac")
    assert sorted("failed" in body for body in site.ours) == [False, True]
    categories = {run["automationDetails"]["id"] for a in site.remote.analyses for run in a.sarif["runs"]}
    assert {"pregate/python/linux/", "pregate/python/mac/"} <= categories


def test_a_run_that_was_overtaken_says_nothing(site: Site) -> None:
    event = site.push(bad_py=SHELL)
    site.push(bad_py=CLEAN)
    site.repo.checkout("merge-1")
    result = site.run(event)
    assert result.exit_code == 1
    assert "moved on" in result.text
    assert not site.ours
    assert not site.pull.threads


def test_a_check_run_is_titled_with_the_verdict(site: Site) -> None:
    site.run(site.push(bad_py=SHELL), check_run="true")
    (run,) = site.remote.check_runs
    assert run.head_sha == site.pull.head_sha
    assert run.conclusion == "failure"
    assert (run.title or "").startswith("FAILED: 1 new finding at or over high (1 python)")
    assert run.name == "pregate"


def annotated(site: Site) -> list[tuple[str, int]]:
    """Where the check runs that were sent have annotations."""
    sent = [call.body for call in site.hub.log if call.path.endswith("/check-runs") and call.is_change]
    marks = [mark for body in sent for mark in body["output"].get("annotations", ())]
    return [(mark["path"], mark["start_line"]) for mark in marks]


def test_the_annotations_of_a_check_run_are_on_the_heads_lines(site: Site) -> None:
    text = "".join(f"x{n} = {n}\n" for n in range(20))
    site.repo.write("long.py", text).commit("long")
    head = site.repo.branch("topic").write("long.py", text + SHELL).commit("shell").head
    site.repo.checkout("main").write("long.py", "# one\n# two\n" + text).commit("moved")
    site.run(site.merged(head), check_run="true")
    assert ("long.py", 22) in annotated(site)
    assert ("long.py", 24) not in annotated(site)


def test_a_name_that_is_no_utf8_costs_no_check_run(site: Site) -> None:
    site.repo.branch("topic").write(b"caf\xe9.py", SHELL).write("bad.py", SHELL)
    site.run(site.merged(site.repo.commit("odd").head), check_run="true")
    assert {path for path, _ in annotated(site)} == {"bad.py"}


@pytest.mark.parametrize("end", ["keep", "delete"])
def test_what_a_part_of_the_pull_request_does_not_show_is_not_taken_for_gone(site: Site, end: str) -> None:
    site.run(site.push(bad_py=SHELL), comment_when_fixed=end)
    before = site.pull.head_sha
    event = site.push(more_py=CLEAN)
    result = site.run(event, base=before, head=site.pull.head_sha, comment_when_fixed=end)
    assert result.exit_code == 0
    (thread,) = site.pull.threads
    assert not thread.is_resolved
    assert not thread.comments[0].minimized
    assert "is fixed" not in site.ours[0]
    assert len(site.remote.analyses) == 1
    assert "a part of the pull request" in result.text


@pytest.mark.parametrize("named", ["main", "first"])
def test_inputs_that_name_the_whole_pull_request_are_as_good_as_none(site: Site, named: str) -> None:
    site.repo.git("branch", "first", site.base)
    site.repo.write("more.py", CLEAN).commit("more")
    site.run(site.push(bad_py=SHELL), base=named)
    site.run(site.push(bad_py=CLEAN), base=named)
    (thread,) = site.pull.threads
    assert thread.is_resolved or thread.comments[0].minimized
    assert "is fixed" in site.ours[0]
    assert len(site.remote.analyses) == 2


# ------------------------------------------------------------------------------------------ rights and faults


def test_a_fork_is_judged_without_rights_and_without_noise(site: Site, hub: FakeHub) -> None:
    site.runner.token = hub.token(fork=True)
    site.repo.branch("topic").write("bad.py", SHELL)
    event = site.merged(site.repo.commit("bad").head, fork="stranger/octo-repo")
    result = site.run(event)
    assert result.exit_code == 1
    assert not result.of_kind("warning")
    assert [a.properties["file"] for a in result.of_kind("error")] == ["bad.py"]
    assert "bad.py" in result.summary
    assert "docs/forks.md" in result.text
    assert result.outputs["sarif"]
    # The upload and the review; the comment needs the same right as the review.
    assert len([c for c in site.sent() if c.is_change]) == 2


def test_dependabots_pull_request_is_commented_with_the_rights_that_its_job_has(
    tmp_path: Path, hub: FakeHub
) -> None:
    site = make_site(tmp_path, hub, contents="read", pull_requests="write")
    result = site.runner.run(site.push(bad_py=SHELL), {"offline": "true"}, GITHUB_ACTOR="dependabot[bot]")
    assert result.exit_code == 1
    assert "(a run of Dependabot's)" in result.text
    assert len(site.ours) == 1
    assert len(site.pull.threads) == 1


def test_without_a_token_nothing_is_asked(site: Site) -> None:
    site.runner.token = ""
    assert site.run(site.push(bad_py=SHELL)).exit_code == 1
    assert not site.hub.log


@pytest.mark.parametrize(
    ("rights", "missing"),
    [
        ({"contents": "read", "security_events": "write"}, "pull-requests: write"),
        ({"contents": "read", "pull_requests": "write"}, "security-events: write"),
    ],
)
def test_a_permission_that_is_missing_is_named_and_costs_only_its_part(
    tmp_path: Path, hub: FakeHub, rights: dict[str, str], missing: str
) -> None:
    site = make_site(tmp_path, hub, **rights)
    result = site.run(site.push(bad_py=SHELL))
    assert result.exit_code == 1
    assert any(missing in a.message for a in result.annotations)
    assert bool(site.ours) is ("pull_requests" in rights)
    assert bool(site.remote.analyses) is ("security_events" in rights)


@pytest.mark.parametrize(("wish", "kind"), [("auto", "notice"), ("always", "warning")])
def test_code_scanning_that_is_off_changes_no_verdict(site: Site, wish: str, kind: str) -> None:
    site.remote.code_scanning = False
    result = site.run(site.push(bad_py=CLEAN), upload_sarif=wish)
    assert result.exit_code == 0
    (warning,) = result.of_kind(kind)
    assert "Advanced Security" in warning.message
    assert "upload-sarif: never" in warning.message
    assert (site.repo.path / result.outputs["sarif"]).exists()


def test_a_required_upload_that_is_refused_makes_the_step_incomplete(site: Site) -> None:
    site.remote.code_scanning = False
    result = site.run(site.push(bad_py=CLEAN), require_upload="true")
    assert result.exit_code == 3
    assert result.outputs["exit-code"] == "3"
    assert result.outputs["verdict"] == "passed"
    assert "require-upload" in result.outputs["reason"]


def test_github_that_answers_nothing_changes_no_verdict(site: Site) -> None:
    site.hub.fail("*", ".", status=503, times=1000)
    result = site.run(site.push(bad_py=SHELL))
    assert result.exit_code == 1
    assert result.of_kind("warning")
    assert result.of_kind("error")


def test_addresses_that_cannot_be_right_change_no_verdict(site: Site) -> None:
    site.runner.urls = site.runner.urls | {"GITHUB_GRAPHQL_URL": "https://elsewhere.example/graphql"}
    result = site.run(site.push(bad_py=SHELL), require_upload="true")
    assert result.outputs["verdict"] == "failed"
    assert result.exit_code == 3  # for the upload that is required
    assert "different hosts" in result.of_kind("warning")[0].message
    assert result.of_kind("error")[0].properties["file"] == "bad.py"


def test_answers_that_are_lost_double_nothing(site: Site) -> None:
    for path in ("/issues/", "/reviews", "/sarifs"):
        site.hub.fail("POST", path, status=502, applied=True)
    site.run(site.push(bad_py=SHELL))
    assert len(site.ours) == 1
    assert len(site.pull.threads) == 1


# ---------------------------------------------------------------------------------------------- other events


def test_a_push_to_the_default_branch_uploads_nothing_partial(site: Site) -> None:
    site.repo.write("bad.py", SHELL).commit("bad")
    result = site.run(events.push(site.base, site.repo.head))
    assert result.exit_code == 1
    assert not site.remote.analyses
    assert "would close the alerts" in result.text


@pytest.mark.parametrize("wish", [{"upload_sarif": "always"}, {"scan": "all"}])
def test_a_push_can_upload_the_whole_tree(site: Site, wish: dict[str, str]) -> None:
    site.repo.write("bad.py", SHELL).commit("bad")
    result = site.run(events.push(site.base, site.repo.head), **wish)
    assert result.exit_code == 1
    (analysis,) = site.remote.analyses
    assert (analysis.ref, analysis.commit_sha) == ("refs/heads/main", site.repo.head)
    found = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for run in analysis.sarif["runs"]
        for r in run["results"]
    }
    assert {"bad.py", "old.py"} <= found


def test_a_schedule_uploads_the_whole_tree(site: Site) -> None:
    site.run(events.schedule(site.base))
    (analysis,) = site.remote.analyses
    assert analysis.ref == "refs/heads/main"


def test_a_checkout_of_another_commit_than_the_events_is_not_uploaded(site: Site) -> None:
    site.repo.branch("other").write("bad.py", SHELL).commit("bad")
    result = site.run(events.schedule(site.base))
    assert not site.remote.analyses
    assert "not the commit of the event" in result.text


def test_a_required_upload_that_cannot_be_named_makes_the_step_incomplete(site: Site) -> None:
    site.repo.branch("other").write("more.py", CLEAN).commit("more")
    result = site.run(events.schedule(site.base), require_upload="true", fail_on="none")
    assert result.exit_code == 3
    assert "not the commit of the event" in result.of_kind("warning")[0].message


def test_an_upload_that_is_not_due_is_not_required(site: Site) -> None:
    site.repo.write("more.py", CLEAN).commit("more")
    assert site.run(events.push(site.base, site.repo.head), require_upload="true").exit_code == 0


def test_a_merge_group_is_judged_and_not_uploaded(site: Site) -> None:
    site.push(bad_py=SHELL)
    result = site.run(events.merge_group(site.base, site.repo.head))
    assert result.exit_code == 1
    assert not site.remote.analyses
    assert "merge queue" in result.text


def test_a_check_that_is_not_whole_is_not_uploaded(site: Site) -> None:
    result = site.run(site.push(broken_py="def f(:\n"))
    assert result.exit_code == 3
    (analysis,) = site.remote.analyses
    assert [run["automationDetails"]["id"] for run in analysis.sarif["runs"]] == ["pregate/secrets/"]
    assert "python is not uploaded" in result.text


@pytest.mark.parametrize(
    "inputs",
    [
        {"comment": "sometimes"},
        {"upload_sarif": "yes"},
        {"comment_when_fixed": "burn"},
        {"comment_tag": "a--b"},
        {"comment_tag": "a b"},
        {"category": "a//b"},
        {"comment": "always", "comment_when_fixed": "delete"},
        {"require_upload": "true", "upload_sarif": "never"},
        {"mode": "both"},
    ],
)
def test_a_wish_that_cannot_be_meant_is_a_usage_error(site: Site, inputs: dict[str, str]) -> None:
    result = site.run(site.push(more_py=CLEAN), **inputs)
    assert result.exit_code == 2
    assert result.outputs["verdict"] == "error"
