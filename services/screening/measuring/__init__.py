"""Screening without a running system: files of questions or pairs, and the time they take."""
