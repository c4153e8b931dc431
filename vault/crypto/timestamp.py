"""Time-stamps (RFC 3161): the question about some bytes, and whether an answer holds.

The question has no nonce: what is time-stamped is a signed head, of which there is one. Only SHA-256 is asked for;
an answer may be of SHA-384 or SHA-512 where somebody else asked. `rfc3161_client` loads here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from vault.errors import IntegrityError, UsageProblem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def query(data: bytes) -> bytes:
    """What to send to a time-stamp authority."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=False)
    return bytes(builder.cert_request(cert_request=True).build().as_bytes())


def verify(answer: bytes, data: bytes, *, trusted: bytes) -> dt.datetime:
    """When the authority saw `data`. `trusted` are its certificates in PEM, a root among them, from its own site."""
    from cryptography.x509 import DuplicateExtension, InvalidVersion
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    roots, others, stamps = _certificates(trusted)
    try:
        decoded = decode_timestamp_response(answer)
    except ValueError as exc:
        raise IntegrityError("the file is not an answer of a time-stamp authority") from exc
    # The one certificate that may stamp, where it was given: what the answer encloses must then be it, bit for bit.
    stamp = stamps[0] if len(stamps) == 1 else None
    verifier = VerifierBuilder(roots=roots, intermediates=others, tsa_certificate=stamp).build()
    try:
        verifier.verify_message(decoded, data)
        return decoded.tst_info.gen_time.astimezone(dt.UTC)
    except (
        VerificationError,
        ValueError,
        DuplicateExtension,
        InvalidVersion,
    ) as exc:  # the library's own, and what a broken form makes it say
        raise IntegrityError(
            f"the time-stamp does not hold: {str(exc).lower().removesuffix('.')}",
            hint="is it of that head, and are these the authority's certificates?",
        ) from exc


def _certificates(pem: bytes) -> tuple[list[Certificate], list[Certificate], list[Certificate]]:
    """Roots, all others, and of those the ones that issue none of the rest."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        every = load_pem_x509_certificates(pem)
    except ValueError as exc:
        raise UsageProblem(
            "the certificates are not PEM", hint="convert them: openssl x509 -inform DER"
        ) from exc
    roots = [each for each in every if each.subject == each.issuer]
    if not roots:
        raise UsageProblem("no root is among the certificates", hint="add the authority's root to the file")
    others = [each for each in every if each.subject != each.issuer]
    issuers = {each.issuer for each in others}
    return roots, others, [each for each in others if each.subject not in issuers]
