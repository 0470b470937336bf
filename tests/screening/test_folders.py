"""Folders that can be made again are thrown away when nobody uses them, and never before."""

import os
import subprocess
import sys
import time
from pathlib import Path

from services.screening.folders import hold, is_held, private_folder, throw_away_unused

DAY = 86_400
HOLDER = """
import sys
from pathlib import Path
from services.screening.folders import private_folder
with private_folder(Path(sys.argv[1])) as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


def folder(home: Path, name: str, days: int) -> Path:
    made = home / name
    made.mkdir()
    (made / "file").write_text("x")
    used = time.time() - days * DAY
    os.utime(made, (used, used))
    return made


def test_what_nobody_used_for_long_is_thrown_away(tmp_path: Path) -> None:
    old, new = folder(tmp_path, "old", 40), folder(tmp_path, "new", 2)
    assert throw_away_unused(tmp_path, 30 * DAY) == ["old"]
    assert (old.exists(), new.exists()) == (False, True)
    assert throw_away_unused(tmp_path / "absent", 30 * DAY) == []


def test_what_somebody_holds_stays_however_old_it_is(tmp_path: Path) -> None:
    old = folder(tmp_path, "old", 40)
    held = hold(old)
    assert is_held(old)
    assert throw_away_unused(tmp_path, 30 * DAY) == []
    os.close(held)
    assert throw_away_unused(tmp_path, 30 * DAY) == ["old"]


def test_a_private_folder_is_ours_alone_and_gone_afterwards(tmp_path: Path) -> None:
    with private_folder(tmp_path / "private") as made:
        assert made.stat().st_mode & 0o777 == made.parent.stat().st_mode & 0o777 == 0o700
    assert not made.exists()


def test_what_a_killed_process_left_is_thrown_away_by_the_next(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().decode().strip())
        os.utime(left, (0, 0))
        with private_folder(tmp_path):
            assert left.exists()  # its process lives and holds it
        process.kill()
    with private_folder(tmp_path) as mine:
        assert list(tmp_path.iterdir()) == [mine]
