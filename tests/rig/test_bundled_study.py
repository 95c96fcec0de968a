"""The study in the package is what the rig makes of its recipe: nobody touched it up."""

from __future__ import annotations

import tomllib
from pathlib import Path

from virtual_patch import folder_bytes

from kalimag.rig.bundled import BUNDLED, make_bundled

REMEDY = "run scripts/remake_bundled_study.py if the rig was meant to change"


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_the_bundled_study_is_what_the_rig_makes(tmp_path: Path) -> None:
    made = make_bundled(tmp_path / "again")
    assert differences(folder_bytes(BUNDLED), folder_bytes(made.folder)) == [], REMEDY


def test_one_changed_byte_is_noticed() -> None:
    here = folder_bytes(BUNDLED)
    name = "patches/p05_3.abf"
    there = {**here, name: here[name][:-600] + bytes([here[name][-600] ^ 1]) + here[name][-599:]}
    assert differences(here, there) == [name]
    assert differences(here, {k: v for k, v in here.items() if k != "truth.json"}) == ["truth.json"]


def test_the_bundled_study_is_small_and_says_what_it_is() -> None:
    files = folder_bytes(BUNDLED)
    assert sum(map(len, files.values())) < 1_000_000
    assert tomllib.loads(files["study.toml"].decode())["synthetic"] is True
    assert files["README.txt"].startswith(b"SYNTHETIC")
    assert all(
        b"SYNTHETIC, not recorded" in raw[:6144] for name, raw in files.items() if name.endswith(".abf")
    )
