"""What others run `autodiff test` with: the hook for pre-commit, and the action for GitHub."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from autodiff.cli.app import COMMANDS
from tests.architecture.rooms import ROOT, SOURCE

HOOKS: Final = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
ACTION: Final = ROOT / ".github" / "actions" / "autodiff"
DEFINITION: Final = (ACTION / "action.yml").read_text(encoding="utf-8")


def test_the_hook_is_a_command_of_ours() -> None:
    """The keys that pre-commit asks for are there, the command exists, and it gets the files that are meant."""
    found = dict(re.findall(r"^(?:- |  )(\w+): +(.+?)(?: +#.*)?$", HOOKS, re.MULTILINE))
    assert {"id", "name", "entry", "language", "files"} <= set(found)
    program, command = found["entry"].split()
    assert (program, command in COMMANDS, found["language"]) == ("autodiff", True, "python")
    assert re.search(found["files"], "a/gradients.autodiff")
    assert not re.search(found["files"], "a/autodiff.py")
    assert found["require_serial"] == "true"


def test_both_are_yaml() -> None:
    """A reader of YAML finds the hook, and in the action what it is called by."""
    yaml = pytest.importorskip("yaml")
    (hook,) = yaml.safe_load(HOOKS)
    assert hook["id"] == "autodiff-test"
    action = yaml.safe_load(DEFINITION)
    assert set(action["inputs"]) == {"files", "select", "junit"}
    assert all(set(each) == {"description", "default"} for each in action["inputs"].values())
    assert action["runs"]["using"] == "composite"
    (step,) = action["runs"]["steps"]
    assert (step["shell"], step["run"]) == ("bash", 'bash "$GITHUB_ACTION_PATH/test.sh"')
    assert set(step["env"].values()) == {f"${{{{ inputs.{name} }}}}" for name in action["inputs"]}


def test_inputs_are_no_part_of_a_program() -> None:
    """They reach the script as variables only, and the script asks for all of them."""
    commands = re.findall(r"^ +run: (.+)$", DEFINITION, re.MULTILINE)
    assert commands == ['bash "$GITHUB_ACTION_PATH/test.sh"']
    variables = re.findall(r"^ +(\w+): \$\{\{ inputs\.(\w+) \}\}$", DEFINITION, re.MULTILINE)
    assert [name for name, _ in variables] == ["AUTODIFF_FILES", "AUTODIFF_SELECT", "AUTODIFF_JUNIT"]
    script = (ACTION / "test.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"AUTODIFF_\w+", script)) == {name for name, _ in variables}


class Job:
    """A job of GitHub's on this machine: the workspace, and the environment that the action installs, there already."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "workspace"
        self.temporary = folder / "temporary"
        words = ["cksum"]
        checked = subprocess.run(words, input=str(ACTION), capture_output=True, encoding="utf-8", check=True)
        checksum = checked.stdout.split()[0]
        programs = self.temporary / f"autodiff-{checksum}" / "bin"
        programs.mkdir(parents=True)
        self.workspace.mkdir()
        (programs.parent / "installed").touch()
        program = programs / "autodiff"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m autodiff "$@"\n')
        program.chmod(0o755)

    def run(self, files: str, select: str = "", junit: str = "") -> tuple[int, str]:
        """The exit code and all that is printed by the action's command with these inputs."""
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(SOURCE.parent),
            "LANG": "C.UTF-8",
            "GITHUB_ACTION_PATH": str(ACTION),
            "RUNNER_TEMP": str(self.temporary),
            "AUTODIFF_FILES": files,
            "AUTODIFF_SELECT": select,
            "AUTODIFF_JUNIT": junit,
        }
        (command,) = re.findall(r"^ +run: (.+)$", DEFINITION, re.MULTILINE)
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command]  # as GitHub calls it
        done = subprocess.run(
            words,
            cwd=self.workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A workspace with two files, one of them deep below, with a space in its name."""
    found = Job(tmp_path)
    deep = found.workspace / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "c d.autodiff").write_text("x**2 x=3 --expect x.grad=6\n")
    (found.workspace / "e.autodiff").write_text("x**2 x=3 --expect x.grad=7\n")
    return found


ERROR: Final = (
    "::error file=e.autodiff,line=1,title=autodiff%3A x**2 x=3::x.grad: expected 7, got 6.0, difference 1.0\n"
)


def test_the_action_runs_the_cases(job: Job) -> None:
    """Patterns find files below, words are files, and what fails is an annotation."""
    assert job.run("**/*.autodiff") == (1, f"{ERROR}1 passed, 1 failed\n")
    assert job.run("a/b/c d.autodiff\n") == (0, "1 passed\n")
    assert job.run("a/**/*.autodiff\r\n\n*.autodiff\r\n", select="X**2") == (1, f"{ERROR}1 passed, 1 failed\n")


def test_the_action_writes_a_report_besides(job: Job) -> None:
    """The annotations are printed as ever."""
    assert job.run("e.autodiff", junit="my report.xml") == (1, f"{ERROR}0 passed, 1 failed\n")
    assert 'failures="1"' in (job.workspace / "my report.xml").read_text(encoding="utf-8")


def test_the_action_does_not_pass_without_files(job: Job) -> None:
    """A pattern that finds nothing is an error, and so are no files at all; a word is never a command."""
    assert job.run("*.case%") == (2, "::error::autodiff: no file matches *.case%25\n")
    assert job.run("\n") == (2, "::error::autodiff: no files are given\n")
    assert job.run("$(touch x)")[0] == 2
    assert job.run("-h")[0] == 2
    assert not (job.workspace / "x").exists()
