"""The chapters of the story, in the order in which they happen."""

from collections.abc import Awaitable, Callable

from shared.story.chapters.audit import an_action_is_overdue
from shared.story.chapters.beginning import (
    the_contract_arrives,
    the_desk_is_ready,
    the_supplier_answers,
)
from shared.story.chapters.chain import subcontractors_are_named
from shared.story.chapters.claim import a_claim_is_contradicted
from shared.story.chapters.listing import owners_are_listed
from shared.story.chapters.proofs import the_contract_system_knows, the_record_is_whole
from shared.story.chapters.substitute import a_substitute_takes_over
from shared.story.player import Player

Chapter = Callable[[Player], Awaitable[None]]

CHAPTERS: tuple[Chapter, ...] = (
    the_desk_is_ready,
    the_contract_arrives,
    the_supplier_answers,
    subcontractors_are_named,
    owners_are_listed,
    a_claim_is_contradicted,
    a_substitute_takes_over,
    an_action_is_overdue,
    the_contract_system_knows,
    the_record_is_whole,
)
