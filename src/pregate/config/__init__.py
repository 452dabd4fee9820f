"""
The configuration: one tree of frozen dataclasses, the only home of defaults.

Read from ``.pregate.toml``, or from ``[tool.pregate]`` in ``pyproject.toml`` when there is no such file.
Flags and action inputs carry the same names and overrule it. Where a change is judged against a base, the
file comes from the base: a change cannot weaken the gate that judges it. A file may extend the policy of an
organisation, whose locked keys can only be tightened.

What a run needs is imported here; what explains, compares and describes the configuration is imported by who
asks for it.
"""

from __future__ import annotations

from pregate.config.model import (
    AdvisoriesConfig,
    AwsConfig,
    BaselineConfig,
    Boundary,
    Config,
    DeliverConfig,
    DependenciesConfig,
    IamConfig,
    PathRule,
    PluginOptions,
    PythonConfig,
    ReferencePolicy,
    SecretsConfig,
    SuppressionsConfig,
    Thresholds,
    ToolConfig,
)
from pregate.config.reading import Source, load, merged, mistakes, parse_file
from pregate.config.values import ConfigError, nearest
from pregate.config.words import (
    ACCESS_RULES,
    BOUNDARY_KINDS,
    CHECKS,
    CHOICES,
    DELIVERIES,
    FAIL_ON,
    FILES,
    FINDING_TYPES,
    FORMS,
    IAM_ENGINES,
    MIN_CONFIDENCE,
    PLUGIN_NAME,
    READY_TOOLS,
    UNLIMITED,
)

__all__ = [
    "ACCESS_RULES",
    "BOUNDARY_KINDS",
    "CHECKS",
    "CHOICES",
    "DELIVERIES",
    "FAIL_ON",
    "FILES",
    "FINDING_TYPES",
    "FORMS",
    "IAM_ENGINES",
    "MIN_CONFIDENCE",
    "PLUGIN_NAME",
    "READY_TOOLS",
    "UNLIMITED",
    "AdvisoriesConfig",
    "AwsConfig",
    "BaselineConfig",
    "Boundary",
    "Config",
    "ConfigError",
    "DeliverConfig",
    "DependenciesConfig",
    "IamConfig",
    "PathRule",
    "PluginOptions",
    "PythonConfig",
    "ReferencePolicy",
    "SecretsConfig",
    "Source",
    "SuppressionsConfig",
    "Thresholds",
    "ToolConfig",
    "load",
    "merged",
    "mistakes",
    "nearest",
    "parse_file",
]
