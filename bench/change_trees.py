"""
Repositories of any size that one and the same change is made to, written by git-fast-import(1).

A tree has services of 500 files each: Python (Python's own library, in pieces), templates, policies, texts,
and one requirements file. The change touches a mix of files in the first service, or any number of Python
files.
"""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

SERVICE = 500  # files
PART = 50  # files of a folder
TEXTS = 200  # different contents; the files of a tree share them
LINES = 60
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*"}
    ],
}
_TEMPLATE = (
    "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: shop-{0}-{1}\n"
)
_KINDS = (*("module{}.py",) * 12, *("template{}.yaml",) * 3, *("policy{}.json",) * 2, *("notes{}.md",) * 3)
MIX = (
    *(f"service0/part0/changed{n}.py" for n in range(9)),
    *(f"service0/part1/stack{n}.yaml" for n in range(4)),
    *(f"service0/policies/access{n}.json" for n in range(3)),
    *(
        "service0/web/package-lock.json",
        "service0/requirements.txt",
        "service0/notes.txt",
        "service0/README.md",
    ),
)
"""The paths of the usual change: 20."""


def make_repository(folder: Path, size: int, changed: int = 0) -> Path:
    """
    A repository of ``size`` files with the branches ``main`` and ``change``, which differ in the usual 20
    files or, where ``changed`` is given, in so many Python files. Nothing is checked out; the index is that
    of ``change``, on top of ``main``.
    """
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    paths = tuple(f"service0/part{n // PART}/changed{n}.py" for n in range(changed)) if changed else MIX
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for part in _stream(size, paths):
            process.stdin.write(part)
    if process.returncode:
        raise SystemExit("git fast-import failed")
    _stage(folder)
    return folder


def _stream(size: int, paths: tuple[str, ...]) -> Iterator[bytes]:
    texts = list(_texts())
    for mark, text in enumerate(texts, 1):
        yield b"blob\nmark :%d\ndata %d\n%s\n" % (mark, len(text), text)
    yield _commit(b"main", b"")
    for n, path in enumerate(paths):
        yield _file(path, _version(path, n, 0, texts))
    for n in range(max(0, size - len(paths))):
        service = f"service{n // SERVICE}"
        if n % SERVICE == SERVICE - 1:
            yield _file(f"{service}/base/requirements.txt", _version("requirements.txt", n, 0, texts))
            continue
        name = _KINDS[n % len(_KINDS)].format(n)
        path = f"{service}/part{n % SERVICE // PART}/{name}"
        if name.endswith((".py", ".md")):
            yield b"M 100644 :%d %s\n" % (n % TEXTS + 1, path.encode())
        else:
            yield _file(path, _version(path, n % TEXTS, 0, texts))
    yield _commit(b"change", b"from refs/heads/main\n")
    for n, path in enumerate(paths):
        yield _file(path, _version(path, n, 1, texts))


def _commit(branch: bytes, origin: bytes) -> bytes:
    who = b"committer Bench <bench@example.org> 1700000000 +0000\n"
    return b"commit refs/heads/%s\n%sdata 6\nbench\n\n%s" % (branch, who, origin)


def _file(path: str, data: bytes) -> bytes:
    return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)


def _texts() -> Iterator[bytes]:
    lines: list[bytes] = []
    for source in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        lines += [
            b"# " + line if line.startswith(b"import") else line for line in source.read_bytes().splitlines()
        ]
    for n in range(TEXTS):
        pieces = (line.lstrip() for line in lines[n * LINES : (n + 1) * LINES])
        yield b"".join(
            b"LINE = %r\n" % line.decode("utf-8", "replace").encode("ascii", "replace") for line in pieces
        )


def _version(path: str, n: int, version: int, texts: list[bytes]) -> bytes:
    """A file of the name's kind; ``version`` 1 adds some lines to that of 0, or alters them."""
    match path.rpartition(".")[2]:
        case "py":
            return texts[n % TEXTS] + b"\n\ndef added():\n    return %d\n" % n * version
        case "yaml":
            return _TEMPLATE.format(n, version).encode()
        case "json" if path.endswith("package-lock.json"):
            return _package_lock(version)
        case "json":
            policy = {**_POLICY, "Id": f"shop-{n}-{version}"}
            return json.dumps(policy, indent=2).encode() + b"\n"
        case "txt" if path.endswith("requirements.txt"):
            return b"jinja2==3.1.%d\nrequests==2.32.4\nflask==3.1.1\n" % (5 + version)
        case _:
            return b"Some words on part %d.\n" % n + b"One line more.\n" * version


def _package_lock(version: int) -> bytes:
    entries: dict[str, object] = {"": {"name": "shop", "dependencies": {"demo-pack-0": "^1.0.0"}}}
    for n in range(100):
        name = f"demo-pack-{n}"
        entries[f"node_modules/{name}"] = {
            "version": f"1.2.{3 + version * (n < 3)}",
            "resolved": f"https://registry.npmjs.org/{name}/-/{name}-1.2.3.tgz",
            "integrity": f"sha512-{'A' * 86}==",
        }
    return json.dumps({"name": "shop", "lockfileVersion": 3, "packages": entries}, indent=2).encode() + b"\n"


def _stage(folder: Path) -> None:
    """Makes the index that of ``main`` with the entries of ``change``, as ``git add`` would."""
    _git(folder, "read-tree", "main")
    answer = subprocess.run(
        ["git", "diff-tree", "-r", "-z", "main", "change"], cwd=folder, capture_output=True, check=True
    ).stdout.split(b"\0")
    lines = (b"100644 %s\t%s\0" % (answer[i].split()[3], answer[i + 1]) for i in range(0, len(answer) - 1, 2))
    command = ["git", "update-index", "-z", "--index-info"]
    subprocess.run(command, cwd=folder, input=b"".join(lines), check=True)


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)
