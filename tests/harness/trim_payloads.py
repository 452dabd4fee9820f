"""
Makes the files under ``payloads/`` from the examples that GitHub's octokit project publishes:

    npm pack @octokit/webhooks-examples && tar xzf octokit-webhooks-examples-*.tgz
    python tests/harness/trim_payloads.py package/api.github.com/index.json

Whole events with every key that is not an address, an opaque id or a signature; object ids become
placeholders, which ``events.py`` fills with those of a real repository.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

WANTED = {
    "pull_request": ("opened", "synchronize", "reopened", "closed", "labeled", "converted_to_draft"),
    "push": ("created",),
    "merge_group": ("checks_requested",),
    "workflow_dispatch": ("",),
    "workflow_run": ("completed",),
}
OPAQUE = re.compile(r"node_id|gravatar_id|signature|payload|.*_?urls?|_links|.*_url")
OBJECT_ID = re.compile(r"[0-9a-f]{40}")


def trim(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {k: trim(v, k) for k, v in value.items() if not OPAQUE.fullmatch(k)}
    if isinstance(value, list):
        return [trim(item, key) for item in value]
    if isinstance(value, str) and OBJECT_ID.fullmatch(value):
        return f"<{key}>"
    return OBJECT_ID.sub("<id>", value) if isinstance(value, str) else value


def main(index: str) -> None:
    folder = Path(__file__).parent / "payloads"
    examples = {entry["name"]: entry["examples"] for entry in json.loads(Path(index).read_text())}
    for event, actions in WANTED.items():
        for action in actions:
            fits = [
                e
                for e in examples[event]
                if e.get("action", "") == action or (action == "created" and e.get("created"))
            ]
            name = f"{event}.{action}" if action else event
            text = json.dumps(trim(fits[-1]), indent=1, ensure_ascii=False)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
