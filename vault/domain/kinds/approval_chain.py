"""Who must approve a new account, or access to one, in which order, and what the request must say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another post that may give the same approval: a second one named, an escalation, a stand-in."""

    post: str
    clause: str


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One approval. Steps of one stage may come in any order; a later stage waits for the earlier ones."""

    post: str
    stage: int
    clause: str
    alternates: tuple[Alternate, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post that may give it, the one named first in front."""
        return (self.post, *(alternate.post for alternate in self.alternates))


@dataclass(frozen=True, slots=True)
class ApprovalChain(Rule):
    """Who must approve a new account, or access to one, in which order, and what the request must say.

    ``variants`` are the chains of owner kinds for which the document names other approvers.
    """

    kind = "approval_chain"
    steps: tuple[ApprovalStep, ...]
    fields: tuple[str, ...]
    fields_clause: str
    one_person_may_give_several: bool
    variants: tuple[ApprovalVariant, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post that may approve anything, in the document's order."""
        chains = (self, *(variant.chain for variant in self.variants))
        return tuple(dict.fromkeys(post for chain in chains for step in chain.steps for post in step.posts))

    def for_owner(self, owner_kind: str) -> ApprovalChain:
        """The chain for accounts of that owner kind."""
        return next((v.chain for v in self.variants if owner_kind in v.owner_kinds), self)


@dataclass(frozen=True, slots=True)
class ApprovalVariant:
    """The chain of some owner kinds; its clause is the one that names their approvers."""

    owner_kinds: tuple[str, ...]
    chain: ApprovalChain


def _approval_chain(table: Reader, clause: str, known: Known) -> ApprovalChain:
    variants = table.tables("variants") if table.has("variants") else ()
    return replace(
        _one_chain(table, clause, known),
        variants=tuple(_approval_variant(entry, known) for entry in variants),
    )


def _approval_variant(table: Reader, known: Known) -> ApprovalVariant:
    with table:
        return ApprovalVariant(table.texts("owner_kinds"), _one_chain(table, known.clause(table), known))


def _one_chain(table: Reader, clause: str, known: Known) -> ApprovalChain:
    steps = tuple(_approval_step(step, known) for step in table.tables("steps"))
    posts = [post for step in steps for post in step.posts]
    if len(set(posts)) != len(posts):
        table.refuse("names a post twice", "steps")
    return ApprovalChain(
        clause=clause,
        steps=steps,
        fields=table.texts("fields", empty=True),
        fields_clause=known.clause(table, "fields_clause"),
        one_person_may_give_several=table.flag("one_person_may_give_several"),
    )


def _approval_step(table: Reader, known: Known) -> ApprovalStep:
    alternates = table.tables("alternates") if table.has("alternates") else ()
    with table:
        return ApprovalStep(
            table.text("post"),
            table.number("stage", least=1),
            known.clause(table),
            tuple(_alternate(entry, known) for entry in alternates),
        )


def _alternate(table: Reader, known: Known) -> Alternate:
    with table:
        return Alternate(table.text("post"), known.clause(table))


APPROVAL_CHAIN = Kind(ApprovalChain, _approval_chain, once=True)
