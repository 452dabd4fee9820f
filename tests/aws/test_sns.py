"""The notice, with the real boto3: its subject, its size, and what each protocol gets."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pregate.aws.sns import MESSAGE_MAX, Notice, actions, message_of, publish, resources, subject_of
from pregate.errors import AwsError
from tests.fakeaws import FakeAws

NOTICE = Notice(
    subject="pregate FAILED: octo-org/octo-repo",
    text="FAILED: 2 new findings\n",
    document={"verdict": "failed", "total": 2, "findings": [{"rule": "a"}, {"rule": "b"}]},
    attributes={"verdict": "failed", "empty": ""},
    group="octo-org/octo-repo",
    key="run 7",
)


def test_a_notice_arrives_with_words_for_people_and_json_for_programs(aws: FakeAws) -> None:
    topic = aws.topic()
    assert publish(aws.clients(), topic, NOTICE)
    (call,) = aws.calls("sns", "Publish")
    assert call.request["Subject"] == NOTICE.subject
    message = json.loads(call.request["Message"])
    assert message["email"] == NOTICE.text
    assert json.loads(message["default"]) == {**NOTICE.document, "findings_left_out": 0}
    assert "empty" not in str(call.request)


def test_the_topic_is_reached_in_its_own_region(aws: FakeAws) -> None:
    publish(aws.clients(), aws.topic(region="us-east-1"), NOTICE)
    assert aws.calls("sns", "Publish")[0].region == "us-east-1"


def test_findings_are_left_out_until_the_message_fits(aws: FakeAws) -> None:
    many = [{"rule": f"r{n}", "message": "ü" * 400} for n in range(2000)]
    notice = replace(NOTICE, document={"total": len(many), "findings": many})
    message = message_of(notice)
    assert len(message.encode()) <= MESSAGE_MAX
    told = json.loads(json.loads(message)["default"])
    assert told["findings_left_out"] == len(many) - len(told["findings"]) > 0
    assert publish(aws.clients(), aws.topic(), notice)


def test_a_text_that_alone_is_too_long_is_cut_too() -> None:
    message = message_of(replace(NOTICE, text="x" * 400_000))
    assert len(message.encode()) <= MESSAGE_MAX
    assert json.loads(message)["email"].endswith("(cut)")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a\nb\x1b[0m ü", "a?b?[0m ?"),
        ("x" * 200, "x" * 100),
        (" \n ", "?"),
        ("", "pregate"),
    ],
)
def test_a_subject_is_printable_ascii_of_a_hundred_characters(text: str, subject: str) -> None:
    assert subject_of(text) == subject


def test_a_fifo_topic_gets_a_group_and_takes_a_run_once() -> None:
    sent: list[dict[str, str]] = []

    class Clients:
        def client(self, service: str, region: str = "") -> Clients:
            return self

        def publish(self, **request: str) -> dict[str, str]:
            sent.append(request)
            return {}

    topic = "arn:aws:sns:eu-west-1:111122223333:x.fifo"
    assert publish(Clients(), topic, NOTICE) == ""
    publish(Clients(), topic, NOTICE)
    assert sent[0]["MessageGroupId"] == "octo-org-octo-repo"
    assert sent[0]["MessageDeduplicationId"] == sent[1]["MessageDeduplicationId"]


def test_its_actions_on_its_resources_are_all_that_it_needs(aws: FakeAws) -> None:
    topic = aws.topic()
    statement = {"Effect": "Allow", "Action": list(actions()), "Resource": list(resources(topic))}
    user = aws.user("narrow", [{"Version": "2012-10-17", "Statement": [statement]}])
    assert publish(aws.clients(user), topic, NOTICE)
    with pytest.raises(AwsError) as caught:
        publish(aws.clients(user), aws.topic("other"), NOTICE)
    assert (
        '"Action": "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:111122223333:other"' in caught.value.hint
    )
