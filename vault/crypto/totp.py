"""Time-based codes (RFC 6238) for the shared accounts.

A seed comes as base32, as a platform shows it, or as an otpauth:// address, as its QR code holds it.
Accepted: SHA1, SHA256, SHA512; 6 to 8 digits; a period of 15 to 120 seconds; 80 to 1,024 bits of seed.
Anything else is refused rather than guessed, and no refusal quotes what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vault.crypto.secret import Secret
from vault.errors import UsageProblem

if TYPE_CHECKING:
    import pyotp

_ALGORITHMS = ("SHA1", "SHA256", "SHA512")
_KNOWN = frozenset({"secret", "algorithm", "digits", "period", "issuer", "image"})
_MAX_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Totp:
    """How to make the codes of one account."""

    seed: Secret[str]
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30
    label: str = field(default="account", repr=False)
    issuer: str = field(default="", repr=False)

    def code(self, at_unix: int) -> tuple[str, int]:
        """The code of that moment and the seconds for which it stays good."""
        if at_unix < 0:
            raise ValueError("codes begin with the year 1970")
        counter, elapsed = divmod(at_unix, self.period)
        return _generator(self).generate_otp(counter), self.period - elapsed

    def to_uri(self) -> str:
        """The otpauth:// address: as secret as the seed in it."""
        from urllib.parse import quote, urlencode

        query = {
            "secret": self.seed.reveal(),
            "algorithm": self.algorithm,
            "digits": str(self.digits),
            "period": str(self.period),
        }
        if self.issuer:
            query["issuer"] = self.issuer
        return f"otpauth://totp/{quote(self.label)}?{urlencode(query, quote_via=quote)}"


def parse_seed(text: str) -> Totp:
    """What a platform gave, read strictly; UsageProblem otherwise."""
    text = text.strip()
    if len(text) > _MAX_TEXT:
        raise UsageProblem("that is neither a TOTP seed nor an otpauth address: it is too long")
    return _from_uri(text) if "://" in text else Totp(_base32(text))


def _from_uri(text: str) -> Totp:
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(_printable(text))
    except ValueError:
        raise UsageProblem("that address cannot be read") from None
    if parts.scheme != "otpauth" or parts.netloc.lower() != "totp" or parts.fragment:
        raise UsageProblem(
            "that is not an otpauth://totp address",
            hint="counter-based codes (hotp) get out of step between several people: choose another factor",
        )
    fields = _query(parts.query)
    return Totp(
        _base32(fields.get("secret", "")),
        label=_printable(unquote(parts.path.removeprefix("/")) or "account"),
        issuer=_printable(fields.get("issuer", "")),
        algorithm=_algorithm(fields.get("algorithm", "SHA1")),
        digits=_number(fields.get("digits", "6"), name="digits", low=6, high=8),
        period=_number(fields.get("period", "30"), name="period", low=15, high=120),
    )


def _query(query: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=len(_KNOWN))
    except ValueError:
        raise UsageProblem("the parameters of that otpauth address cannot be read") from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or not _KNOWN.issuperset(fields):
        raise UsageProblem(
            "that otpauth address has a parameter twice, or one that this program does not know"
        )
    return fields


def _printable(text: str) -> str:
    if not text.isprintable():  # urlsplit would drop a line break in silence; a terminal would obey the rest
        raise UsageProblem("that otpauth address holds control characters")
    return text


def _algorithm(name: str) -> str:
    if name.upper() not in _ALGORITHMS:
        raise UsageProblem(f"the algorithm of a TOTP seed is one of {', '.join(_ALGORITHMS)}")
    return name.upper()


def _number(text: str, *, name: str, low: int, high: int) -> int:
    if text not in map(str, range(low, high + 1)):  # one spelling: no sign, no leading zero, no other script
        raise UsageProblem(f"the {name} of a TOTP seed is a number from {low} to {high}")
    return int(text)


def _base32(text: str) -> Secret[str]:
    seed = "".join(text.replace("-", " ").split()).rstrip("=")
    # Only ASCII is folded: the long s of old print would become an S.
    seed = seed.upper() if seed.isascii() else "!"
    try:
        size = len(_decode(seed))
    except ValueError:
        raise UsageProblem("a TOTP seed is written in the letters A to Z and the digits 2 to 7") from None
    if not 10 <= size <= 128:
        raise UsageProblem("a TOTP seed has 16 to 205 characters", hint="was a part of it left out?")
    return Secret(seed)


def _decode(seed: str) -> bytes:
    from base64 import b32decode

    return b32decode(seed + "=" * (-len(seed) % 8))


def _generator(totp: Totp) -> pyotp.TOTP:
    import hashlib

    import pyotp

    class AnySeed(pyotp.TOTP):
        """pyotp refuses seeds below 112 bits. The platform chose this one; refusal would lock people out."""

        def byte_secret(self) -> bytes:
            return _decode(self.secret)

    hashes = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
    digest = hashes[totp.algorithm]
    return AnySeed(totp.seed.reveal(), digits=totp.digits, digest=digest, interval=totp.period)
