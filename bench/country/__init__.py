"""A simulated region or country on the whole running system: what comes in by its real doors.

    python -m bench.country [--buyers 5] [--contracts 100] [--seed 7]

Contracts arrive as OCDS releases, suppliers' papers as files (ESPD, ownership, subcontractors), a
new list names owners in the chains, officers give their verdicts, the payer's invoices are asked
about. All eight services run as `ansvar up` starts them. Told are the facts that were announced,
how long each piece of work took until nothing waited any more, the memory of each process, what
lies on the disk, and a bare copy of as many writes and sends in the same run.
"""
