"""Letters of a case: text from small templates with the case's facts, in Danish and English."""

from services.breaches.letters.paper import Letter, Writer, Written, read_texts

__all__ = ["Letter", "Writer", "Written", "read_texts"]
