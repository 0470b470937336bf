"""Free memory is what the machine and the container's limit both allow."""

from pathlib import Path

from shared.embedded.memory import free_memory


def test_the_container_limit_counts_when_it_is_the_lower_one(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  2048 kB\nMemAvailable:    1024 kB\n")
    assert free_memory(meminfo, tmp_path) == 1024 * 1024

    (tmp_path / "memory.max").write_text("500000\n")
    (tmp_path / "memory.current").write_text("400000\n")
    assert free_memory(meminfo, tmp_path) == 100000

    (tmp_path / "memory.max").write_text("max\n")
    assert free_memory(meminfo, tmp_path) == 1024 * 1024


def test_a_system_that_does_not_tell_is_not_asked_twice(tmp_path: Path) -> None:
    assert free_memory(tmp_path / "nothing", tmp_path) is None
