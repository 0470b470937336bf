"""What people say of data whose time is over, and the moments at which it is."""

from shared.events.base import Command, Effect, Internal


class RetentionCommand(Command):
    contract_id: str
    reason: str


class DecideErasure(RetentionCommand):
    """`reference` names the decision in the buyer's records (SE: gallringsbeslut)."""

    reference: str


class HoldErasure(RetentionCommand):
    pass


class ReleaseErasure(RetentionCommand):
    pass


class ErasureNear(Internal):
    contract_id: str


class ErasureDue(Internal):
    contract_id: str


class ErasePersons(Effect):
    """Destroy the keys of persons. `persons` are ids, which are keyed hashes; `words` name the keys
    of what papers and claims say of offences.
    """

    contract_id: str
    persons: tuple[str, ...]
    words: tuple[str, ...] = ()


class PersonsErased(Internal):
    """`held` of them were held back, such as for a court."""

    contract_id: str
    held: int
