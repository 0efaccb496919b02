"""The launcher: from a bare Python to the running workbench, with nothing but the standard library.

`python workbench.py` opens the app, `python workbench.py test` runs the test suite and
`python workbench.py cli ...` is the command line. Everything lives in `.venv` beside this file; deleting
that folder undoes it all.

This file must parse on Python 3.6, so that an old Python gets a sentence and not a syntax error.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path

OLDEST_PYTHON = (3, 11)


def python_problem(version):
    """The sentence for somebody whose Python is too old, or None when it will do."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return None
    return "Tierlab needs Python {}.{} or newer, and this is Python {}.{}. Install a newer one from python.org or from \
your system's packages and start this file with it, for example: python3.12 workbench.py".format(
        *OLDEST_PYTHON, version[0], version[1]
    )


if python_problem(sys.version_info):
    sys.exit(python_problem(sys.version_info))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = "tierlab-setup.json"
LOCKS = {"app": "requirements.lock", "test": "requirements-test.lock"}
PROOFS = "--proofs"  # argument of `test` for everything, also for what pyproject.toml leaves out of a usual run
FIRST_PORT = 8501
PORTS_TO_TRY = 20
START_SECONDS = 90
# The safety settings of .streamlit/config.toml once more as flags: a flag is the only thing that a setting in
# somebody's environment cannot override.
STREAMLIT_FLAGS = (
    "--server.address=127.0.0.1",
    "--server.headless=true",
    "--server.showEmailPrompt=false",
    "--server.fileWatcherType=none",
    "--server.enableAgentApi=false",
    "--browser.gatherUsageStats=false",
    "--client.showErrorLinks=false",
)


class Problem(Exception):
    """Something the person at the keyboard has to know or do; its text is all they see."""


class Stopped(KeyboardInterrupt):
    """Somebody asked this process to end: a kill or a closed terminal, which our program has not seen."""


def say(text):
    """Speak on standard error, so that the output of a passed-through command stays clean."""
    print(text, file=sys.stderr, flush=True)


# --- the environment: made once, stamped last -------------------------------------------------------------------


def venv_program(name: str, folder: Path) -> Path:
    """Where a program of the environment is on this system."""
    return folder / "Scripts" / (name + ".exe") if os.name == "nt" else folder / "bin" / name


def venv_version(folder: Path) -> "str | None":
    """Version of the environment's Python, or None when the environment is missing or broken."""
    probe = "import pip, platform, sys; assert sys.prefix != sys.base_prefix; print(platform.python_version())"
    try:
        answer = subprocess.run(
            [str(venv_program("python", folder)), "-I", "-c", probe], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = answer.stdout.strip()
    if answer.returncode != 0 or python_problem([int(part) for part in version.split(".")[:2]]):
        return None
    return version


def setup_digest(kind: str, version: str, root: Path) -> str:
    """What an installation of `kind` ("app" or "test") depends on, as one digest.

    The folder is part of it: the programs in an environment hold its path, so a moved copy is installed again.
    """
    digest = hashlib.sha256()
    for part in (str(root), version, kind):
        digest.update(part.encode() + b"\0")
    for name in ("pyproject.toml", LOCKS[kind]):
        digest.update(hashlib.sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()


def read_stamp(folder: Path) -> dict:
    """The stamp: kind -> digest of what is installed, or {"state": "installing"}, or {} when there is none."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict, folder: Path) -> None:
    """Replace the stamp in one step, so that no reader sees half of it."""
    fresh = folder / (STAMP + ".new")
    fresh.write_text(json.dumps(stamp), encoding="utf-8")
    fresh.replace(folder / STAMP)


def finished_stamp(kind: str, version: str, root: Path) -> dict:
    """The stamp after a successful installation; the test set holds everything the app set holds."""
    kinds = ("app", "test") if kind == "test" else ("app",)
    return {each: setup_digest(each, version, root) for each in kinds}


@contextlib.contextmanager
def one_at_a_time(path: Path):
    """Let one launch set up at a time. The system drops the lock when its holder dies, so it cannot go stale."""
    with path.open("a") as handle:
        if not _try_lock(handle):
            say("Another launch is setting Tierlab up in this folder; waiting for it.")
            while not _try_lock(handle):
                time.sleep(0.5)
        # Closing the file releases the lock.
        yield


def _try_lock(handle) -> bool:
    """True once the lock is held, and also on a file system that knows no locks."""
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def prepare(kind: str) -> Path:
    """Make sure the environment holds what `kind` needs; return its Python. Instant when it already does."""
    for name in ("pyproject.toml", LOCKS[kind]):
        if not (ROOT / name).is_file():
            raise Problem(f"{name} is missing beside workbench.py. Get a complete copy of the project and try again.")
    with one_at_a_time(ROOT / ".workbench.lock"):
        version, stamp = venv_version(VENV), read_stamp(VENV)
        if version and stamp.get(kind) == setup_digest(kind, version, ROOT):
            return venv_program("python", VENV)
        if VENV.exists() and (not version or stamp.get("state") == "installing"):
            reason = "was interrupted while it was being set up" if version else "does not work any more"
            say(f"The environment in {VENV} {reason}; making it afresh.")
            shutil.rmtree(VENV)
        started = time.monotonic()
        if not VENV.exists():
            make_venv()
        version = venv_version(VENV)
        if not version:
            raise Problem(f"The new environment in {VENV} does not start. Delete that folder and try again.")
        write_stamp({"state": "installing"}, VENV)
        say("Installing the locked packages (needs the network, once; a few minutes on a slow line):")
        install(["--require-hashes", "--only-binary=:all:", "-r", str(ROOT / LOCKS[kind])], version)
        install(["--no-deps", "--no-build-isolation", "-e", str(ROOT)], version)
        write_stamp(finished_stamp(kind, version, ROOT), VENV)
        say(f"Installed in {time.monotonic() - started:.0f} s.")
    return venv_program("python", VENV)


def make_venv() -> None:
    """Create `.venv`, or say which system package is missing."""
    # Started by the environment's own Python, which is about to be replaced: use the one it was made from.
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    python = getattr(sys, "_base_executable", sys.executable) if inside else sys.executable
    say(f"Making an environment in {VENV}")
    made = subprocess.run(
        [python, "-m", "venv", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=child_env()
    )
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Problem(explain_venv(made.stdout))


def explain_venv(output: str) -> str:
    """What to do when `python -m venv` failed with this output."""
    if "ensurepip" in output or "No module named venv" in output:
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        return f"This Python cannot make environments: its venv and ensurepip parts are not installed. On Debian or \
Ubuntu: sudo apt install {name} (or python3-venv). Elsewhere, install Python from python.org. Then try again."
    return explain_install(output) or f"Python could not make an environment in {VENV}:\n{output.strip()}"


def install(arguments: list, version: str) -> None:
    """Run pip in the environment with its chatter reduced to the large downloads.

    A failure (or our death) while packages are being unpacked leaves the stamp at "installing", which makes the
    next start begin afresh.
    """
    command = [str(venv_program("python", VENV)), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    lines = []
    with subprocess.Popen(
        [*command, "--progress-bar=off", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=child_env(),
        cwd=str(ROOT),
    ) as pip:
        try:
            for line in pip.stdout:
                lines.append(line)
                if pip_news(line):
                    say(pip_news(line))
        except KeyboardInterrupt:
            # Not before pip is gone may the next start touch the environment.
            stop(pip)
            raise
    if pip.returncode == 0:
        return
    output = "".join(lines)
    if "Installing collected packages" not in output:
        # Nothing was unpacked yet, so the next start may carry on in this environment.
        (VENV / STAMP).unlink()
    told = [line.rstrip() for line in lines if line.lstrip().startswith("ERROR:")] or lines[-5:]
    say("\n".join(told[-5:]).rstrip())
    raise Problem(
        explain_install(output)
        or f"The packages could not be installed on Python {version}. The lines above say why; it is safe to try again."
    )


def pip_news(line: str) -> "str | None":
    """The short form of a pip line that a waiting person wants to see: large files and the unpacking."""
    file = re.match(
        r"\s*(?:Downloading|Using cached) (?:\S*/)?([A-Za-z0-9_.]+)-([0-9][^-\s]*)-\S+ \(([\d.]+ MB)\)", line
    )
    if file:
        return "  {} {} ({})".format(*file.groups())
    packages = re.match(r"Installing collected packages: (.+,.+)", line)
    return "  unpacking {} packages".format(packages.group(1).count(",") + 1) if packages else None


def explain_install(output: str) -> "str | None":
    """The likely cause of a failed installation and what to do about it, or None when it is none of the usual."""
    if re.search(r"No space left on device|\[Errno 28\]|\[WinError 112\]|disk quota exceeded", output, re.I):
        free = shutil.disk_usage(str(ROOT)).free // 10**6
        return f"The disk is full: {free} MB are free here, and Tierlab needs about 1,500 MB (plus room in the folder \
for temporary files while it installs). Make room and try again."
    if "CERTIFICATE_VERIFY_FAILED" in output or "SSLError" in output:
        return "The package index could not be trusted: its certificate did not verify. Behind a company proxy, point \
PIP_CERT to the company's certificate file and try again."
    if "DO NOT MATCH THE HASHES" in output:
        return "A downloaded package is not the one that was locked, so it was refused. A mirror or proxy may have \
changed it; try again, or use another package index (PIP_INDEX_URL)."
    if re.search(
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|ProtocolError|"
        r"Network is unreachable|getaddrinfo failed|Temporary failure in name resolution|"
        r"Connection refused|Connection reset|Failed to establish a new connection|Read timed out",
        output,
    ):
        return "No connection to the package index. Setting up needs the network once; after that Tierlab works \
offline. Check the connection (behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL) and try again."
    if "No matching distribution found" in output or "is not a supported wheel" in output:
        return "There is no ready-made package for this Python and this system (the line above names it). Take \
another Python, 3.11 to 3.13 are the safest choice, delete the .venv folder and try again."
    if re.search(r"Permission denied|\[WinError (5|32)\]|Access is denied", output):
        return f"A file in {ROOT} cannot be written. Close a running Tierlab, check that the folder is yours, and try \
again."
    return None


def child_env() -> dict:
    """The environment for our programs: without settings that would mix another Python into ours."""
    foreign = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "__PYVENV_LAUNCHER__"}
    kept = {key: value for key, value in os.environ.items() if key not in foreign}
    # UTF-8 everywhere: a Chinese table in a Windows pipe would stop the command line otherwise.
    return {**kept, "PIP_USER": "0", "PYTHONUTF8": "1"}


# --- what it can do ---------------------------------------------------------------------------------------------


def pass_through(command: list, **extra_env: str) -> int:
    """Run a program with our streams until it ends; its exit status. Ctrl-C is left to the program."""
    process = subprocess.Popen([str(part) for part in command], env={**child_env(), **extra_env})
    while True:
        try:
            status = process.wait()
            return status if status >= 0 else 128 - status
        except Stopped:
            stop(process)
            raise
        except KeyboardInterrupt:
            continue


def warm_up(python: Path) -> bool:
    """Compile the kernels into their cache, or find them there; the module says what it does."""
    return subprocess.run([str(python), "-m", "sim.warmup"], cwd=str(ROOT), env=child_env()).returncode == 0


def is_free(port: int) -> bool:
    """True when nobody listens on the port of this machine and we could."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as caller:
        caller.settimeout(0.5)
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        if os.name == "posix":
            # A port whose last owner has just gone is free for a server, which sets this option too.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(wanted: "int | None") -> int:
    """The wanted port, or the first free one from 8501 on; raises Problem when the wanted one is taken."""
    if wanted is not None:
        if not 1 <= wanted <= 65535:
            raise Problem(f"{wanted} is not a port; take a number from 1024 to 65535, or leave --port out.")
        if not is_free(wanted):
            raise Problem(f"Port {wanted} is taken (or not allowed). Take another one with --port, or leave it out.")
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY):
        if is_free(port):
            return port
    raise Problem(f"The ports {FIRST_PORT} to {FIRST_PORT + PORTS_TO_TRY - 1} are all taken. Name one with --port.")


def wait_until_healthy(process: subprocess.Popen, port: int) -> None:
    """Return when the app answers; raises Problem when it ends first or takes too long."""
    # No proxy: the request must not leave this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Problem("The app stopped while it was starting; the lines above say why.")
        try:
            with opener.open(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise Problem(f"The app did not answer within {START_SECONDS} s. Try again, or with another --port.")


def has_display() -> bool:
    """True when opening a browser window is likely to help the person who started us."""
    if os.environ.get("CI") or os.environ.get("SSH_CONNECTION"):
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def open_app(wanted_port: "int | None", browser: bool) -> int:
    """Serve the app on this machine only until it is stopped; the exit status."""
    python = prepare("app")
    if not warm_up(python):
        raise Problem("The kernels could not be compiled; the lines above say why.")
    port = choose_port(wanted_port)
    command = [str(python), "-m", "streamlit", "run", str(ROOT / "app.py"), *STREAMLIT_FLAGS, f"--server.port={port}"]
    # Streamlit's greeting on standard output is dropped for our own; its log is on standard error and stays.
    process = subprocess.Popen(command, cwd=str(ROOT), env=child_env(), stdout=subprocess.DEVNULL)
    try:
        wait_until_healthy(process, port)
        print(f"Tierlab is at http://127.0.0.1:{port}", flush=True)
        say("Ctrl-C stops it.")
        if browser and has_display():
            webbrowser.open(f"http://127.0.0.1:{port}")
        return process.wait()
    except KeyboardInterrupt:
        say("\nTierlab has stopped.")
        return 0
    finally:
        stop(process)


def stop(process: subprocess.Popen) -> None:
    """End the server: politely first, then for good."""
    for end in (process.terminate, process.kill):
        if process.poll() is not None:
            return
        end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)


def browser_places() -> list:
    """Where Chromium and its relatives usually are on the three systems, in order of preference."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
    places = [Path(found) for found in map(shutil.which, names) if found]
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for name in ("Chromium", "Google Chrome", "Microsoft Edge"):
            places.append(folder / f"{name}.app/Contents/MacOS/{name}")
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if os.environ.get(variable):
            base = Path(os.environ[variable])
            places += [
                base / "Chromium/Application/chrome.exe",
                base / "Google/Chrome/Application/chrome.exe",
                base / "Microsoft/Edge/Application/msedge.exe",
            ]
    return places


def find_browser() -> "str | None":
    """The program for the browser tests: TIERLAB_BROWSER if set, else the first one found; None if there is none."""
    chosen = os.environ.get("TIERLAB_BROWSER")
    if chosen:
        if not Path(chosen).is_file():
            raise Problem(f"TIERLAB_BROWSER names {chosen}, and there is no such file. Correct it or unset it.")
        return chosen
    return next((str(place) for place in browser_places() if place.is_file()), None)


def install_browser() -> None:
    """Try to get Chromium from the packages of Debian or Ubuntu, where we may install without asking anybody."""
    if not shutil.which("apt-get"):
        return
    if os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        prefix = ["sudo", "-n"]
    else:
        return
    say("No Chromium or Chrome found; installing chromium and fonts-noto-cjk from the system's packages.")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]):
        result = subprocess.run([*apt, *step], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            say("\n".join(result.stdout.splitlines()[-3:]))


def run_tests(arguments: list) -> int:
    """The whole suite, with the long proofs too, or what the pytest arguments select; pytest's exit status."""
    python = prepare("test")
    browser = find_browser()
    if not browser:
        install_browser()
        browser = find_browser()
    if not browser:
        say("No Chromium or Chrome found: the browser tests will skip. To run them, set TIERLAB_BROWSER to one.")
    if not warm_up(python):
        say("The kernels could not be compiled beforehand; the tests will say more.")
    if arguments in ([], [PROOFS]):
        workers = min(4, os.cpu_count() or 1)
        selected = ["-m", "slow or not slow"] if arguments else []
        arguments = selected + (["-n", str(workers), "--dist", "loadgroup"] if workers > 1 else [])
    os.chdir(str(ROOT))
    return pass_through([python, "-m", "pytest", *arguments], **({"TIERLAB_BROWSER": browser} if browser else {}))


def run_cli(arguments: list) -> int:
    """The command line in the environment, from the caller's folder, with its exit status."""
    prepare("app")
    return pass_through([venv_program("tierlab", VENV), *arguments])


def write_locks(arguments: list) -> int:
    """For maintainers: resolve both locks anew with uv (extra arguments, such as --upgrade, go to uv)."""
    import tomllib

    if not shutil.which("uv"):
        raise Problem("Locking needs uv on the PATH (pip install uv).")
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    options = (
        "--quiet --no-config --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-annotate \
--no-header"
    )
    common = ["uv", "pip", "compile", *options.split(), *arguments]
    # The index is uv's default, whatever this machine prefers: a lock is for everybody.
    env = {key: value for key, value in os.environ.items() if not key.startswith("UV_")}
    # The large set first; the small one then takes its versions, so that one environment can hold both.
    for kind, extras, limits in (("test", ("ui", "export", "test"), ()), ("app", ("ui",), ("-c", LOCKS["test"]))):
        command = [*common, "-o", LOCKS[kind], *limits, "pyproject.toml", "-"]
        for extra in extras:
            command += ["--extra", extra]
        done = subprocess.run(
            command, cwd=str(ROOT), env=env, input="\n".join(build), text=True, stdout=subprocess.DEVNULL
        )
        if done.returncode != 0:
            raise Problem(f"uv could not resolve {LOCKS[kind]}; the lines above say why.")
        path = ROOT / LOCKS[kind]
        header = f"# The {kind} set with versions and hashes, for Linux, macOS and Windows, Python 3.11 and newer.\n\
# Written by `python workbench.py lock`; do not edit.\n"
        path.write_text(header + path.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
        say(f"Wrote {path.name}")
    return 0


COMMANDS = {"test": run_tests, "cli": run_cli, "lock": write_locks}
HELP = """commands:
  (none)             open the app in the browser
  test [ARGS...]     run the test suite, or pass ARGS to pytest
  test --proofs      run the test suite and the long proofs, such as hundreds of kills
  cli ARGS...        the command line, for example: cli policies
  lock [ARGS...]     for maintainers: resolve the two lock files anew with uv

The first start installs what is needed into .venv beside this file; later starts take seconds."""


def main(argv: list) -> int:
    """Do what the arguments say; the exit status."""
    if argv and argv[0] in COMMANDS:
        return COMMANDS[argv[0]](argv[1:])
    parser = argparse.ArgumentParser(
        prog="workbench.py",
        usage="python workbench.py [--port N] [--no-browser] | COMMAND ...",
        description="Set Tierlab up and open it.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, help=f"the port to serve on (else the first free one from {FIRST_PORT})")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    options = parser.parse_args(argv)
    return open_app(options.port, not options.no_browser)


def _end(signum, frame):
    raise Stopped


def run(argv: list) -> int:
    """`main` for people: every failure ends in a sentence, and what we started ends with us."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)
    try:
        return main(argv)
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except Problem as problem:
        say(f"\n{problem}")
    except (OSError, subprocess.SubprocessError) as error:
        say("\n" + (explain_install(str(error)) or f"That did not work: {error}"))
    return 1


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
