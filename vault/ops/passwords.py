"""New passwords: what the platform takes, as long as the local choice asks where the platform permits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.crypto import generate
from vault.domain.platforms import Platform
from vault.ops.platforms import platforms

if TYPE_CHECKING:
    from vault.ops.tx import Tx

CAUTIOUS = "-_!#%."


def new_password(tx: Tx, platform: str) -> str:
    """One that the platform takes, as long as the local choice asks where the platform permits it."""
    known = platforms().by_code.get(platform)
    if known is None:
        return generate.password(generate.Rules(symbols=CAUTIOUS), random=tx.random)
    return _fitting(known, length=tx.vault.profile.local_value("password_length"), tx=tx)


def _fitting(platform: Platform, *, length: int, tx: Tx) -> str:
    limits = platform.password
    if limits.digits_only:
        return generate.pin(limits.most, random=tx.random)
    least = min(max(limits.least, length), limits.most)
    classes = ("lower", "upper", "digit", "symbol") if limits.symbols else ("lower", "upper", "digit")
    rules = generate.Rules(min_length=least, max_length=limits.most, symbols=limits.symbols, require=classes)
    return generate.password(rules, random=tx.random)
