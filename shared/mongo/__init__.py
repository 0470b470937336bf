"""The only room that knows the driver: stores, keys, files and leases in MongoDB.

What was measured on the embedded stand-in shapes it: the journal is one document per commit,
what is not yet sent is one small document per commit, the inbox one document per batch with a
unique index over its ids, `$in` is asked in pieces, and nothing is sorted on `_id`.
"""

from shared.mongo.filed import MongoFiles
from shared.mongo.indexes import SERVICE_COLLECTIONS, indexes_of
from shared.mongo.keyring import MongoKeyRing
from shared.mongo.line import About, about_database, connect, in_our_words, ping
from shared.mongo.store import MongoStore

__all__ = [
    "SERVICE_COLLECTIONS",
    "About",
    "MongoFiles",
    "MongoKeyRing",
    "MongoStore",
    "about_database",
    "connect",
    "in_our_words",
    "indexes_of",
    "ping",
]
