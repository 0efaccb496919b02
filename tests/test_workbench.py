"""The launcher without an installation: what it decides, what it says, and what the lock files promise."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import workbench

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# --- an old Python ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10, 13)])
def test_an_old_python_is_told_what_to_do(version):
    problem = workbench.python_problem(version)
    assert f"Python {version[0]}.{version[1]}" in problem
    assert "3.11 or newer" in problem


@pytest.mark.parametrize("version", [(3, 11), (3, 14, 1), (4, 0)])
def test_a_new_enough_python_passes(version):
    assert workbench.python_problem(version) is None


def test_the_launcher_parses_on_python_36_and_states_the_supported_version():
    ast.parse((ROOT / "workbench.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    assert PROJECT["project"]["requires-python"] == ">={}.{}".format(*workbench.OLDEST_PYTHON)


def test_the_launcher_imports_only_the_standard_library():
    tree = ast.parse((ROOT / "workbench.py").read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.partition(".")[0])
    assert "subprocess" in names
    assert names <= sys.stdlib_module_names


# --- the stamp --------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder with everything `prepare` reads; pip and venv are replaced by a record of the calls."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    for lock in workbench.LOCKS.values():
        (tmp_path / lock).write_text("numpy==2.4.6\n")
    calls = []
    monkeypatch.setattr(workbench, "ROOT", tmp_path)
    monkeypatch.setattr(workbench, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(workbench, "venv_version", lambda folder: "3.11.7" if folder.exists() else None)

    def make_venv():
        calls.append("venv")
        (tmp_path / ".venv").mkdir()

    monkeypatch.setattr(workbench, "make_venv", make_venv)
    monkeypatch.setattr(workbench, "install", lambda arguments, version: calls.append(arguments[-1]))
    return tmp_path, calls


def test_a_second_start_installs_nothing(project):
    folder, calls = project
    workbench.prepare("app")
    assert calls == ["venv", str(folder / "requirements.lock"), str(folder)]
    calls.clear()
    workbench.prepare("app")
    assert calls == []


def test_the_test_set_serves_the_app_too_but_not_the_other_way_round(project):
    folder, calls = project
    workbench.prepare("test")
    calls.clear()
    workbench.prepare("app")
    assert calls == []
    workbench.write_stamp(workbench.finished_stamp("app", "3.11.7", folder), folder / ".venv")
    workbench.prepare("test")
    assert calls != []


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock"])
def test_a_changed_input_installs_again_in_the_same_environment(project, name):
    folder, calls = project
    workbench.prepare("app")
    calls.clear()
    (folder / name).write_text("changed\n")
    workbench.prepare("app")
    assert calls == [str(folder / "requirements.lock"), str(folder)]


def test_an_interrupted_installation_is_made_afresh(project, monkeypatch):
    folder, calls = project

    def dies(arguments, version):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(workbench, "install", dies)
        with pytest.raises(KeyboardInterrupt):
            workbench.prepare("app")
    (folder / ".venv" / "leftover").write_text("half a package")
    calls.clear()
    workbench.prepare("app")
    assert calls[0] == "venv"
    assert not (folder / ".venv" / "leftover").exists()


def test_the_digest_depends_on_python_folder_and_set(tmp_path):
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        for name in ("pyproject.toml", *workbench.LOCKS.values()):
            (folder / name).write_text("same\n")
    digests = {
        workbench.setup_digest("app", "3.11.7", tmp_path / "one"),
        workbench.setup_digest("app", "3.12.1", tmp_path / "one"),
        workbench.setup_digest("test", "3.11.7", tmp_path / "one"),
        workbench.setup_digest("app", "3.11.7", tmp_path / "two"),
    }
    assert len(digests) == 4


def test_a_damaged_stamp_counts_as_none(tmp_path):
    (tmp_path / workbench.STAMP).write_text('{"app": ')
    assert workbench.read_stamp(tmp_path) == {}


def test_a_broken_environment_is_noticed(tmp_path):
    assert workbench.venv_version(tmp_path / "missing") is None
    program = workbench.venv_program("python", tmp_path)
    program.parent.mkdir(parents=True)
    program.write_text("not a program")
    program.chmod(0o755)
    assert workbench.venv_version(tmp_path) is None


def test_the_environment_of_this_test_run_is_whole():
    if sys.prefix == sys.base_prefix:
        pytest.skip("the tests run outside an environment")
    assert workbench.venv_version(Path(sys.prefix)) == sys.version.split()[0]


def test_two_launches_take_turns(tmp_path, capsys):
    path, order = tmp_path / "lock", []

    def second():
        with workbench.one_at_a_time(path):
            order.append("second")

    with workbench.one_at_a_time(path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.2)
        order.append("first")
    thread.join(timeout=10)
    assert order == ["first", "second"]
    assert "Another launch" in capsys.readouterr().err


# --- messages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError('...: [Errno -3] Temporary failure in name resolution')", "No connection"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))", "certificate"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "refused"),
        ("ERROR: No matching distribution found for numba==0.68.1", "another Python"),
        ("ERROR: Could not install packages due to an OSError: [WinError 5] Access is denied", "Close a running"),
    ],
)
def test_a_failed_installation_names_cause_and_cure(output, advice):
    assert advice in workbench.explain_install(output)


def test_an_unknown_failure_is_not_explained_away():
    assert workbench.explain_install("something never seen") is None


def test_a_python_without_ensurepip_names_the_package_to_install():
    message = workbench.explain_venv("... because ensurepip is not\navailable. On Debian/Ubuntu systems ...")
    assert f"python3.{sys.version_info[1]}-venv" in message


def test_pip_chatter_is_reduced_to_what_takes_time():
    line = "  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_27_x86_64.whl (16.9 MB)\n"
    assert workbench.pip_news(line) == "  numpy 2.4.6 (16.9 MB)"
    assert workbench.pip_news("Installing collected packages: a, b, c") == "  unpacking 3 packages"
    assert workbench.pip_news("  Downloading idna-3.20-py3-none-any.whl (70 kB)\n") is None


def test_a_problem_reaches_the_person_as_a_sentence(monkeypatch, capsys):
    def fails(arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(workbench.COMMANDS, "cli", fails)
    monkeypatch.setattr(workbench.signal, "signal", lambda number, handler: None)
    assert workbench.run(["cli"]) == 1
    said = capsys.readouterr().err
    assert "disk is full" in said
    assert "Traceback" not in said


# --- serving ----------------------------------------------------------------------------------------------------


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_passed_over(taken_port, monkeypatch):
    assert not workbench.is_free(taken_port)
    monkeypatch.setattr(workbench, "FIRST_PORT", taken_port)
    assert taken_port < workbench.choose_port(None) < taken_port + workbench.PORTS_TO_TRY


def test_a_port_asked_for_and_taken_is_refused(taken_port):
    with pytest.raises(workbench.Problem, match=f"Port {taken_port} is taken"):
        workbench.choose_port(taken_port)


def test_the_flags_repeat_the_settings_file():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for flag in workbench.STREAMLIT_FLAGS:
        name, _, value = flag.removeprefix("--").partition("=")
        section, key = name.split(".")
        assert str(settings[section][key]).lower() == value.lower(), name


def test_the_bundled_font_is_where_the_settings_say():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for face in settings["theme"]["fontFaces"]:
        assert face["family"] in settings["theme"]["font"]
        assert (ROOT / face["url"].removeprefix("app/")).is_file()


def test_a_browser_named_and_missing_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("TIERLAB_BROWSER", str(tmp_path / "nothing"))
    with pytest.raises(workbench.Problem, match="TIERLAB_BROWSER"):
        workbench.find_browser()
    monkeypatch.setenv("TIERLAB_BROWSER", sys.executable)
    assert workbench.find_browser() == sys.executable


def test_an_exit_status_passes_through():
    assert workbench.pass_through([sys.executable, "-c", "raise SystemExit(7)"]) == 7
    if os.name == "posix":
        assert workbench.pass_through([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == 128 + 15


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_kill_takes_the_program_along():
    program = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"
    launcher = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
import workbench
workbench.COMMANDS["cli"] = lambda arguments: workbench.pass_through([sys.executable, "-c", {program!r}])
sys.exit(workbench.run(["cli"]))
"""
    with subprocess.Popen([sys.executable, "-c", launcher], stdout=subprocess.PIPE, text=True) as process:
        child = int(process.stdout.readline())
        process.terminate()
        assert process.wait(timeout=30) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.parametrize(
    ("asked", "passed"),
    [
        ([], ["-n", "2", "--dist", "loadgroup"]),
        (["--proofs"], ["-m", "slow or not slow", "-n", "2", "--dist", "loadgroup"]),
        (["tests/test_cli.py", "-x"], ["tests/test_cli.py", "-x"]),
    ],
)
def test_what_test_runs(monkeypatch, asked, passed):
    """Everything is a usual run and the proofs; whoever names tests decides alone."""
    commands = []
    monkeypatch.setattr(workbench, "prepare", lambda kind: Path("python"))
    monkeypatch.setattr(workbench, "find_browser", lambda: None)
    monkeypatch.setattr(workbench, "install_browser", lambda: None)
    monkeypatch.setattr(workbench, "warm_up", lambda python: True)
    monkeypatch.setattr(workbench.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(workbench, "pass_through", lambda command, **environment: commands.append(command) or 0)
    assert workbench.run_tests(asked) == 0
    assert commands == [[Path("python"), "-m", "pytest", *passed]]


def test_help_names_the_commands():
    command = [sys.executable, str(ROOT / "workbench.py"), "--help"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0
    for word in ("test", "cli", "lock", "--port", "--no-browser"):
        assert word in answer.stdout


# --- the lock files ---------------------------------------------------------------------------------------------


def read_lock(name: str) -> dict[str, set[tuple[str, str]]]:
    """Package -> {(version, marker)} of a lock file; fails where a package has no hash or is not pinned."""
    pins: dict[str, set[tuple[str, str]]] = {}
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        pinned, *hashes = line.split("--hash=sha256:")
        assert hashes, f"{name}: no hash for {pinned}"
        requirement = Requirement(pinned)
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", f"{name}: {pinned} is not pinned"
        key = canonicalize_name(requirement.name)
        pins.setdefault(key, set()).add((specifier.version, str(requirement.marker or "")))
    return pins


def direct(*extras: str) -> list[Requirement]:
    """The requirements that pyproject.toml states: build, core and these extras."""
    project = PROJECT["project"]
    stated = [*PROJECT["build-system"]["requires"], *project["dependencies"]]
    for extra in extras:
        stated += project["optional-dependencies"][extra]
    return [Requirement(text) for text in stated]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.lock", ("ui",)), ("requirements-test.lock", ("ui", "export", "test"))],
)
def test_every_direct_dependency_is_locked_within_its_bounds(lock, extras):
    pins = read_lock(lock)
    for requirement in direct(*extras):
        versions = {version for version, _ in pins[canonicalize_name(requirement.name)]}
        if requirement.marker is None:
            assert all(requirement.specifier.contains(version) for version in versions), requirement
        else:
            assert any(requirement.specifier.contains(version) for version in versions), requirement


def test_the_test_lock_holds_the_app_lock_with_the_same_versions():
    app, test = read_lock("requirements.lock"), read_lock("requirements-test.lock")
    assert set(app) < set(test)
    assert {name: test[name] for name in app} == app


@pytest.mark.parametrize("lock", workbench.LOCKS.values())
def test_a_lock_holds_for_everybody(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "torch" not in read_lock(lock)


def test_the_listed_packages_and_modules_exist():
    setuptools = PROJECT["tool"]["setuptools"]
    for package in setuptools["packages"]:
        kinds = {path.suffix for path in (ROOT / package.replace(".", "/")).iterdir()}
        assert kinds & {".py", ".toml"}, f"{package} is listed in pyproject.toml and empty"
    rooms = {package.partition(".")[0] for package in setuptools["packages"]}
    folders = {path.parent.relative_to(ROOT).as_posix() for room in rooms for path in (ROOT / room).rglob("*.py")}
    assert {each.replace("/", ".") for each in folders} <= set(setuptools["packages"]), "a folder that is not installed"
    for module in setuptools["py-modules"]:
        assert (ROOT / f"{module}.py").is_file(), f"{module} is listed in pyproject.toml and missing"
