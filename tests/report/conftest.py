"""Golden files: ``pytest tests/report --golden-update`` renews them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pregate import __version__
from tests.report.browser import Browser, browser_in

FOLDER = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write the golden files anew")


def scrub(text: str) -> str:
    """
    Versions by their name, fingerprints by their order (scanners take those for secrets), and the style sheet
    and script of the HTML report by their place: they have files of their own.
    """
    text = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", text, flags=re.DOTALL)
    text = re.sub(r"sha256-[A-Za-z0-9+/=]{44}", "sha256-DIGEST", text)
    text = text.replace(f'"{__version__}"', '"VERSION"')
    text = re.sub(rf"pregate([ -]){re.escape(__version__)}", r"pregate\1VERSION", text)
    prints = list(dict.fromkeys(re.findall(r"\b[0-9a-f]{64}\b", text)))
    for number, fingerprint in enumerate(prints, 1):
        text = text.replace(fingerprint, f"FINGERPRINT-{number}")
    return text


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; skips where there is none."""
    yield from browser_in(tmp_path_factory.mktemp("profile"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with the golden file of that name, or writes it."""
    update = request.config.getoption("--golden-update", default=False)

    def compare(name: str, text: str) -> None:
        path = FOLDER / name
        scrubbed = scrub(text)
        if update:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(scrubbed.encode())
        assert scrubbed == path.read_bytes().decode(), f"make golden renews {name}"

    return compare
