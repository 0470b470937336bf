"""Letters of a case: small templates with the case's facts, in Danish, Swedish, English."""

from services.breaches.letters.paper import LANGUAGES, Language, Letter, Writer, Written, read_texts

__all__ = ["LANGUAGES", "Language", "Letter", "Writer", "Written", "read_texts"]
