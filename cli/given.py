"""What somebody hands to a command as evidence: a file or a key that is none is their slip, not a fault of the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vault.errors import UsageProblem


@contextmanager
def meant(what: str, *, hint: str) -> Iterator[None]:
    """While something given is read, before it is compared with anything: what has not its form is `UsageProblem`."""
    from audit.errors import AuditError

    try:
        yield
    except UnicodeDecodeError:
        raise UsageProblem(f"{what}: it is not text", hint=hint) from None
    except AuditError as problem:
        raise UsageProblem(f"{what}: {problem.message}", hint=hint) from None
