"""``environment.yml`` of conda."""

from __future__ import annotations

import pytest

from pregate.lockfiles.model import Reading
from pregate.model import UnreadReason
from tests.lockfiles.python.reading import flagged, pins, read

TEXT = """\
name: shop
channels:
  - conda-forge
dependencies:
  - python=3.8.5=h7579374_1
  - numpy=1.19.2
  - "conda-forge::jinja2=2.11.2"
  - defaults/linux-64::openssl==1.1.1g=h7b6447c_0  # why
  - pandas 1.0.5 py38_0
  - _libgcc_mutex=0.1=main
  - scipy>=1.4
  - requests
  - flask=1.1.*
  - sphinx[version='1.0']
  - django=1.0|2.0
  - pip:
    - django==3.2.1
    - "pyyaml == 5.3.1 ; python_version > '3'"
    - urllib3
    - --extra-index-url https://example.org/simple
    - -r more.txt
    - -e .
    - git+https://example.org/tool.git
    - 3
  - npm:
    - left-pad
  - 3
  - "=1"
prefix: /opt/shop
"""


def test_packages_of_conda_and_of_its_list_for_pip() -> None:
    reading = read("environment.yml", TEXT)
    assert [(p.ecosystem, p.name, p.version) for p in reading.packages] == [
        ("Conda", "python", "3.8.5"),
        ("Conda", "numpy", "1.19.2"),
        ("Conda", "jinja2", "2.11.2"),
        ("Conda", "openssl", "1.1.1g"),
        ("Conda", "pandas", "1.0.5"),
        ("Conda", "_libgcc_mutex", "0.1"),
        ("PyPI", "django", "3.2.1"),
        ("PyPI", "pyyaml", "5.3.1"),
    ]
    assert all(version == text for version, text in flagged(reading, TEXT))


def test_what_is_not_pinned_is_not_audited() -> None:
    unread = read("environment.yml", TEXT).unread
    not_audited = [u.line for u in unread if u.reason is UnreadReason.NOT_AUDITED]
    assert not_audited == [11, 12, 13, 14, 15, 19, 21, 22, 23, 25]
    assert [u.line for u in unread if u.reason is UnreadReason.UNPARSABLE] == [24, 27, 28]


@pytest.mark.parametrize(
    "text",
    [
        "stages:\n- production\n",
        "- a\n- b\n",
        "dependencies: {a: 1}\n",
        "dependencies:\n",
        "dependencies:\n- name: redis\n  version: 1.2.3\n",
        "3\n",
    ],
)
@pytest.mark.parametrize("name", ["environment.yml", "deploy/environment.prod.yaml"])
def test_a_file_of_another_kind_tells_nothing(name: str, text: str) -> None:
    assert read(name, text) == Reading()


def test_only_what_looks_like_an_environment_can_be_a_broken_one() -> None:
    assert read("staging-environment.yaml", "a: {{ .Values.a }}\n- b\n") == Reading()
    (unread,) = read("environment.yml", "a: {{ .Values.a }}\n- b\n").unread
    assert (unread.reason, unread.line) == (UnreadReason.UNPARSABLE, 1)
    (unread,) = read("staging-environment.yaml", "dependencies:\n- 'a=1\n").unread
    assert unread.reason is UnreadReason.UNPARSABLE


def test_several_documents_and_anchors() -> None:
    text = "x: &pin numpy=1.2.3\n---\ndependencies: [&a scipy=1.0.0, *a]\n"
    assert pins(read("environment.yml", text)) == [("scipy", "1.0.0")] * 2
