"""The files that ``pregate init`` writes, made for what a survey found, and what it asks people to add."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator
from importlib.resources import files

from pregate import __version__
from pregate.entry.survey import OWN_CONFIG, WORKFLOWS, Survey
from pregate.records import dataclass

WORKFLOW = f"{WORKFLOWS}pregate.yml"
_PLAIN_BRANCHES = frozenset({"main", "master", "develop", "trunk"})
_LARGE_MAX = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to write: its path from the root, and its text."""

    path: str
    text: str


def drafts_for(found: Survey) -> tuple[Draft, ...]:
    """The files for the repository, whether or not something is in their place already."""
    return Draft(OWN_CONFIG, config_text(found)), Draft(WORKFLOW, workflow_text(found))


# ------------------------------------------------------------------------------------------ configuration

_CONFIG_HEAD = """\
# pregate's configuration. A pull request is judged by the file of its base: no change weakens its own gate.
# What is not set here is as pregate has it; what stands behind a # is an example.

# The least severity of a new finding that fails the gate: none, info, low, medium, high or critical.
# fail-on = "high"

# Paths that no check reads; they are counted in every report.
{exclude}

# [suppressions]
# require-reason = true     # pregate suppress and comments must say why
# from-change = "refuse"    # what a change adds counts from the next one on

# [baseline]
# ratchet = true            # after pregate baseline create: it may only shrink
"""
_LARGE = """\
# These are over the size limit (max-file-size) and may stay unread; without this a run is incomplete.
allow-unread = [
{entries}]
"""
_DEPENDENCIES = """\
# Packages are locked in {locks}.
# [dependencies]
# ignore-dev = true    # packages for development alone fail nothing
# only-fixable = true  # nor do vulnerabilities that no version mends
# grace-days = 7       # nor advisories younger than that
"""
_IAM = """\
# Policies are in {policies}.
# [iam]
# sensitive-actions = ["kms:Decrypt", "s3:DeleteBucket"]  # what no policy may grant unnoticed
# reference-policies = [{{ match = "infra/*", policy = "iam/reference.json" }}]  # the most that it may allow
"""
_PYTHON = """\
# [python]
# skip = ["B101"]  # tests of Bandit's that are not run: pregate rules --check python lists them
"""


def config_text(found: Survey) -> str:
    """``.pregate.toml``: what differs from the defaults, and as comments what may be wanted."""
    vendored = [f"{glob.escape(folder)}/*" for folder in found.vendored[:5] if folder.isprintable()]
    exclude = f"# exclude = [{', '.join(map(_quoted, vendored or ['vendor/*']))}]"
    parts = [_CONFIG_HEAD.format(exclude=exclude), *_large(found)]
    if found.locks:
        parts.append(_DEPENDENCIES.format(locks=_named(found.locks, found.lock_count)))
    if found.policies:
        parts.append(_IAM.format(policies=_named(found.policies, len(found.policies))))
    if found.python:
        parts.append(_PYTHON)
    return "\n".join(parts)


def _large(found: Survey) -> Iterator[str]:
    paths = [path for path in found.large if path.isprintable()][:_LARGE_MAX]
    if paths:
        yield _LARGE.format(entries="".join(f"    {_quoted(glob.escape(path))},\n" for path in paths))


def _named(paths: tuple[str, ...], count: int) -> str:
    """Paths in a comment, which they must not leave."""
    names = ", ".join(path if path.isprintable() else ascii(path) for path in paths)
    return f"{names} and {count - len(paths)} more" if count > len(paths) else names


def _quoted(text: str) -> str:
    """A basic string of TOML: printable text is quoted as in JSON. https://toml.io/en/v1.0.0#string"""
    return json.dumps(text, ensure_ascii=False)


# ----------------------------------------------------------------------------------------------- workflow

_RIGHT = """\
      # id-token: write # with role-to-assume below: the identity token that AWS trusts
"""
_ROLE = """\
          # IAM policies are judged without AWS. With a role, Access Analyzer is asked where that is unsure.
          # role-to-assume: arn:aws:iam::111122223333:role/pregate
          # aws-region: eu-central-1
"""


def workflow_text(found: Survey) -> str:
    """
    A workflow that runs the action: ``examples/workflows/pregate.yml`` for the default branch, with the
    threshold left to the configuration; where there are policies, with AWS's part as comments.
    """
    branch = found.branch if found.branch in _PLAIN_BRANCHES else _quoted(found.branch)
    has_policies = bool(found.policies)
    parts = {
        "{branch}": branch,
        "{version}": __version__,
        "{right}": _RIGHT if has_policies else "",
        "{role}": _ROLE if has_policies else "",
    }
    text = files("pregate.entry").joinpath("data", "workflow.yml").read_text("utf-8")
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


# -------------------------------------------------------------------------------------------------- hooks


def hook_entry() -> str:
    """The entry for ``repos:`` in the configuration of the pre-commit framework."""
    return f"""\
  - repo: https://github.com/pregate/pregate
    rev: v{__version__}
    hooks:
      - id: pregate
"""
