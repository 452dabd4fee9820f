from __future__ import annotations

import pytest

from pregate.lockfiles.model import Reading
from tests.lockfiles.reading import gaps, read

DIGEST = "a" * 64
DOCKERFILE = f"""\
    # syntax=docker/dockerfile:1
    ARG VERSION=3.11 BASE
    ARG REGISTRY="ghcr.io/acme"
    FROM --platform=$BUILDPLATFORM python:${{VERSION}}-slim AS Build
    ARG VERSION=9
    RUN cat <<EOF > /x && \\
        # a comment
        echo FROM no:1
    FROM inner:1
    EOF
    RUN cat <<<"FOO"
    FROM $REGISTRY/base:${{TAG:-1.0}}
    from build as second
    COPY --from=build /a /b
    COPY --chown=1 --from=nginx:1.25@sha256:{DIGEST} /a /b
    COPY --from=0 /a /b
    FROM \\
      scratch
    FROM ${{OTHER}}
    """


def images(reading: Reading) -> list[tuple[int, str]]:
    assert reading.packages == ()
    assert {reason for _, reason, _ in gaps(reading)} <= {"not-audited"}
    return [(line, detail.removesuffix(" is a container image")) for line, _, detail in gaps(reading)]


@pytest.mark.parametrize("name", ["Dockerfile", "a/Dockerfile.dev", "web.dockerfile", "Containerfile"])
def test_images_of_a_dockerfile(name: str) -> None:
    assert images(read(name, DOCKERFILE)) == [
        (4, "python:3.11-slim"),
        (12, "ghcr.io/acme/base:1.0"),
        (15, "nginx:1.25"),
        (19, "${OTHER}"),
    ]


def test_images_that_a_command_mounts() -> None:
    text = """\
        FROM a:1 AS base
        RUN --mount=type=cache,target=/c --mount=from=acme/uv:0.4,source=/uv,target=/bin/uv \\
            --network=none uv sync
        RUN --mount=type=bind,"from=acme/tool" --mount=from=base,target=/x --mount=from=0 true
        RUN echo --mount=from=no:1
        run --mount=from=lower:2 true
        RUN
        """
    assert images(read("Dockerfile", text)) == [
        (1, "a:1"),
        (2, "acme/uv:0.4"),
        (4, "acme/tool"),
        (6, "lower:2"),
    ]


def test_an_image_that_a_command_mounts_often_is_named_once() -> None:
    text = "RUN " + "--mount=from=acme/tool:1 " * 1_000 + "--mount=from=acme/tool:2 true"
    assert images(read("Dockerfile", text)) == [(1, "acme/tool:1"), (1, "acme/tool:2")]


def test_another_escape_character() -> None:
    assert images(read("Dockerfile", "# escape=`\nFROM `\n  a:1\nRUN dir c:\\\nFROM b:2\n")) == [
        (2, "a:1"),
        (5, "b:2"),
    ]


def test_what_does_not_show_is_not_repeated() -> None:
    assert images(read("Dockerfile", "FROM a\x1b[31m:1\nFROM " + "x" * 5_000)) == [
        (1, "an entry"),
        (2, "an entry"),
    ]


def test_images_of_compose_files() -> None:
    text = """\
        services:
          web:
            build: .
            image: acme/web:1
          db:
            image: "postgres:${TAG:-15}"
          cache: {image: redis}
          odd: 3
        """
    for name in ("docker-compose.yml", "compose.prod.yaml"):
        assert images(read(name, text)) == [(6, "postgres:${TAG:-15}"), (7, "redis")]
    assert images(read("docker-compose.yml", "db:\n  image: mysql:5\n")) == [(2, "mysql:5")]
    assert read("compose.yaml", "- 1\n") == Reading()
