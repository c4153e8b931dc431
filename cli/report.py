"""`keyholder report`: the register and the policy as one page that people look at."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from cli.opening import open_vault
from cli.options import App, command

_OURS = b"<title>Keyholder report: "


@command("report", example="keyholder report report.html --as-of 31/3/2026", looks_back=True)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--names", is_flag=True, help="Name people, and accounts that may bear somebody's name.")
def report(app: App, *, file: Path, names: bool) -> None:
    """Write one self-contained HTML file: compliance, findings, what is owed, exposure, what falls due, training.

    It holds no secret, and nobody's name unless --names is given. A report of before is replaced, and no other
    file.
    """
    from cli.report_page import page
    from cli.when import show
    from vault.ops.files import check_replaceable, write_private
    from vault.ops.report import AGES, gather

    check_replaceable(file, mark=_OURS)
    found = gather(open_vault(app), names=names)
    text = page(found, ages=[words for _, words in AGES], written=show(datetime.fromisoformat(found.as_of)))
    write_private(file, text.encode(), mark=_OURS)
    app.out.record({"file": str(file), "clauses not met": found.breaches, "as of entry": found.entries - 1})
