"""The verdict as a notice for people and programs."""

from __future__ import annotations

import json
from dataclasses import replace

from pregate.model import Decision, State
from pregate.report.notice import Where, document, render_text, subject_of
from tests.report import sample

WHERE = Where(
    "octo-org/octo-repo", "ab" * 20, "https://run", "https://pull/1", "s3://bucket/x/", "https://signed"
)


def test_the_subject_says_verdict_repository_and_number() -> None:
    assert (
        subject_of(sample.failed(), WHERE) == "pregate FAILED: octo-org/octo-repo: 2 findings at or over high"
    )


def test_people_get_headline_addresses_and_the_worst_findings() -> None:
    text = render_text(sample.failed(), WHERE)
    assert text.startswith("FAILED: ")
    for words in (WHERE.repository, WHERE.commit, WHERE.run_url, WHERE.pull_url, WHERE.reports, WHERE.link):
        assert words in text
    assert "- critical secrets/aws-access-key: AWS access key (deploy/settings.py:3:8)" in text


def test_what_is_not_known_is_not_mentioned() -> None:
    text = render_text(sample.clean(), Where("o/r"))
    assert text.splitlines()[1:] == ["", "Repository: o/r"]


def test_many_findings_are_counted() -> None:
    many = tuple(sample.judged(State.NEW, replace(sample.shell_finding(), ordinal=n)) for n in range(15))
    text = render_text(sample.verdict_of(many, sample.outcomes()[:2], Decision.FAILED), WHERE)
    assert "and 5 more" in text


def test_programs_get_counts_and_every_finding_that_fails() -> None:
    made = document(sample.full(), WHERE)
    assert json.loads(json.dumps(made)) == made
    assert made["counts"]["by_state"] == {"new": 5, "below-threshold": 2, "pre-existing": 1, "suppressed": 1}
    assert made["counts"]["new_by_severity"]["critical"] == 1
    assert made["total"] == len(made["findings"]) == 5
    assert made["exit_code"] == 3


def test_text_of_the_tree_is_written_out() -> None:
    assert render_text(sample.full(), WHERE).replace("\n", "").isprintable()
    assert json.dumps(document(sample.full(), WHERE), ensure_ascii=False).isprintable()
