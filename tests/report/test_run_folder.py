"""A folder of results appears whole or not at all, and nobody's files are lost."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from kalimag.errors import UsageProblem
from kalimag.report import run_folder
from kalimag.report.run_folder import files_in, refuse_occupied, whole


def filled(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "result.json").write_text(json.dumps({"files": [*files, "result.json"]}))


def filled_and_stopped(out: Path, stop: type[BaseException] = RuntimeError) -> None:
    with whole(out) as building:
        filled(building, report="half")
        raise stop


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with whole(out) as building:
        filled(building, report="a")
        assert not out.exists()
    assert files_in(out) == ["report", "result.json"]
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with whole(out) as building:
        filled(building, report="a")
    assert (out / "report").read_text() == "a"


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_after_an_error_nothing_is_left(tmp_path: Path, stop: type[BaseException]) -> None:
    with pytest.raises(stop):
        filled_and_stopped(tmp_path / "out", stop)
    assert not list(tmp_path.iterdir())


def test_after_an_error_an_old_result_is_untouched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with whole(out) as building:
        filled(building, report="old")
    with pytest.raises(RuntimeError):
        filled_and_stopped(out)
    assert (out / "report").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_run_is_replaced_and_everything_else_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with whole(out) as building:
        filled(building, report="old", stale="old")
    (out / "notes.txt").write_text("mine")
    with whole(out) as building:
        filled(building, report="new", table="new")
    assert files_in(out) == ["notes.txt", "report", "result.json", "table"]
    assert [(out / name).read_text() for name in ("notes.txt", "report", "table")] == ["mine", "new", "new"]


def test_a_list_of_files_that_points_elsewhere_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "result.json").write_text(json.dumps({"files": ["../precious", 3, None]}))
    with whole(out) as building:
        filled(building, report="new")
    assert (tmp_path / "precious").read_text() == "mine"


def test_an_occupied_folder_is_refused_without_force(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageProblem, match="--force"):
        refuse_occupied(tmp_path, force=False)
    refuse_occupied(tmp_path, force=True)
    refuse_occupied(tmp_path / "new", force=False)
    with pytest.raises(UsageProblem, match="is a file"):
        refuse_occupied(tmp_path / "notes.txt", force=True)


def test_ctrl_c_waits_while_files_take_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = run_folder._settle

    def interrupted(building: Path, out: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        settle(building, out)

    monkeypatch.setattr(run_folder, "_settle", interrupted)
    with pytest.raises(KeyboardInterrupt), whole(tmp_path / "out") as building:
        filled(building, report="a")
    assert files_in(tmp_path / "out") == ["report", "result.json"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_it_works_outside_the_main_thread(tmp_path: Path) -> None:
    def work() -> None:
        with whole(tmp_path / "out") as building:
            filled(building, report="a")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert files_in(tmp_path / "out") == ["report", "result.json"]
