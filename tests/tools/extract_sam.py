"""
The policy templates and connector profiles of AWS SAM, for ``pregate.iam.sam``.

``python -m tests.tools.extract_sam aws_sam_translator-VERSION-py3-none-any.whl`` writes
``src/pregate/iam/data/sam.json``. Source: the package aws-sam-translator (Apache-2.0); statements and names
of parameters only, no descriptions. A Lambda permission is written as the statement that it stands for.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[2] / "src" / "pregate" / "iam" / "data" / "sam.json"
_KINDS = {
    "AWS_IAM_ROLE_MANAGED_POLICY": ("identity", ""),
    "AWS_LAMBDA_PERMISSION": ("resource", "AWS::Lambda::Function"),
    "AWS_SNS_TOPIC_POLICY": ("resource", "AWS::SNS::Topic"),
    "AWS_SQS_QUEUE_POLICY": ("resource", "AWS::SQS::Queue"),
}


def policy_templates(published: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"parameters": sorted(value["Parameters"]), "statement": value["Definition"]["Statement"]}
        for name, value in sorted(published["Templates"].items())
    }


def connectors(published: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for source, targets in published["Permissions"].items():
        for target, profile in targets.items():
            kind, attached = _KINDS[profile["Type"]]
            categories = profile["Properties"]["AccessCategories"]
            found[f"{source} {target}"] = {
                "kind": kind,
                "type": attached,
                "statements": {name: _statements(value) for name, value in sorted(categories.items())},
            }
    return dict(sorted(found.items()))


def _statements(category: dict[str, Any]) -> list[Any]:
    if "Statement" in category:
        statements = category["Statement"]
        return list(statements) if isinstance(statements, list) else [statements]
    return [
        {
            "Effect": "Allow",
            "Principal": {"Service": category["Principal"]},
            "Action": category["Action"],
            "Resource": "%{Destination.Arn}",
            "Condition": {"ArnLike": {"aws:SourceArn": category["SourceArn"]}},
        }
    ]


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        templates = "samtranslator/policy_templates_data/policy_templates.json"
        profiles = "samtranslator/model/connector_profiles/profiles.json"
        date = "-".join(f"{part:02}" for part in archive.getinfo(templates).date_time[:3])
        value = {
            "source": f"aws-sam-translator {Path(wheel).name.split('-')[1]} (Apache-2.0), {date}",
            "notice": "Copyright 2018 Amazon.com, Inc. or its affiliates. All Rights Reserved.",
            "policy_templates": policy_templates(json.loads(archive.read(templates))),
            "connectors": connectors(json.loads(archive.read(profiles))),
        }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
