"""Secrets in another writing: Kubernetes' Base64, Base64 anywhere, notebooks, UTF-16 and Latin-1."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.secrets import wrapped
from pregate.secrets.document import Document
from pregate.secrets.masking import Masker
from pregate.secrets.scan import scan
from pregate.secrets.text import split_lines
from tests.secrets.specimens.code import github

from .reading import HIGH, encoded, found, made_up, places
from .test_keys import block

RNG = random.Random(9)
WORD = made_up(9)
TOKEN = github(RNG)


def manifest(**data: str) -> str:
    lines = "".join(f"  {name.replace('_', '-')}: {value}\n" for name, value in data.items())
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n{lines}type: Opaque\n"


def test_a_member_of_a_secret_is_decoded() -> None:
    text = manifest(username=encoded("bob-the-builder7"), db_password=encoded(WORD))
    assert found("a.yaml", text) == [("KubernetesSecret", HIGH, WORD)]
    assert places("a.yaml", text) == [("KubernetesSecret", 7, encoded(WORD))]
    assert found("a.yaml", text.replace("\ndata", "\nstringData").replace(encoded(WORD), WORD))[-1][2] == WORD


def test_a_secret_in_json_is_decoded() -> None:
    text = json.dumps({"kind": "Secret", "data": {"password": encoded(WORD)}})
    assert found("a.json", text) == [("KubernetesSecret", HIGH, WORD)]


@pytest.mark.parametrize(
    "text",
    [
        manifest(password=encoded("changeme")),
        manifest(password="{{ .Values.password | b64enc }}"),
        manifest(password="ENC[AES256_GCM,data:Zk39dkd8,iv:a=,tag:b=,type:str]"),
        manifest(password=encoded(WORD)).replace("kind: Secret", "kind: SealedSecret"),
        manifest(password=encoded(WORD)).replace("kind: Secret", "kind: ConfigMap"),
        manifest(password=encoded(WORD)) + "sops:\n  mac: x\n",
    ],
)
def test_what_is_sealed_or_stands_for_a_value_is_not_reported(text: str) -> None:
    assert found("a.yaml", text) == []


def test_a_token_in_base64_is_found_where_it_stands() -> None:
    for text in (TOKEN, f"x{TOKEN}"[1:] + "\n", f"login: bob\ntoken: {TOKEN}\n", f"ab {TOKEN}"):
        run = encoded(text)
        line = f'config: "{run}"'
        (secret,) = scan("a.yaml", f"a: b\n{line}\n".encode()).secrets
        assert (secret.detector, secret.line, secret.note) == ("GitHubTokenDetector", 2, ", in Base64")
        assert line[secret.start - 1 : secret.end - 1] == run
        assert secret.value.reveal() == TOKEN


def test_a_key_in_base64_is_found_and_masked_whole() -> None:
    run = encoded(block())
    scanned = scan("kubeconfig", f"    client-key-data: {run}\n".encode())
    assert [(s.detector, s.end - s.start) for s in scanned.secrets] == [("PrivateKeyDetector", len(run))]
    assert run[40:80] not in Masker.from_scan(scanned).line(1, column=1)


def test_base64_of_anything_else_is_nothing() -> None:
    assert found("a.yaml", f"a: {encoded(RNG.randbytes(400))}\nb: {encoded('just words ' * 9)}\n") == []


def notebook(*source: str, output: str = "done\n") -> dict[str, object]:
    cell = {"cell_type": "code", "source": list(source), "outputs": [{"text": [output]}]}
    return {"cells": [cell], "nbformat": 4}


@pytest.mark.parametrize("indent", [None, 1])
def test_cells_and_outputs_of_a_notebook_are_read_without_their_escapes(indent: int | None) -> None:
    url = f"postgres://app:{WORD}@db.shop.io/x"
    text = json.dumps(
        notebook("import x\n", f'c = connect("{url}")\n', f'\tt = "{TOKEN}"', output=f'{{"t": "{TOKEN}"}}\n'),
        indent=indent,
    )
    assert [(name, shown) for name, _, shown in places("a.ipynb", text)] == [
        ("BasicAuth", WORD),
        ("GitHubToken", TOKEN),
        ("GitHubToken", TOKEN),
    ]


def test_a_command_and_a_key_in_a_notebook_are_found() -> None:
    text = json.dumps(
        notebook(f'!curl -u "bob:{WORD}" https://shop.io\n', *block().splitlines(keepends=True)), indent=1
    )
    assert [name for name, *_ in found("a.ipynb", text)] == ["CommandPassword", "PrivateKey"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "latin-1"])
def test_encodings_do_not_hide_a_place(encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    data = mark + f"# caf\u00e9\nurl = https://bob:{WORD}@shop.io\n".encode(encoding)
    assert found("a.ini", data) == [("BasicAuth", HIGH, WORD)]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text('ab"\\\n\t\x07é\U0001f600', max_size=20), max_size=4), st.sampled_from([None, 1]))
def test_every_column_of_a_layer_is_in_its_line(parts: list[str], indent: int | None) -> None:
    text = json.dumps(notebook(*parts), indent=indent)
    document = Document("a.ipynb", text, split_lines(text))
    for layer in wrapped.layers(document):
        assert len(layer.document.lines) == len(layer.origins)
        for line, origin in zip(layer.document.lines, layer.origins, strict=True):
            assert "\n" not in line
            if origin.columns:
                assert len(origin.columns) == len(line) + 1
                assert list(origin.columns) == sorted(origin.columns)
                assert origin.columns[-1] <= len(document.lines[origin.row])


@settings(max_examples=50, deadline=None)
@given(
    st.text("ab:/@ \n\"'\\=;{}.$-", max_size=200),
    st.sampled_from(
        ["a.ipynb", "a.yaml", ".npmrc", "a.sql", "settings.xml", "a.sh", "wp-config.php", ".pgpass"]
    ),
    st.sampled_from(
        ["://x:", "curl -u ", "password=", "kind: Secret\ndata:\n  password: ", "eyJ", "jdbc:a;password="]
    ),
)
def test_any_text_is_read_to_its_end(text: str, path: str, needle: str) -> None:
    scanned = scan(path, (text + needle + text).encode())
    for secret in scanned.secrets:
        assert 0 < secret.start <= secret.end <= len(scanned.lines[secret.line - 1]) + 1
