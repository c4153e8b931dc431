"""Whether secrets may be opened while nobody outside has seen the log: closed only where the profile says so.

Most profiles do not, so nothing is loaded to find that out. Facts are recorded whatever the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.domain.decisions import Allowed, Decision, Denied
from vault.store.policy_text import mentions

if TYPE_CHECKING:
    from vault.ops.session import Vault

LIMIT = "cosigned_head_days"
_BRING = "send `keyholder audit request WITNESS` to a witness, and its answer to `keyholder audit cosigned`"


def may_open(vault: Vault, action: str) -> Decision:
    """Whether a secret may be opened: not where a cosigned head is asked for and there is none so young."""
    chosen = max(vault.state.find("policy"), key=lambda row: row["seq"])["profile"]
    if not mentions(chosen, LIMIT):
        return Allowed()
    from vault.ops import witnesses
    from vault.ops.platforms import local_value

    days = local_value(vault.state, LIMIT)
    if days is None:
        return Allowed()

    seen = witnesses.newest(vault)
    if seen is not None and witnesses.age(vault, seen) < days:
        return Allowed()
    last = (
        "no witness has cosigned this log" if seen is None else f"last outside head: {witnesses.words(vault)}"
    )
    return Denied(action, f"{last}; secrets open for {days} days after one (a local value)", _BRING)
