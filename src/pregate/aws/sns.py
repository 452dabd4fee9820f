"""
The verdict as a notification.

Source: Amazon SNS API Reference, "Publish": a message of at most 262,144 bytes, a subject of at most 100
ASCII characters without line ends that begins with a letter, a digit or a punctuation mark. With
``MessageStructure`` json each protocol has its own text: people get words by e-mail, programs JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from pregate.aws.calls import Need, Service
from pregate.aws.clients import Clients
from pregate.records import dataclass

NAME = "Amazon SNS"
MESSAGE_MAX = 262_144
# What attributes and names take of it.
ROOM = 2_000
SUBJECT_MAX = 100
_GROUP = re.compile(r"[^A-Za-z0-9._-]")


def actions() -> tuple[str, ...]:
    """The IAM actions that this takes; those of KMS for a topic that is encrypted."""
    return ("sns:Publish", "kms:GenerateDataKey", "kms:Decrypt")


def resources(topic: str) -> tuple[str, ...]:
    """The resources that they are for."""
    return (topic,)


@dataclass(frozen=True, slots=True)
class Notice:
    """
    What to tell. ``document`` is for programs; its list under ``findings`` is cut until the whole fits.

    ``text`` is for people. ``key`` names the run: a FIFO topic takes a second notice of it for the same.
    """

    subject: str
    text: str
    document: Mapping[str, Any]
    attributes: Mapping[str, str]
    group: str
    key: str


def publish(clients: Clients, topic: str, notice: Notice, service: Service | None = None) -> str:
    """Sends the notice to the topic, in the topic's own Region; gives the message's id."""
    caller = service or Service(NAME)
    need = Need("sns:Publish", topic)
    client = caller.call(lambda: clients.client("sns", topic.split(":")[3]), need)
    request: dict[str, Any] = {
        "TopicArn": topic,
        "Subject": subject_of(notice.subject),
        "Message": message_of(notice),
        "MessageStructure": "json",
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in notice.attributes.items()
            if value
        },
    }
    if topic.endswith(".fifo"):
        request["MessageGroupId"] = _GROUP.sub("-", notice.group)[:128]
        request["MessageDeduplicationId"] = hashlib.sha256(notice.key.encode()).hexdigest()
    answer = caller.call(lambda: client.publish(**request), need)
    return str(answer.get("MessageId", ""))


def subject_of(text: str) -> str:
    """``text`` as a subject: printable ASCII, at most 100 characters, not beginning with a blank."""
    plain = " ".join("".join(c if " " <= c <= "~" else "?" for c in text).split())
    return plain[:SUBJECT_MAX].rstrip() or "pregate"


def message_of(notice: Notice) -> str:
    """The message for every protocol, within the service's size; findings are left out from the end."""
    document = dict(notice.document)
    findings = list(document.get("findings", ()))
    text = notice.text
    while True:
        document["findings"] = findings
        document["findings_left_out"] = int(document["total"]) - len(findings)
        default = json.dumps(document, separators=(",", ":"))
        message = json.dumps({"default": default, "email": text}, separators=(",", ":"))
        if len(message.encode()) <= MESSAGE_MAX - ROOM:
            return message
        if findings:
            findings = findings[: len(findings) // 2]
        else:
            text = text[: len(text) // 2].rstrip() + "\n(cut)"
