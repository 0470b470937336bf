"""What `make bench` runs: each measure as a command of its own, at several sizes, and where its
figures stand in what it prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A measure. `ours`, `bare` and `ratio` name figures of its JSON (`a.b` lies in `a`), `size`
    and `cost` those between which the growth is read. A ratio says how ours compares with the
    baseline, which did as much of the same work in the same run.
    """

    name: str
    asks: str
    module: str
    runs: tuple[tuple[str, ...], ...] = ((),)
    ours: str = ""
    bare: str = ""
    ratio: str = ""
    baseline: str = ""
    size: str = ""
    cost: tuple[str, ...] = ()
    memory: str = "memory_mb"
    lists: bool = False
    """Whether it takes the folder of official lists as its first argument."""


MEASURES = (
    Measure(
        "way",
        "How many facts a second go through two services and their databases?",
        "bench.way",
        ours="ours_per_second",
        bare="bare_per_second",
        ratio="ratio",
        baseline="a copy of the same writes and sends, without framework, reading or deciding",
    ),
    Measure(
        "screening",
        "How long takes a name against so many listed ones, or a listing against so many parties?",
        "bench.million",
        tuple(("--count", str(count), "--planted", "500") for count in (20_000, 100_000, 500_000)),
        ours="treated.p50_ms",
        size="names",
        cost=("treated.p50_ms", "treated.p99_ms", "built_s", "searched_mb"),
        memory="resident_before_mb",
        lists=True,
    ),
    Measure(
        "intake",
        "How long is each type of document read (ms)?",
        "bench.intake",
        baseline="the text of the same file and nothing else",
    ),
    Measure(
        "taking",
        "How fast is a folder of 200 mixed files taken in, twenty of them hostile?",
        "bench.taking",
        ours="ours_seconds",
        bare="bare_seconds",
        ratio="ratio",
        baseline="a hash of the same bytes, and each file sealed and stored",
        memory="most_memory_mb",
    ),
    Measure(
        "blast",
        "Whom does one party touch, among so many members of chains?",
        "bench.blast",
        tuple(("--contracts", str(count)) for count in (250, 500, 1_000, 2_000)),
        ours="blast_p50_ms",
        bare="documents_p50_ms",
        ratio="ratio_p50_ms",
        baseline="the contracts alone, asked of the documents instead of the map",
        size="members",
        cost=("blast_p50_ms", "blast_p99_ms", "load_seconds", "map_drawn_seconds", "memory_mb"),
    ),
    Measure(
        "payments",
        "How many invoices a second are answered?",
        "bench.payments",
        (("5000", "500"), ("20000", "2000"), ("20000", "2000", "200000")),
        ours="http_per_second",
        bare="bare_per_second",
        ratio="http_ratio",
        baseline="the same documents and sends in the same batches, without looking at anything",
        size="invoices",
        cost=(
            "cpu_ms_per_thousand.http.service",
            "cpu_ms_per_thousand.http.database",
            "most_memory_mb",
        ),
        memory="most_memory_mb",
    ),
    Measure(
        "region",
        "What does a region cost on the whole system, all eight services?",
        "bench.country",
        tuple(("--contracts", str(count)) for count in (8, 16)),
        ours="facts_per_second",
        bare="bare_facts_per_second",
        ratio="ratio",
        baseline="as many writes and sends through the two hops of the bare copy",
        size="contracts",
        cost=("seconds", "facts", "cpu_ms_per_fact.services", "disk_mb.mongo"),
        memory="memory_mb.services",
    ),
    Measure(
        "country",
        "And five regions?",
        "bench.country",
        (("--buyers", "5", "--contracts", "4"),),
        ours="facts_per_second",
        bare="bare_facts_per_second",
        ratio="ratio",
        baseline="as above",
        memory="memory_mb.services",
    ),
    Measure(
        "console",
        "What does each page of the console cost where it holds what it has heard of a region?",
        "bench.console",
        (("--rounds", "40"),),
        ours="slowest_processor_ms",
    ),
    Measure(
        "system",
        "When is the console usable, and what does the system cost at rest?",
        "bench.system",
        ours="idle_share_of_core",
        bare="bare_idle_share_of_core",
        baseline="broker and database alone",
    ),
)
"""`bench.year`, `bench.followup`, `bench.screening` and `bench.soak` take longer and are run by
themselves; their figures stand where they are asked for."""
