"""A year of a region: list changes, expiries, answers, late answers, withdrawals, a new buyer.

    python -m bench.year [--weeks 52] [--contracts 2000] [--seed 7]

`subcontractors` and `breaches` run with their real handlers on stores in memory and hear each
other; the business clock goes day by day. What other services would tell is drawn from a seed, and
so is what people do: officers, approvers and suppliers act lawfully and not, in time, late or
never. In the end every case must be in a lawful state.
"""
