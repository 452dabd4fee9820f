"""The check ``images``: container images in Dockerfiles that are named by a tag that moves."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from pregate.checks.base import Analysis, PlainCheck, Target
from pregate.errors import UsageError
from pregate.model import Confidence, Finding, Location, Rule, Severity, Unread, UnreadReason
from pregate.plugins.lines import lines_of

VERSION = "1"  # another one whenever the same file may get another result

MOVING = Rule(
    id="images/moving-tag",
    title="Container image by a tag that moves",
    description="Whoever may push to the registry decides what the next build runs; nobody sees it in a review.",
    remedy="Name the image by a version and its digest: `FROM python:3.13@sha256:…`.",
    severity=Severity.MEDIUM,
    help_uri="https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    cwe=(829,),
    tags=("security", "supply-chain"),
)

# No regular expression here can go back over what it has read: the file may be an attacker's.
_FROM = re.compile(r"\s{0,20}FROM\s{1,20}(?:--platform=\S{1,200}\s{1,20})?(?P<image>\S{1,500})", re.IGNORECASE)
_STAGE = re.compile(r"\sAS\s{1,20}(\S{1,200})", re.IGNORECASE)


def make(options: Mapping[str, object]) -> ImagesCheck:
    """The check with the options of ``[plugin.images]``. Raises UsageError for one that it does not know."""
    for key in options:
        if key != "allow":
            raise UsageError(f"there is no option {key!r}", "Options: allow.")
    allow = options.get("allow", [])
    if not isinstance(allow, list) or not all(isinstance(name, str) for name in allow):
        raise UsageError("allow must be a list of strings", 'For example: allow = ["scratch"]')
    return ImagesCheck(frozenset(str(name) for name in allow))


class ImagesCheck(PlainCheck):
    """Reports every ``FROM`` of an image without a tag, or with the tag ``latest``; ``allow`` names images."""

    name = "images"
    version = VERSION
    cost = 10  # nanoseconds for each byte, roughly
    reads_text = True

    canary: Mapping[str, bytes] = {"Dockerfile": b"FROM python:latest\n"}
    """What ``pregate selftest`` plants: this must give a finding."""

    def __init__(self, allow: frozenset[str] = frozenset()) -> None:
        self._allow = allow

    def rules(self) -> tuple[Rule, ...]:
        """The one rule."""
        return (MOVING,)

    def concerns(self, path: str, *, executable: bool) -> bool:
        """Dockerfiles and Containerfiles, with any suffix."""
        return posixpath.basename(path).partition(".")[0] in ("Dockerfile", "Containerfile")

    def analyse(self, target: Target) -> Analysis:
        """The findings of one file."""
        if b"\0" in target.data:
            return Analysis(unread=(Unread(target.path, UnreadReason.BINARY, "not a text"),))
        return Analysis(findings=tuple(self._findings(target)))

    def _findings(self, target: Target) -> Iterator[Finding]:
        stages = {"scratch"}
        for number, line in enumerate(lines_of(target.data), 1):
            found = _FROM.match(line)
            if not found:
                continue
            image = found["image"]
            if self._moves(image, stages):
                start, end = found.span("image")
                yield Finding(
                    rule=MOVING,
                    message="This image is named by a tag that moves",
                    location=Location(target.path, number, start + 1, number, end + 1),
                    severity=MOVING.severity,
                    confidence=Confidence.HIGH,
                )
            stage = _STAGE.search(line, found.end())
            stages |= {stage[1].lower()} if stage else set()

    def _moves(self, image: str, stages: set[str]) -> bool:
        name, _, tag = image.rpartition("/")[2].partition(":")
        known = image.lower() in stages or image in self._allow or image.partition(":")[0] in self._allow
        return not known and "@" not in image and "$" not in image and tag in ("", "latest") and bool(name)
