"""The command-line reference, from the same texts as --help.

python -m cli.reference docs/cli.md            write it
python -m cli.reference docs/cli.md --check    exit 1 if it is not what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cli.main import root

_WIDTH = 100
_HEAD = "# Command line\n\nWritten by `make docs` from `--help`; do not edit.\n"


def reference() -> str:
    """The whole page."""
    with _context(root, "keyholder", None) as ctx:
        return "\n".join([_HEAD, *_pages(root, ctx)])


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    # The width is fixed: the page must not depend on the terminal it was written from.
    return click.Context(
        command, info_name=name, parent=parent, terminal_width=_WIDTH, **command.context_settings
    )


def _pages(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """The command and everything below it, in the order of its help."""
    mark = "#" * (2 + min(ctx.command_path.count(" "), 2))
    yield f"{mark} {ctx.command_path}\n\n```text\n{command.get_help(ctx).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None and not below.hidden:
                yield from _pages(below, _context(below, name, ctx))


@click.command()
@click.argument("page", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the page is not current.")
def main(page: Path, *, check: bool) -> None:
    """Write the command-line reference."""
    text = reference()
    if not check:
        page.write_text(text, encoding="utf-8")
    elif not page.is_file() or page.read_text(encoding="utf-8") != text:
        click.echo(f"{page} is not current: run `make docs`", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
