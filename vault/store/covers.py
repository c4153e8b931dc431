"""The covers of the shipped documents, read beforehand: covers.json, by the hash of each text.

Reading a document's TOML takes as long as opening the names of a thousand accounts. The text is known by its hash, so
another text, of whatever name, is never taken for one of these: it is read itself. `make docs` writes the file.

    python -m vault.store.covers [covers.json]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from vault.domain.cover import Cover
from vault.store import policy_text
from vault.store.shared import blob_name

FILE = policy_text.POLICIES / "covers.json"


def known(digest: str, name: str, file: Path = FILE) -> Cover | None:
    """The cover of the text with that SHA-256 (base64), under the name of its profile; None for any other text."""
    found = json.loads(file.read_bytes()).get(digest) if file.is_file() else None
    return Cover(name, found["forces"], found["administrator"]) if found else None


def index() -> str:
    """What covers.json is to hold."""
    from vault.store import profiles

    texts = {name: policy_text.text(name) for name in profiles.available()}
    covers = {blob_name(raw): profiles.read_cover(raw, name) for name, raw in texts.items()}
    found = {digest: cover._asdict() for digest, cover in covers.items() if cover}
    for fields in found.values():
        del fields["name"]
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else FILE).write_text(index(), encoding="utf-8")
