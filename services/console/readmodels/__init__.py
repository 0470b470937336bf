"""What the pages show, fed by events only, so that it can be built again from the first fact.

Facts of different services come in any order. A read model therefore never waits for another one:
it notes what it is told under the id it is told about, and shows an id where a name is not known
yet. Where two facts could overtake each other, the later one is known by its number or time.
"""
