"""Commands are found by folder, and the help of every one of them can be read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import pytest

from kalimag.cli.lazy import FolderGroup, whole_names
from kalimag.cli.root import root
from kalimag.errors import KalimagError

COMMAND = '"""A command."""\nimport click\n@click.command()\ndef command():\n    """Say something."""\n'


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderGroup:
    """A folder of commands nobody has listed anywhere."""
    folder = tmp_path / "planted_commands"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text('"""Planted."""\n')
    (folder / "romk_block.py").write_text(COMMAND)
    (folder / "_hidden.py").write_text(COMMAND)
    (folder / "hollow.py").write_text('"""Nothing."""\n')
    (folder / "inner" / "__init__.py").write_text('"""An inner group."""\n')
    (folder / "inner" / "show.py").write_text(COMMAND)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("planted_commands")]:
        monkeypatch.delitem(sys.modules, name)
    return FolderGroup("planted_commands", name="planted")


def test_a_file_is_a_command_and_a_folder_a_group(planted: FolderGroup) -> None:
    context = click.Context(planted)
    assert planted.help == "Planted."
    assert planted.list_commands(context) == ["hollow", "inner", "romk-block"]
    found = planted.get_command(context, "romk-block")
    assert found is not None
    assert found.name == "romk-block"
    inner = planted.get_command(context, "inner")
    assert isinstance(inner, FolderGroup)
    assert inner.help == "An inner group."
    assert planted.get_command(context, "hidden") is None


def test_a_file_without_a_command_is_our_fault(planted: FolderGroup) -> None:
    with pytest.raises(KalimagError, match=r"planted_commands\.hollow has none"):
        planted.get_command(click.Context(planted), "hollow")


@pytest.mark.parametrize("path", list(whole_names(click.Context(root))))
def test_every_command_has_help(kalimag: Any, path: str) -> None:
    done = kalimag(*path.split(), "--help")
    assert done.exit_code == 0
    assert "--json" in done.stdout
    command: Any = root
    for name in path.split():
        command = command.get_command(click.Context(command), name)
    title = command.help.splitlines()[0]
    assert len(title) <= 58, f"'{title}' is cut short in the list of commands"
    assert title.endswith(".")
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_group_has_a_title(kalimag: Any) -> None:
    shown = kalimag("--help").stdout
    assert "..." not in shown.partition("Commands:")[2], "a title is cut short"
    for name in root.list_commands(click.Context(root)):
        assert kalimag(name, "--help").exit_code == 0


def test_the_version(kalimag: Any) -> None:
    import kalimag as package

    assert kalimag("--version").stdout == f"kalimag {package.__version__}\n"


def test_the_verbs_are_in_the_package() -> None:
    import kalimag
    from kalimag import verbs

    assert set(verbs.__all__) <= set(dir(kalimag))
    assert kalimag.read is verbs.read
    with pytest.raises(AttributeError, match="no attribute 'sing'"):
        _ = kalimag.sing
