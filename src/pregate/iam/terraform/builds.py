"""
Credentials in the environment variables of CodeBuild projects. Source: documentation of the AWS provider,
"Resource: aws_codebuild_project".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pregate.iam.document import TOKEN
from pregate.iam.environment import PLAIN, Exposure, is_credential
from pregate.iam.terraform.policy_document import blocks_of
from pregate.iam.terraform.syntax import Block
from pregate.iam.terraform.values import Hidden, Str, is_null

if TYPE_CHECKING:
    from pregate.iam.terraform.evaluate import Scope
    from pregate.iam.terraform.module import Module

PROJECT = "aws_codebuild_project"


def exposures_of(module: Module, address: str, block: Block, scope: Scope) -> Iterator[Exposure]:
    """The variables of a project that show a credential, as far as their names and types are known."""
    for environment, inner in blocks_of(module, block.body, "environment", scope):
        for variable, local in blocks_of(module, environment.body, "environment_variable", inner):
            yield from _exposed(module, address, variable, local)


def _exposed(module: Module, address: str, variable: Block, scope: Scope) -> Iterator[Exposure]:
    parts = {
        name: a.value for name, a in variable.body.attributes.items() if name in ("name", "type", "value")
    }
    if "name" not in parts or "value" not in parts:
        return
    kind = module.value(parts["type"], scope) if "type" in parts else None
    if kind is not None and not is_null(kind) and module.ledger.text_of(kind) != PLAIN:
        return
    name = module.ledger.text_of(module.value(parts["name"], scope)) or ""
    value = module.value(parts["value"], scope)
    text = module.ledger.text_of(value)
    if text is None or TOKEN.search(name):
        return
    known = not isinstance(value, Hidden) and not TOKEN.search(text)
    if is_credential(name, text if known else None):
        span = value.span if isinstance(value, Str) and known else parts["value"].span
        yield Exposure(name, TOKEN.sub("…", address), span.location, known)
