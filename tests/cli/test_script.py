"""The script at the root: stamps, interrupted installations, and one clear line for what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from tests.support.shared import ROOT


@pytest.fixture
def script(tmp_path, monkeypatch):
    """The script as a module, with an environment of its own and no real installation."""
    monkeypatch.setenv("ZHANGGUI_VENV", str(tmp_path / "venv"))
    loader = SourceFileLoader("zhanggui_script", str(ROOT / "zhanggui"))
    spec = spec_from_loader("zhanggui_script", loader)
    assert spec is not None
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = module_from_spec(spec)
    loader.exec_module(module)
    module.__dict__["installed"] = []

    def make_environment():
        os.makedirs(os.path.dirname(module.PYTHON))
        os.symlink(sys.executable, module.PYTHON)

    monkeypatch.setattr(module, "make_environment", make_environment)
    monkeypatch.setattr(module, "run_pip", module.installed.append)
    return module


def test_the_first_start_installs_and_the_second_does_not(script, capsys):
    wanted = {"requirements.lock": "a"}
    script.install(wanted)
    script.install(wanted)
    assert script.installed == ["requirements.lock"]
    assert script.stamped() == wanted
    assert "installing" in capsys.readouterr().err


def test_a_changed_lock_installs_again(script):
    script.install({"requirements.lock": "a"})
    script.install({"requirements.lock": "b"})
    assert script.installed == ["requirements.lock"] * 2
    assert script.stamped() == {"requirements.lock": "b"}


def test_tests_install_more_and_keep_what_is_there(script):
    script.install({"requirements.lock": "a"})
    script.install({"requirements.lock": "a", "requirements-dev.lock": "d"})
    assert script.stamped() == {"requirements.lock": "a", "requirements-dev.lock": "d"}


def test_an_interrupted_installation_is_begun_anew(script, monkeypatch):
    def interrupted(lock):
        raise KeyboardInterrupt

    monkeypatch.setattr(script, "run_pip", interrupted)
    with pytest.raises(KeyboardInterrupt):
        script.install({"requirements.lock": "a"})
    half = os.path.join(script.VENV, "half-installed")
    open(half, "w").close()
    assert script.stamped() == {}
    monkeypatch.setattr(script, "run_pip", script.installed.append)
    script.install({"requirements.lock": "a"})
    assert script.stamped() == {"requirements.lock": "a"}
    assert not os.path.exists(half)


def test_another_python_makes_the_environment_anew(script):
    script.install({"requirements.lock": "a"})
    stamp = Path(script.STAMP)
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "python": "/usr/bin/python3.9"}))
    assert script.stamped() == {}


def test_a_missing_lock_is_one_line(script, capsys):
    with pytest.raises(SystemExit) as end:
        script.fingerprint("no-such.lock")
    assert end.value.code == 1
    assert capsys.readouterr().err == "zhanggui: cannot read no-such.lock: No such file or directory\n"


def test_an_old_python_is_one_line(script, monkeypatch, capsys):
    monkeypatch.setattr(script.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(script.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        script.use_a_new_enough_python()
    error = capsys.readouterr().err
    assert error.startswith("zhanggui: needs Python 3.11 or newer, this is 3.9;")
    assert error.count("\n") == 1


def test_the_locks_hold_hashes_and_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-forecast.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "/" not in text.replace("--hash=sha256:", "")
        pinned = [line for line in text.splitlines() if "==" in line]
        assert text.count("--hash=sha256:") >= len(pinned) > 20


def test_both_locks_agree():
    """What the mall runs with is what the tests test."""

    def pins(name: str) -> set[str]:
        return {line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_an_extra_has_an_environment_of_its_own(script, capsys):
    mall = script.VENV
    script.install_extra(["forecast"])
    assert mall + "-forecast" == script.VENV
    assert script.installed == ["requirements-forecast.lock"]
    assert capsys.readouterr().out.strip() == script.PYTHON


def test_an_unknown_extra_is_told_what_there_is(script, capsys):
    with pytest.raises(SystemExit):
        script.install_extra(["weather"])
    assert "install one of: forecast" in capsys.readouterr().err


def test_later_starts_cost_little():
    """Everything before the command itself: a wrong call is answered in well under a second."""
    if not (ROOT / ".venv" / "zhanggui.stamp").exists():
        pytest.skip("not run through ./zhanggui")
    done = subprocess.run([str(ROOT / "zhanggui"), "nonsense"], capture_output=True, text=True, timeout=5)
    assert done.returncode == 2
