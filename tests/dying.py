"""The command line in a process that kills itself (SIGKILL) before or after one of its effects on files.

python -m tests.dying POINTS AT before|after WORD…     with AT -1 it lives, and names its points in the file POINTS
"""

from __future__ import annotations

import sys
from pathlib import Path

from cli.main import main
from tests.crash import Dying


def run(points: Path, at: int, side: str, words: list[str]) -> None:
    """The command, with the plug in what it does to files."""
    plug = Dying(points.parent, at=None if at < 0 else at, after=side == "after", left=points)
    try:
        with plug:
            try:
                main(words)
            except SystemExit as ended:
                code = ended.code
    finally:
        points.write_text("\n".join(plug.points))
    sys.exit(code)


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
