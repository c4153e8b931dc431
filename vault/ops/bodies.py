"""What goes into a version: the card that says what it opens, and new components beside those that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vault.domain import exposure, secrets
from vault.domain.events import Row
from vault.errors import UsageProblem
from vault.ops import sealing
from vault.ops.sealing import Body

if TYPE_CHECKING:
    from vault.ops.session import Vault


def card(platform: str, details: Mapping[str, Any]) -> dict[str, str]:
    """Platform, handle, sign-in address and login: enough for a holder who does not read the register."""
    from vault.ops.platforms import platforms  # showing a secret needs this file and no platform table

    known = platforms().by_code.get(platform)
    hosts = known.address.hosts if known else ()
    name = str(details.get("name", ""))
    return {
        "platform": platform,
        "name": name,
        "key": str(details.get("key", "")),
        "sign_in": f"https://{hosts[0]}/" if hosts else "",
        "login": str(details.get("login") or details.get("email") or name.partition("/")[2]),
    }


def merge(
    vault: Vault, before: Row | None, parts: Mapping[str, Any], *, made: Mapping[str, str]
) -> tuple[Body, dict[str, str]]:
    """These new components, beside what the version ``before`` has of the others; and which is which.

    ``made`` is a card made anew from the register; empty for a member who does not read it: theirs is kept.
    """
    if before is None:
        return Body(made, parts), dict.fromkeys(parts, secrets.NEW)
    kept = secrets.there(vault.state, before["account"], before["number"]) - set(parts)
    states = {**dict.fromkeys(parts, secrets.NEW), **dict.fromkeys(sorted(kept), secrets.KEPT)}
    if made and not kept:
        return Body(made, parts), states
    old = sealing.open_version(vault, account=before["account"], number=before["number"])
    return Body(made or old.card, {**{part: old.parts[part] for part in kept}, **parts}), states


def parse_part(part: str, text: str) -> str | list[str]:
    """The form in which a component is stored; what cannot be meant is refused, and never quoted."""
    if part == exposure.TOTP:
        from vault.crypto.totp import parse_seed

        return parse_seed(text).to_uri()
    if part == exposure.BACKUP_CODES:
        codes = [line.strip() for line in text.splitlines() if line.strip()]
        if not codes or len(set(codes)) != len(codes):
            raise UsageProblem("backup codes are given one on each line, each once")
        return codes
    if "\n" in text or "\r" in text:
        raise UsageProblem(f"the {part} has more than one line", hint="is it the right file?")
    return text


def written(value: str | list[str]) -> str:
    """A component as it is shown."""
    return (
        value if isinstance(value, str) else "\n".join(f"{n:>2}  {code}" for n, code in enumerate(value, 1))
    )
