"""Small text files that people carry: an invitation, a join request.

    -----BEGIN KEYHOLDER <KIND>-----
    base64, at most 64 characters a line, of canonical JSON: an object of text values, keys in order, ASCII
    -----END KEYHOLDER <KIND>-----

One spelling: what is read is written again and must be the same bytes (but for line ends and blank lines around),
so nothing hides in a second spelling, a repeated key or an unknown field.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping

from vault.errors import UsageProblem

MAX_SIZE = 64 * 1024
_WIDTH = 64


def encode(kind: str, values: Mapping[str, str]) -> str:
    """The file's text."""
    plain = json.dumps(dict(values), sort_keys=True, separators=(",", ":")).encode()
    body = base64.b64encode(plain).decode()
    lines = [body[i : i + _WIDTH] for i in range(0, len(body), _WIDTH)]
    return "\n".join([_edge("BEGIN", kind), *lines, _edge("END", kind), ""])


def decode(kind: str, text: str, *, fields: Iterable[str]) -> dict[str, str]:
    """Exactly these fields, each a text; `UsageProblem` for anything else."""
    try:
        values = _values(kind, text)
    except (ValueError, RecursionError):
        raise damaged(kind) from None
    if encode(kind, values).split() != text.split() or set(values) != set(fields):
        raise damaged(kind)
    return values


def damaged(kind: str) -> UsageProblem:
    """What is said of a file that is not, byte for byte, what this program writes."""
    hint = "copy the whole file, from its BEGIN line to its END line"
    return UsageProblem(f"this is not a Keyholder {kind.lower()}, or it is damaged", hint=hint)


def _edge(which: str, kind: str) -> str:
    return f"-----{which} KEYHOLDER {kind.upper()}-----"


def _values(kind: str, text: str) -> dict[str, str]:
    lines = [line.strip() for line in text.strip().splitlines()]
    if (
        len(text) > MAX_SIZE
        or len(lines) < 3
        or (lines[0], lines[-1]) != (_edge("BEGIN", kind), _edge("END", kind))
    ):
        raise ValueError("not framed")
    values = json.loads(base64.b64decode("".join(lines[1:-1]), validate=True))
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise ValueError("not an object of texts")
    return values
