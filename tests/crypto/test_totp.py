"""Codes are those of RFC 6238; a seed is read strictly and never quoted."""

from __future__ import annotations

from base64 import b32encode

import pytest

from tests.crypto.given import official
from vault.crypto.secret import Secret
from vault.crypto.totp import Totp, parse_seed
from vault.errors import UsageProblem

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
URI = f"otpauth://totp/Platform:%40force?secret={SEED}"


@pytest.mark.parametrize("case", official("rfc6238"), ids=lambda case: f"{case['mode']} {case['time']}")
def test_rfc_6238(case):
    """All 18 codes of appendix B, at their Unix times."""
    secret = b32encode(case["secret"].encode()).decode().rstrip("=")
    totp = parse_seed(f"otpauth://totp/x?secret={secret}&algorithm={case['mode']}&digits=8")
    assert totp.code(case["time"])[0] == case["totp"]


@pytest.mark.parametrize(("at", "remaining"), [(0, 30), (1, 29), (29, 1), (30, 30), (59, 1), (1111111109, 1)])
def test_seconds_remaining(at, remaining):
    """A code says for how many seconds it is still good, never none."""
    assert parse_seed(SEED).code(at)[1] == remaining


def test_codes_change_with_the_period():
    """Within a period there is one code; the next period has another."""
    totp = parse_seed(URI + "&period=60")
    assert totp.code(60)[0] == totp.code(119)[0] != totp.code(120)[0]


def test_time_begins_in_1970():
    """A negative time is a mistake of the caller."""
    with pytest.raises(ValueError, match="1970"):
        parse_seed(SEED).code(-1)


@pytest.mark.parametrize(
    "text",
    [
        SEED,
        SEED.lower(),
        f"  {SEED}\n",
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
        "gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq",
        "GEZD\u00a0GNBV\tGY3TQOJQGEZDGNBVGY3TQOJQ",
        URI,
        URI.replace("otpauth", "OTPAUTH").replace("totp", "TOTP"),
        URI + "&algorithm=sha1&digits=6&period=30",
        URI + "&issuer=Platform&image=https%3A%2F%2Fplatform.example%2Flogo.png",
    ],
)
def test_accepted_ways_to_write_a_seed(text):
    """Spaces, hyphens and case do not matter; an address may say the defaults."""
    assert parse_seed(text).code(59) == ("287082", 1)


def test_padding_is_accepted():
    """Some platforms show the padding of base32."""
    assert parse_seed("GEZDGNBVGY3TQOJQGE======").seed == parse_seed("GEZDGNBVGY3TQOJQGE").seed


@pytest.mark.parametrize("length", [16, 205])
def test_the_bounds_of_a_seed_are_accepted(length):
    """80 and 1,024 bits."""
    assert len(parse_seed("A" * length).seed.reveal()) == length


def test_an_address_has_at_most_4096_characters():
    """The longest is read, one character more is not."""
    longest = f"{URI}&image=".ljust(4096, "x")
    assert parse_seed(longest).code(59) == ("287082", 1)
    with pytest.raises(UsageProblem, match="too long"):
        parse_seed(longest + "x")


def test_counter_based_codes_are_refused_with_a_reason():
    """hotp gets out of step between several people, and the refusal says so."""
    with pytest.raises(UsageProblem, match="not an otpauth://totp") as refusal:
        parse_seed(URI.replace("totp", "hotp"))
    assert "out of step" in refusal.value.hint


def test_a_short_seed_of_a_platform_is_accepted():
    """80 bits are what some platforms give; the owner must not be locked out by us."""
    assert parse_seed("GEZDGNBVGY3TQOJQ").code(59)[0] == "263420"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hunter2hunter2hunter2!",
        "GEZDGNBVGY3TQOJ1",
        "GEZDGNBVGY3TQOJ",
        "GEZDGNBVGY3T",
        "GEZDGNBVGY3TQOJ\u017f",
        "A" * 207,
        "A" * 216,
        "A" * 5000,
        "https://totp/x?secret=" + SEED,
        "otpauth://hotp/x?counter=1&secret=" + SEED,
        "otpauth://[totp/x?secret=" + SEED,
        "otpauth://totp/x",
        "otpauth://totp/x?secret",
        "otpauth://totp/x?secret=",
        URI + "#fragment",
        URI + "&secret=" + SEED,
        URI + "&digits=6&digits=8",
        URI + "&counter=1",
        URI + "&algorithm=MD5",
        URI + "&algorithm=",
        URI + "&digits=5",
        URI + "&digits=9",
        URI + "&digits=1000000000",
        URI + "&digits=6.0",
        URI + "&digits=%D9%A6",
        URI + "&digits=-6",
        URI + "&digits=06",
        URI + "&period=0",
        URI + "&period=14",
        URI + "&period=121",
        URI + "&period=+30",
        URI + "&period=",
        URI + "&image=a&issuer=b&digits=6&period=30&algorithm=SHA1&x=1&y=2",
        URI.replace("Platform", "Plat\nform"),
        URI.replace("Platform", "Plat%0Aform"),
        URI + "&issuer=%1B%5B2J",
    ],
)
def test_anything_else_is_refused_without_quoting_it(text):
    """Wrong letters, lengths, numbers, kinds and unknown or doubled parameters; the seed is not in the refusal."""
    with pytest.raises(UsageProblem) as refusal:
        parse_seed(text)
    words = f"{refusal.value} {refusal.value.hint} {refusal.value.__cause__}"
    assert refusal.value.__cause__ is None
    assert SEED not in words and "hunter2" not in words and "GEZD" not in words


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("", (6, 30, "SHA1")),
        ("&digits=8&period=60&algorithm=SHA512", (8, 60, "SHA512")),
        ("&digits=7&period=15&algorithm=sha256", (7, 15, "SHA256")),
        ("&period=120", (6, 120, "SHA1")),
    ],
)
def test_an_address_comes_back(extra, expected):
    """to_uri gives an address that reads as the same seed."""
    totp = parse_seed(URI + extra + "&issuer=Plat%20form")
    assert (totp.digits, totp.period, totp.algorithm) == expected
    assert parse_seed(totp.to_uri()) == totp
    assert (totp.label, totp.issuer) == ("Platform:@force", "Plat form")


def test_a_bare_seed_makes_an_address():
    """Label and issuer are not needed."""
    uri = parse_seed(SEED).to_uri()
    assert uri == f"otpauth://totp/account?secret={SEED}&algorithm=SHA1&digits=6&period=30"
    assert parse_seed(f"otpauth://totp?secret={SEED}").to_uri() == uri


def test_nothing_shows_the_seed():
    """Neither the seed nor whose it is prints."""
    totp = parse_seed(URI + "&issuer=Platform")
    assert repr(totp) == "Totp(seed=<secret>, algorithm='SHA1', digits=6, period=30)"
    assert totp == Totp(Secret(SEED), label="Platform:@force", issuer="Platform")
