"""Time-stamps: a real authority's, the published ones, and what does not hold."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.audit.given import vector
from tests.authority import Authority
from vault.crypto.timestamp import query, verify
from vault.errors import IntegrityError, UsageProblem

HEAD = b"some log\n3\nAAAA\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


def test_asked_and_answered(authority: Authority) -> None:
    """Our question, openssl's answer, verified by another program than made it: the time is now."""
    answer = authority.stamp(query(HEAD))
    at = verify(answer, HEAD, trusted=authority.certificates.read_bytes())
    assert abs(dt.datetime.now(dt.UTC) - at) < dt.timedelta(minutes=2)
    assert at.tzinfo is dt.UTC
    assert query(HEAD) == query(HEAD), "no nonce: the head is one already"


def test_every_byte_of_an_answer_counts(authority: Authority) -> None:
    """For other bytes it never verifies; changed it does not, but for the unsigned name of the signature's kind."""
    answer, trusted = authority.stamp(query(HEAD)), authority.certificates.read_bytes()
    with pytest.raises(IntegrityError, match="mismatch"):
        verify(answer, HEAD + b"x", trusted=trusted)
    time, passed = verify(answer, HEAD, trusted=trusted), 0
    for at in range(0, len(answer), 3):
        changed = answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]
        try:
            assert verify(changed, HEAD, trusted=trusted) == time
            passed += 1
        except IntegrityError:
            pass
    assert passed * 3 < len(answer) // 50


def test_an_authority_that_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    """Another root, no root, no certificates at all, and an answer that is none."""
    answer, other = authority.stamp(query(HEAD)), Authority(tmp_path / "two")
    with pytest.raises(IntegrityError, match="does not hold"):
        verify(answer, HEAD, trusted=other.certificates.read_bytes())
    with pytest.raises(UsageProblem, match="no root"):
        verify(answer, HEAD, trusted=(authority.folder / "stamp.pem").read_bytes())
    with pytest.raises(UsageProblem, match="PEM"):
        verify(answer, HEAD, trusted=b"nonsense")
    with pytest.raises(IntegrityError, match="not an answer"):
        verify(b"nonsense", HEAD, trusted=authority.certificates.read_bytes())


def test_the_published_answers() -> None:
    """Made by others: good ones hold for their data; a bad signature, other data, injected certificates do not."""
    tsa = vector("rfc3161", "test", "fixtures", "test_tsa")
    chain = (tsa / "ts_chain.pem").read_bytes()
    assert verify((tsa / "response.tsr").read_bytes(), b"hello", trusted=chain)
    for name, data in (("response.tsr", b"hallo"), ("other_response.tsr", b"hello!"), ("response.tsr", b"")):
        with pytest.raises(IntegrityError):
            verify((tsa / name).read_bytes(), data, trusted=chain)
    stage = vector("rfc3161", "test", "fixtures", "sigstage")
    chain = (stage / "ts_chain.pem").read_bytes()
    for size in (256, 384, 512):
        assert verify((stage / f"response-sha{size}.tsr").read_bytes(), b"hello", trusted=chain)
    with pytest.raises(IntegrityError):
        verify((stage / "response-invalid-signature.tsr").read_bytes(), b"hello", trusted=chain)
