"""The conformance suite of pregate over both plug-ins, and what the check finds."""

from __future__ import annotations

import pytest
from pregate.checks.base import Target
from pregate.conformance import CheckConformance, ReportConformance
from pregate.errors import UsageError
from pregate_example.check import make
from pregate_example.report import render


class TestImages(CheckConformance):
    """Every rule of pregate for a check."""

    name = "images"
    make = staticmethod(make)
    samples = {
        "Dockerfile": b"FROM python:latest AS build\nFROM build\nFROM debian\n",
        "sub/Containerfile.dev": b"FROM --platform=linux/amd64 example.org:5000/a/b\r\nRUN true\r\n",
    }
    clean = {"Dockerfile": b"FROM python:3.13\nFROM scratch\nFROM debian@sha256:0\n"}


class TestBadge(ReportConformance):
    """Every rule of pregate for a report."""

    render = staticmethod(render)


def lines(text: bytes, **options: object) -> list[int]:
    analysis = make(options).analyse(Target("Dockerfile", text))
    return [finding.location.start_line for finding in analysis.findings]


def test_an_image_without_a_version_is_found() -> None:
    assert lines(b"FROM a\nFROM b:1\nFROM c:latest\nFROM d@sha256:0\nFROM $BASE\n") == [1, 3]


def test_an_image_can_be_allowed() -> None:
    assert lines(b"FROM a\nFROM b:latest\n", allow=["b"]) == [1]


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(UsageError, match="alow"):
        make({"alow": ["a"]})
