"""A verdict in words: what was checked, what was not, and what nobody can know from the log alone."""

from __future__ import annotations

import json
from collections.abc import Sequence

from audit import b64, note
from audit.errors import AuditError, Declined, Forked, RolledBack
from audit.quorum import Saw
from audit.verify import Verdict
from audit.words import to_words


def sound(verdict: Verdict, saw: Sequence[Saw] = ()) -> str:
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
    lines += [f"  cosigned  {each.words()}" for each in saw]
    lines += [f"  held      {each.head.size} entries, {each.name}: agrees" for each in verdict.held]
    if verdict.ignored:
        lines.append(
            f"  void      signer events without effect: entries {', '.join(map(str, verdict.ignored))}"
        )
    text = "\n".join([*lines, *_unknown(verdict), ""])
    if verdict.judge is not None:
        from audit.deep.report import report
        from audit.deep.words import words

        text += words(report(verdict.judge))
    return text


def sound_json(verdict: Verdict, saw: Sequence[Saw] = ()) -> str:
    """The same as one JSON object; `deep` is null where it was not asked for."""
    from audit.deep.report import report

    head, signer = verdict.head, verdict.signer
    told = {
        "verdict": "sound",
        "log": head.origin,
        "vault_id": verdict.vault_id.hex(),
        "entries": head.size,
        "root": b64.encode(head.root),
        "head_by": {"signer": signer.id, "vkey": note.vkey(head.origin, signer.public)},
        "commits": verdict.commits,
        "skipped": [] if verdict.commits is not None else ["signatures but the last", "authors", "form"],
        "held": [{"file": each.name, "entries": each.head.size} for each in verdict.held],
        "cosigned": [{"witness": one.witness.name, "entries": one.size, "time": one.time} for one in saw],
        "void_signer_events": list(verdict.ignored),
        "unknown": _unknown(verdict),
        "deep": None if verdict.judge is None else report(verdict.judge),
    }
    return json.dumps(told, indent=2) + "\n"


def has_findings(verdict: Verdict) -> bool:
    """Whether entries are void or not judged, times contradict each other, or something was sealed to who had gone."""
    from audit.deep.report import findings, report

    return verdict.judge is not None and findings(report(verdict.judge))


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


def broken_json(error: AuditError) -> str:
    """The same as one JSON object."""
    kind = (
        "forked"
        if isinstance(error, Forked)
        else "rolled back"
        if isinstance(error, RolledBack)
        else "broken"
    )
    told = {"verdict": kind, "entry": error.seq, "message": error.message}
    if isinstance(error, Forked):
        told |= {"held": error.ours, "shown": error.theirs}
    return json.dumps(told, indent=2) + "\n"
