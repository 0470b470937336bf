"""How much each word of a name tells of whom is meant."""

from services.screening.matching.names import Kind, Name
from services.screening.matching.policy import Policy
from services.screening.matching.words import words as common

Weights = tuple[float, ...]


def weights_of(name: Name, kind: Kind, policy: Policy) -> Weights:
    """One for an ordinary word, less for those that many names have or that are left out often.

    A patronymic between two other words is often left out, and tells less than they do.
    """
    generic, last = common().generic, len(name.tokens) - 1
    weights = []
    for place, token in enumerate(name.tokens):
        if kind == "organisation" and token.text in generic:
            weights.append(policy.generic_weight)
        elif token.particle:
            weights.append(policy.particle_weight)
        elif kind == "person" and 0 < place < last and token.patronymic:
            weights.append(policy.patronymic_weight)
        else:
            weights.append(policy.short_weight if len(token.text) <= 2 else 1.0)
    return tuple(weights)
