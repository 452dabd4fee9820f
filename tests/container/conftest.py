"""The image as a fixture."""

from __future__ import annotations

import pytest

from tests.container.image import Image, build_image


@pytest.fixture(scope="session")
def image() -> Image:
    return build_image()
