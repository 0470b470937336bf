"""Which cases may tell of offences, and whose key seals such words (GDPR Art 10; DBL § 8)."""

from shared.events.base import is_natural_person

OFFENCES = frozenset(
    (
        *("EX-A1", "EX-A2", "EX-A3", "EX-A4", "EX-A5", "EX-A6"),
        *("EX-C1", "EX-C2", "EX-C3", "EX-E", "EX-F"),
    )
)
"""Rules whose ground is a conviction, of the company or of somebody who leads it (Directive
2014/24/EU Art 57(1); udbudsloven § 135, stk. 1 and 2), or a breach of law that may be a crime
(Art 57(4)(a), (c) and (d)). That a ground exists is about the party; who did what stands in words.
"""


APART = "person-offences-"
"""What the names of such keys begin with; the id of the thing that tells of somebody follows."""


def offences_of(case_id: str, rule: str, party_id: str) -> str:
    """The person whose key seals the words of a case: the party itself where it is a person, else
    a name for those of whom the case tells. Nothing where no offence is spoken of.
    """
    if is_natural_person(party_id):
        return party_id
    return told_in(case_id) if rule in OFFENCES else ""


def told_of(id: str, ground: str, party_id: str = "") -> str:
    """The person whose key seals what is said of one ground, in what has this id: the party itself
    where it is a person, else a name for those of whom it tells. Nothing where the ground is no
    offence: that a person owes tax, say, is no datum on offences.
    """
    return offences_of(id, ground, party_id) if ground in OFFENCES else ""


def told_in(id: str) -> str:
    """The name for those of whom one thing tells, such as a case, a finding or an audit."""
    return f"{APART}{id}"
