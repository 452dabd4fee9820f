"""Key stores are the one kind of binary file that is read."""

from __future__ import annotations

import pytest

from pregate.changes.contents import _usable
from pregate.model import Unread


@pytest.mark.parametrize(
    ("data", "is_read"),
    [
        (b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\xff", True),
        (b"0\x82\x05\xdf\x02\x01\x030\x82\0\xff", True),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", False),
        (b"0\x82\x05\xdf\x02\x01\x000\x82\0\xff", False),
    ],
)
def test_a_key_store_is_read_and_other_binary_files_are_not(data: bytes, is_read: bool) -> None:
    assert isinstance(_usable("a.p12", data), Unread) is not is_read
