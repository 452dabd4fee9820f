"""Which files may concern the iam check, by their names and first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.checks.base import Target
from pregate.iam.names import SUFFIXES

TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json")
NAMES = (*SUFFIXES, ".tf", ".tofu")

# What a configuration is read with: its own files, values of variables, and what ``file()`` usually names.
READ_BY_TERRAFORM = (*TERRAFORM, ".tfvars", ".json", ".tpl", ".tftpl", ".tmpl", ".yaml", ".yml", ".policy")

# A file without these words declares nothing that could hold a policy.
_WORDS = (b"aws", b"module", b"output")


def is_terraform(target: Target) -> bool:
    """Whether it is a Terraform file that may hold policies or call a module that does."""
    return target.path.lower().endswith(TERRAFORM) and any(word in target.data for word in _WORDS)


def is_plan(target: Target) -> bool:
    """Whether it is a Terraform plan in JSON, by its bytes."""
    data = target.data
    named = b'"resource_changes"' in data or b'"planned_values"' in data
    return named and b'"terraform_version"' in data and target.path.lower().endswith(".json")
