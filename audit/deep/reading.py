"""The third pass over an export that was verified: what its entries mean.

The bytes are read again, and only believed if they are those that the first pass hashed.
"""

from __future__ import annotations

import json

from audit.deep.judge import Judge
from audit.entry import GENESIS_PREV, Entry, leaf_hash
from audit.errors import BadExport
from audit.merkle import TILE_WIDTH
from audit.scan import Progress, Scan, mark
from audit.tiles import bundles


def read(seen: Scan, progress: Progress) -> Judge:
    """Judge every entry, in the order of the log."""
    judge = Judge()
    for (n, width), marked in zip(bundles(seen.size), seen.marks, strict=True):
        bodies = seen.folder.entries(n, width)
        if mark(map(leaf_hash, bodies)) != marked:
            raise BadExport("the export was changed while it was read", seq=n * TILE_WIDTH)
        for body in bodies:
            judge.take(_entry(body))
        progress("judged", n * TILE_WIDTH + width, seen.size)
    return judge


def _entry(body: bytes) -> Entry:
    """The entry in bytes whose form was verified."""
    told = json.loads(body)
    return Entry(
        seq=told["seq"],
        prev=GENESIS_PREV,
        time=told["time"],
        actor=told["actor"],
        event=told["event"],
        subject=told["subject"],
        data=told["data"],
    )
