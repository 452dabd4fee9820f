"""Whatever a document holds, the reports that are made of it are valid and can be read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from pregate import policy
from pregate.config import Config
from pregate.engine.intake import Document, Terms, outcomes_of
from pregate.model import Blob, ChangeSet, Mode, Unread
from pregate.report import json_report, sarif
from pregate.report.reading import read_report
from pregate.report.sarif.upload import prepare
from tests.intake.sample import FILES
from tests.intake.test_fixtures import DOCUMENTS, JUNK, SPOTS, damaged

SCHEMA = Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json"
HEAD = "a" * 40


class Tree:
    """The fixtures' tree as the only snapshot."""

    def find(self, revision: str, path: str) -> Blob | None:
        return Blob(path, "", Mode.FILE, revision) if path in FILES else None

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        del limit
        return FILES[blob.path].encode()


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text()))


def check(value: Any, validator: Draft4Validator) -> None:
    change = ChangeSet((), "a tree", False, HEAD, HEAD)
    document = Document("out.sarif", json.dumps(value).encode())
    outcomes = outcomes_of([document], Terms(change, Tree(), key=b"k"), ("secrets",))
    verdict = policy.decide(outcomes, Config(), change)
    rules = tuple({j.finding.rule.id: j.finding.rule for j in verdict.findings}.values())
    assert list(validator.iter_errors(json.loads(sarif.render(verdict, rules)))) == []
    upload = prepare(verdict, rules)
    assert upload is None or list(validator.iter_errors(json.loads(upload.text))) == []
    read = read_report(json_report.render(verdict, rules).encode())
    assert len(read.verdict.findings) == len(verdict.findings)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_reports_of_damaged_documents_are_valid(data: st.DataObject, validator: Draft4Validator) -> None:
    number = data.draw(st.integers(0, len(DOCUMENTS) - 1))
    spot = data.draw(st.sampled_from(SPOTS[number]))
    check(damaged(DOCUMENTS[number], spot, data.draw(JUNK)), validator)
