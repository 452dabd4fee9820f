"""Jobs of workflows: a checkout as the runner's user makes it, and the action in its image, as root."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.container.image import OWNER, TAG, Image, give
from tests.entry.site import RIGHTS, Site, make_site
from tests.fakehub.hub import FakeHub
from tests.harness.checkout import check_out, in_header
from tests.harness.events import REPOSITORY, Event
from tests.harness.runner import Runner, StepResult
from tests.hooktools import LEAK

SECRET = LEAK[7:27]
SETTINGS = {"checks": "secrets,python"}  # the others would ask services


@dataclass
class Jobs:
    """A site whose repository is on the fake GitHub only; every job checks it out for itself."""

    site: Site
    image: Image
    folder: Path
    count: int = 0
    last: Runner = field(init=False)

    @property
    def hub(self) -> FakeHub:
        return self.site.hub

    def run(self, event: Event, *, depth: int = 0, **inputs: str) -> StepResult:
        """One job on the event's commit; ``_`` in the name of an input is a hyphen."""
        return self.step(self.job(event, depth=depth), event, **inputs)

    def job(self, event: Event, *, depth: int = 0, sha: str = "") -> Runner:
        """
        A new machine with a checkout of what the event stands on; of the commit ``sha`` alone if it is given.
        """
        runner = self.machine()
        url = f"{self.hub.server_url}/{REPOSITORY}"
        ref = "" if sha else event.ref
        check_out(runner.workspace, url, self.hub.token(contents="read"), ref, sha or event.sha, depth)
        give(runner.workspace, *OWNER)
        self.hub.git_log.clear()  # what the action asks git for comes after
        return runner

    def machine(self) -> Runner:
        """A new machine with an empty workspace, which is still ours, and the site's token."""
        self.count += 1
        home = self.folder / f"job-{self.count}"
        workspace = home / "work"
        workspace.mkdir(parents=True)
        runner = Runner(home / "runner", workspace, image=TAG, podman=self.image.podman)
        runner.token, runner.urls = self.site.runner.token, self.site.runner.urls
        self.last = runner
        return runner

    def step(self, runner: Runner, event: Event, **inputs: str) -> StepResult:
        """The action, with what holds for every run of it: nobody sees the secret or the token."""
        given = {name.replace("_", "-"): value for name, value in (SETTINGS | inputs).items()}
        result = runner.run(event, given, RUNNER_DEBUG="1")
        assert not result.errors
        texts = [self.site.said(), result.text, result.stderr, result.summary, *result.outputs.values()]
        reports = list(runner.workspace.glob("pregate-reports/*"))
        texts += [report.read_text(encoding="utf-8") for report in reports]
        hidden = [SECRET, *self.hub.tokens]
        assert not [text for text in texts if any(value in text for value in hidden)]
        assert not files_with(runner.workspace, self.hub.tokens)
        assert {(r.stat().st_uid, r.stat().st_gid) for r in reports} <= {OWNER}
        return result


def make_jobs(folder: Path, hub: FakeHub, image: Image, **rights: Any) -> Jobs:
    """A site below ``folder`` whose base has one old finding, in ``old.py``."""
    site = make_site(folder / "github", hub, **(rights or RIGHTS))
    return Jobs(site, image, folder)


def files_with(folder: Path, tokens: Iterable[str]) -> list[Path]:
    """Files that hold a token, as it is or as git's header has it."""
    forms = [form for token in tokens for form in (token.encode(), in_header(token).encode())]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in files if any(form in path.read_bytes() for form in forms)]


def regions(sarif: dict[str, Any]) -> set[tuple[str, str, int]]:
    """Rule, path and first line of the results of a SARIF file."""
    places = (
        (result["ruleId"], result["locations"][0]["physicalLocation"])
        for run in sarif["runs"]
        for result in run["results"]
    )
    return {(rule, p["artifactLocation"]["uri"], p["region"]["startLine"]) for rule, p in places}
