"""A verdict in words: what was checked, what was not, and what nobody can know from the log alone."""

from __future__ import annotations

from audit import b64, note
from audit.errors import AuditError, Declined, Forked, RolledBack
from audit.verify import Verdict
from audit.words import to_words


def sound(verdict: Verdict) -> str:
    """The words for a log in which everything that was looked at is right."""
    head, signer = verdict.head, verdict.signer
    lines = [
        "OK: the log is sound as far as it was checked."
        if verdict.commits is None
        else "OK: the log is sound.",
        f"  log       {head.origin}",
        f"  vault id  {verdict.vault_id.hex()}",
        f"            {' '.join(to_words(verdict.vault_id))}",
        f"  entries   {head.size}: bytes, chain and tree are whole",
        f"  root      {b64.encode(head.root)}",
        f"  head by   {signer.id}  {note.vkey(head.origin, signer.public)}",
        f"  commits   {_commits(verdict)}",
    ]
    lines += [f"  held      {each.head.size} entries, {each.name}: agrees" for each in verdict.held]
    if verdict.ignored:
        lines.append(
            f"  void      signer events without effect: entries {', '.join(map(str, verdict.ignored))}"
        )
    return "\n".join([*lines, *_unknown(verdict), ""])


def _commits(verdict: Verdict) -> str:
    if verdict.commits is None:
        return (
            "only the last head's signature was checked (--heads-only): not the signatures of earlier commits, "
            "nor who wrote which entry, nor the entries' form"
        )
    return f"{verdict.commits}: each signed by its author, with a key in force at its place"


def _unknown(verdict: Verdict) -> list[str]:
    furthest = max((each.head.size for each in verdict.held), default=0)
    if furthest == 0:
        return ["No head from elsewhere was given (--held): nothing shows that this is the whole log."]
    if furthest < verdict.head.size:
        return [
            f"Nothing shows that this is the whole log beyond entry {furthest - 1}: no held head reaches further."
        ]
    return ["The held heads reach to the end: the log is whole up to the newest of them."]


def broken(error: AuditError) -> str:
    """The words for a log that is not what it claims to be; a fork shows both sides."""
    if isinstance(error, Forked):
        return (
            f"FORKED: {error}\nThere are two histories. Keep both heads: together they are the evidence.\n\n"
            f"--- held\n{error.ours}\n--- shown\n{error.theirs}\n"
        )
    if isinstance(error, RolledBack):
        return f"ROLLED BACK: {error}\n"
    if isinstance(error, Declined):
        return f"NOT COSIGNED: {error}\n"
    return f"BROKEN: {error}\n"
