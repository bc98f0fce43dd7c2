"""What was made for another machine, or another C library, than this one's: run by qemu and by musl's loader against this machine's
sandbox. The C programs are those of the other doors (TAOS_TEST_MACHINE, see support/machines.py)."""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from dist.conftest import HERE, targets, unpacked
from support.machines import ARM64, Machine
from support.paths import BUILD, ROOT, TESTS
from support.programs import FOREIGN

pytestmark = [pytest.mark.timeout(3000), pytest.mark.skipif("TAOS_DIST" not in os.environ, reason="only this machine's files are made by make test: make dist-test")]
MACHINES = [name for name, target in targets.TARGETS.items() if target is not HERE]

# The files of tests with C programs.
FILES = ["c/test_c.py", "c/test_ends.py", "c/test_events.py", "c/test_signals.py", "c/test_stmt_answers.py", "c/test_tokens.py", "c/test_versions.py", "c/test_clusters.py", "c/test_groups.py"]
# No test that measures, or takes long where a machine is emulated, or is another tool's.
MARKS = "not valgrind and not alone and not slow and not stress and not memory"

# What is left out where, and why.
EVERYWHERE = {
    "c/test_tokens.py::test_taospy": "runs this machine's Python",
}
OF_QEMU = "qemu's own threads stand in /proc/self/task beside the program's"
FORKS = "qemu 7.2 ends a forked child that starts a thread, when its parent had several"
EMULATED = {
    "c/test_c.py::test_callers_mistakes[cleanup]": OF_QEMU,
    "c/test_c.py::test_nothing_is_written_to_disk": OF_QEMU,
    "c/test_c.py::test_host_process": OF_QEMU,
    "c/test_c.py::test_unload": OF_QEMU,
    "c/test_events.py::test_events[costs]": OF_QEMU,
    "c/test_signals.py::test_only_the_library_is_left": OF_QEMU,
    "c/test_signals.py::test_the_program_leaves_it": OF_QEMU,
    "c/test_signals.py::test_the_programs_handler_is_called": OF_QEMU,
    "c/test_c.py::test_fork": FORKS,
    "c/test_events.py::test_events[forks]": FORKS,
}
ICONV = "musl's iconv does not write GBK"
LOCALES = "musl takes any name of a locale, and says their names in another way"
VALUE = "on musl a thread that ends in such a callback answers PTHREAD_CANCELED, whatever it gave pthread_exit: docs/host.md"
MUSL = {
    "c/test_c.py::test_charsets": ICONV,
    "c/test_c.py::test_schemaless[ws]": ICONV,
    "c/test_c.py::test_schemaless[wss]": ICONV,
    "c/test_c.py::test_last_error": LOCALES,
    "c/test_c.py::test_locale": LOCALES,
    "c/test_c.py::test_refused_options": LOCALES,
    "c/test_c.py::test_start_of_tdengines_tools": "in the locale C, musl's mbtowc takes every byte for a character",
    "c/test_ends.py::test_thread_ends_in_a_callback[no_connection-exit]": VALUE,
    "c/test_ends.py::test_thread_ends_in_a_callback[whitelist_of_nobody-exit]": VALUE,
    "c/test_ends.py::test_thread_ends_in_a_callback[ip_whitelist_of_nobody-exit]": VALUE,
}


def left_out(machine):
    return {**EVERYWHERE, **(EMULATED if machine.is_emulated else {}), **(MUSL if machine.target.libc == "musl" else {})}


@dataclass(frozen=True)
class Unpacked(Machine):
    """With the folder that its archive has become."""
    folder: Path = None


@pytest.fixture(scope="module", params=MACHINES)
def machine(request, dist, tmp_path_factory):
    found = Machine(targets.TARGETS[request.param])
    name = "libtaos-%s-%s" % (targets.VERSION, request.param)
    if not (dist / (name + ".tar.gz")).exists():
        pytest.skip("was not made here")
    if found.missing():
        pytest.skip(found.missing())
    return Unpacked(found.target, unpacked(dist, name, tmp_path_factory.mktemp("machine")))


def environment(machine, **extra):
    env = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN) and key != "LD_LIBRARY_PATH"}
    return {**env, "TAOS_TEST_MACHINE": machine.name, "TAOS_LIB_DIR": str(machine.folder / "lib"), **extra}


@pytest.mark.parametrize("file", FILES)
def test_c_programs(machine, file):
    report = BUILD / ("%s-%s.xml" % (machine.name, file.replace("/", "-")))
    without = ["--deselect=" + test for test in left_out(machine) if test.startswith(file)]
    done = subprocess.run([sys.executable, "-m", "pytest", file, "-m", MARKS, *without, "--junitxml", report, "--override-ini", "timeout=900"],
                          cwd=TESTS, env=environment(machine), capture_output=True, text=True)
    counts = xml.parse(report).getroot().find("testsuite").attrib
    print("%s on %s: %s tests, %s skipped, left out: %s" % (file, machine.name, counts["tests"], counts["skipped"], without))
    assert done.returncode == 0, done.stdout[-12000:]
    assert int(counts["tests"]) > int(counts["skipped"])


def run(machine, program, *words, expect=0, **extra):
    done = subprocess.run([str(word) for word in (*machine.runner(), program, *words)], capture_output=True, text=True, env={**environment(machine), **extra}, timeout=300)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


def all_is_well(machine, doctor, url, library):
    """All that the doctor looks at. Its last step loads the library in a process of its own, which it starts by its own file: where a
    machine is emulated, this machine's kernel does not run that."""
    said = run(machine, doctor, url, expect=22 if machine.is_emulated else 0, LD_LIBRARY_PATH=str(library))
    steps = re.findall(r"^ *(ok|FAIL) +(\w+)", said, re.M)
    failed = [step for how, step in steps if how == "FAIL"]
    return "cluster" in said and failed == (["loader"] if machine.is_emulated else [])


@pytest.mark.parametrize("linked", ["shared", "static"])
def test_program_by_the_archive(machine, sandbox, tmp_path, linked):
    """Compiled and run from what was unpacked, wherever that is; with the static library, without any other file of it."""
    library = machine.folder / "lib"
    words = {"shared": ["-L", library, "-ltaos"], "static": [library / "libtaos.a", "-lm", "-lpthread", "-ldl", "-lunwind"]}[linked]
    command = [*machine.compiler(".c"), ROOT / "c-examples" / "connect.c", "-o", tmp_path / "program", "-I", machine.folder / "include", *words]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = run(machine, tmp_path / "program", *sandbox.args, LD_LIBRARY_PATH=str(library) if linked == "shared" else "")
    assert re.search(r"^client interface: 3\.3\.7\.5$", said, re.M)


def test_doctor(machine, sandbox, tls_sandbox):
    for url in ("ws://%s:%d" % (sandbox.host, sandbox.port), tls_sandbox.host):
        assert all_is_well(machine, machine.folder / "bin" / "taos-doctor", url, machine.folder / "lib")


def test_python(machine, dist, sandbox, tmp_path):
    """The wheel, found by its tag, and PyPI's taospy, under the Python of a Debian of arm64."""
    if machine.name != "aarch64-glibc":
        pytest.skip("there is no Python for musl here")
    packages, program = tmp_path / "packages", tmp_path / "program.py"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", packages, "--find-links", dist, "--only-binary=:all:",
           "--platform", machine.target.wheel_tag.partition("none-")[2], "--python-version", "3.11", "--implementation", "py", "--abi", "none", "libtaos-ws[taospy]"]
    done = subprocess.run([str(word) for word in pip], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    program.write_text("import libtaos_ws, platform, sys, taos\nconnection = taos.connect(host=sys.argv[1], port=int(sys.argv[2]))\n"
                       "print(platform.machine(), connection.query('select 41 + 1').fetch_all())\n")
    said = run(machine, ARM64 / "usr" / "bin" / "python3.11", "-S", program, *sandbox.args, PYTHONPATH=str(packages))
    assert said == "aarch64 [(42.0,)]\n"


def test_same_library_everywhere(machine, dist, sandbox, tmp_path):
    """What the wheel and the jar carry is what the archive has; the wheel's doctor runs beside it."""
    [wheel] = dist.glob("libtaos_ws-*-%s.whl" % machine.target.wheel_tag)
    [jar] = dist.glob("libtaos-ws-*-linux-%s.jar" % machine.name)
    library = (machine.folder / "lib" / "libtaos.so").read_bytes()
    for file, name in [(wheel, "libtaos_ws/lib/libtaos.so"), (jar, "libtaosws/libtaos.so")]:
        with zipfile.ZipFile(file) as archive:
            assert archive.read(name) == library, file
            archive.extractall(tmp_path)
    doctor = tmp_path / "libtaos_ws" / "bin" / "taos-doctor"
    doctor.chmod(0o755)
    assert all_is_well(machine, doctor, "ws://%s:%d" % (sandbox.host, sandbox.port), tmp_path / "libtaos_ws" / "lib")


@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_packages(machine, dist, sandbox, tmp_path, kind):
    """The files of the packages, taken out as they are: this machine's dpkg and rpm install none for another."""
    if machine.target.libc != "glibc":
        pytest.skip("packages are for glibc")
    end, libdir = {"deb": ("_%s-1_%s.deb" % (targets.VERSION, machine.target.go_arch), "usr/lib/" + machine.target.multiarch),
                   "rpm": ("-%s-1.%s.rpm" % (targets.VERSION, machine.target.arch), "usr/lib64")}[kind]
    for name in ("libtaos-ws", "taos-tools-ws"):
        take = 'dpkg-deb --extract "$0" .' if kind == "deb" else 'rpm2cpio "$0" | cpio --extract --make-directories --no-absolute-filenames --quiet'
        subprocess.run(["sh", "-c", take, dist / (name + end)], check=True, cwd=tmp_path)
    assert all_is_well(machine, tmp_path / "usr/bin/taos-doctor", "ws://%s:%d" % (sandbox.host, sandbox.port), tmp_path / libdir)
    assert "--port" in run(machine, tmp_path / "usr/bin/taos-sandbox", "--help")
