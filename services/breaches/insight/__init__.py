"""Requests for access to documents: who may see what we hold, by when, and what stays covered."""
