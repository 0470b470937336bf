"""Ids that follow from their causes, so that the same fact twice is one thing."""

from hashlib import sha256


def id_of(kind: str, *causes: str) -> str:
    """`exp-1f3c…`: the same causes always give the same id."""
    return f"{kind}-{sha256('|'.join(causes).encode()).hexdigest()[:16]}"
