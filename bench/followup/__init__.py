"""A year of follow-up for a region: planned, run and reported, through HTTP and events.

    python -m bench.followup [--contracts 2000] [--seed 7]

Two replicas of audits share one embedded database and one clock that is moved by a fortnight at a
time; both look for deadlines at once, and requests go to them in turns. Contracts come as facts;
the year is proposed and approved over HTTP; auditors hold what is planned, suppliers answer
through their links or do not, managers agree on actions that are verified or missed, and facts
about hits, chains, stocks and complaints change plan and risk meanwhile. At the end the journal is
read: every step of a ladder once, none missing. Figures stand in docs/follow-up.md.
"""

from bench.followup.measuring import measure

__all__ = ["measure"]
