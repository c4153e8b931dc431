"""Base64 has one spelling."""

from __future__ import annotations

import pytest

from audit import b64


@pytest.mark.parametrize(
    ("raw", "text"), [(b"", ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"\xfb\xff", "+/8=")]
)
def test_rfc_4648_vectors(raw, text):
    """The examples of RFC 4648, section 10, in both directions."""
    assert (b64.encode(raw), b64.decode(text)) == (text, raw)
    assert b64.decode_sized(text, len(raw)) == raw


@pytest.mark.parametrize(
    "text", ["Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "Zg==Zg==", "Zm9v=", "-_8=", "Zm9\u00e9", "="]
)
def test_any_other_spelling_is_refused(text):
    """Missing padding, spare bits, white space, the URL alphabet and trailing bytes are all refused."""
    with pytest.raises(ValueError, match="base64"):
        b64.decode(text)


@pytest.mark.parametrize("text", ["Zm9v", "Zg==", "", None, 7, b"Zm8="])
def test_the_length_is_part_of_the_form(text):
    """A value of another length, or of another type, is not the value asked for."""
    with pytest.raises(ValueError, match="base64"):
        b64.decode_sized(text, 2)
