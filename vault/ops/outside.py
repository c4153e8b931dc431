"""Whether secrets may be opened while nobody outside has seen the log: closed only where the profile says so.

Most profiles do not, so nothing is loaded to find that out. Facts are recorded whatever the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.domain.decisions import Allowed, Decision, Denied
from vault.ops import documents
from vault.store.policy_text import mentions

if TYPE_CHECKING:
    from vault.ops.session import Vault

LIMIT = "cosigned_head_days"
_BRING = "send `keyholder audit request WITNESS` to a witness, and its answer to `keyholder audit cosigned`"


def may_open(vault: Vault, action: str) -> Decision:
    """Whether a secret may be opened: not where a cosigned head is asked for and there is none so young."""
    if not mentions(documents.text_in_force(vault), LIMIT):
        return Allowed()
    from vault.ops import outside_heads

    limit = vault.profile.local.get(LIMIT)
    if limit is None:
        return Allowed()
    days = limit.value

    seen = outside_heads.newest(vault)
    if seen is not None and outside_heads.age(vault, seen) < days:
        return Allowed()
    last = (
        "no witness has cosigned this log"
        if seen is None
        else f"last outside head: {outside_heads.words(vault)}"
    )
    return Denied(action, f"{last}; secrets open for {days} days after one (a local value)", _BRING)
