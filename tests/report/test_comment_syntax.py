from __future__ import annotations

import pytest

from pregate.report.comment_syntax import comment


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("src/app.py", "# x"),
        ("infra/main.tf", "# x"),
        ("a/Dockerfile", "# x"),
        (".env", "# x"),
        ("web/app.TSX", "// x"),
        ("schema.sql", "-- x"),
        ("page.html", "<!-- x -->"),
        ("style.css", "/* x */"),
        ("policy.json", ""),
        ("package-lock.json", ""),
        ("no-suffix", ""),
        ("py", ""),
    ],
)
def test_a_comment_is_written_as_the_files_language_has_it(path: str, written: str) -> None:
    assert comment(path, "x") == written
