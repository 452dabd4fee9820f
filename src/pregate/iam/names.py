"""
Which files may hold policies, and which may depend on others, by their names and bytes alone: most files of a
change hold none, and need nothing of what reads policies.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from pregate.expressions import expression

SUFFIXES = (".json", ".jsonc", ".yaml", ".yml", ".template")
CDK_TEMPLATE = ".template.json"
NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""Types of resources that are templates of their own, and the property that says where."""
MAX_PARENTS = 200
_ASSET = expression(r"(?:\A|/)cdk\.out/(?:[^/]++/)*?asset\.[0-9a-f]{64}/")
_SERVICE = expression(r"serverless(?:\.[\w-]{1,64})?\.(?:ya?ml|json)")


def concerns(path: str) -> bool:
    """
    Whether a file may hold policies by its name. Assets that the CDK copied into its output (in the folder
    ``cdk.out/asset.<SHA-256>/``) are the application's own files, and are judged where they come from.
    """
    return path.lower().endswith(SUFFIXES) and ("cdk.out/" not in path or _ASSET.search(path) is None)


def is_service_file(path: str) -> bool:
    """Whether a file is named like a service file of the Serverless Framework."""
    name = posixpath.basename(path).lower()
    return name.startswith("serverless.") and _SERVICE.fullmatch(name) is not None


def may_include(path: str, texts: Iterable[str]) -> bool:
    """
    Whether policies of ``path`` may depend on other files, given its text and those that it is known to
    include: a necessary condition.
    """
    if path.endswith(CDK_TEMPLATE) or is_service_file(path):
        return True
    return any(word in text for text in texts for word in NESTED)


def possible_parents(changed: Iterable[str], listing: Iterable[str]) -> tuple[str, ...]:
    """
    Files that may include one of ``changed``: those of its folder and of the folders above, a bounded number.
    """
    folders: set[str] = set()
    for path in changed:
        if path.lower().endswith(SUFFIXES):
            folder = posixpath.dirname(path)
            while folder not in folders:
                folders.add(folder)
                folder = posixpath.dirname(folder)
    if not folders:
        return ()
    found = [p for p in listing if p.lower().endswith(SUFFIXES) and posixpath.dirname(p) in folders]
    return tuple(sorted(found, key=lambda p: (-p.count("/"), p))[:MAX_PARENTS])
