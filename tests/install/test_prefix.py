"""The library as packages ship it: `make install` into a prefix, and programs built from what is there and nothing else."""
import os
import re
import subprocess

import pytest

from support.cc import compile_c
from support.paths import ROOT, TESTS
from support.programs import run, run_python

EXAMPLES = sorted((ROOT / "c-examples").glob("*.c"))
# consume.c wants a topic.
ALONE = [path for path in EXAMPLES if path.stem != "consume"]


class Prefix:
    def __init__(self, destination):
        self.usr = destination / "usr"
        done = subprocess.run(["make", "-C", str(ROOT), "install", "PREFIX=/usr", "DESTDIR=%s" % destination], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        self.lib = next((folder for folder in [self.usr / "lib", self.usr / "lib64"] if (folder / "libtaos.so").exists()), self.usr / "lib")


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    return Prefix(tmp_path_factory.mktemp("destdir"))


def version():
    return re.search(r'^version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)


def test_files(prefix):
    for name in ("libtaos.so", "libtaos.so.1", "libtaos.so." + version(), "libtaosws.so", "taos-driver/libtaosnative.so", "taos-driver/libtaosws.so", "pkgconfig/taos.pc", "cmake/taos/taosConfig.cmake"):
        assert (prefix.lib / name).exists(), name
    for header in ("taos.h", "taoserror.h"):
        assert (prefix.usr / "include" / header).read_text() == (ROOT / "include" / header).read_text()


def test_one_library_of_many_names(prefix):
    """Links, relative to each other: a package can be moved."""
    real = (prefix.lib / ("libtaos.so." + version()))
    assert real.is_file() and not real.is_symlink()
    for name in ("libtaos.so", "libtaos.so.1", "libtaosws.so", "taos-driver/libtaosnative.so", "taos-driver/libtaosws.so"):
        link = prefix.lib / name
        assert os.path.samefile(link, real)
        assert link.is_symlink() and not os.path.isabs(os.readlink(link)), name


@pytest.mark.parametrize("name", ["libtaosnative.so", "libtaosws.so"])
def test_as_a_driver(prefix, name):
    """TDengine's own wrapper loads its driver by one of these names, and asks it for each function that the wrapper has."""
    names = (TESTS / "abi" / "wrapper.txt").read_text()
    done = run(compile_c("abi/resolve.c", "-ldl", link=False), name, stdin=names, env={"LD_LIBRARY_PATH": prefix.lib / "taos-driver"})
    assert done.out == "loaded\n"


def test_the_doctor(prefix, sandbox):
    """With its man page; what it runs, it runs on the library of the same prefix."""
    doctor = prefix.usr / "bin" / "taos-doctor"
    assert run(doctor, "ws://%s:%d" % (sandbox.host, sandbox.port), env={"LD_LIBRARY_PATH": prefix.lib}).out.endswith("all is well\n")
    done = run(doctor, "run", "sh", "-c", "echo $LD_LIBRARY_PATH", env={"LD_LIBRARY_PATH": ""}, quiet=False)
    assert done.out.strip() == str(prefix.lib)
    assert ".TH TAOS-DOCTOR 1" in (prefix.usr / "share" / "man" / "man1" / "taos-doctor.1").read_text()
    assert ".TH LIBTAOS 7" in (prefix.usr / "share" / "man" / "man7" / "libtaos.7").read_text()


def test_nothing_of_the_build_machine(prefix):
    """No path of the source tree or of DESTDIR in what is installed as text."""
    for file in [*prefix.lib.rglob("*.pc"), *prefix.lib.rglob("*.cmake"), *prefix.usr.rglob("*.h")]:
        text = file.read_text()
        assert str(ROOT) not in text and str(prefix.usr.parent) not in text, file


def pkg_config(prefix, *what):
    env = dict(os.environ, PKG_CONFIG_PATH=str(prefix.lib / "pkgconfig"), PKG_CONFIG_SYSROOT_DIR=str(prefix.usr.parent))
    return subprocess.run(["pkg-config", *what, "taos"], env=env, capture_output=True, text=True, check=True).stdout.split()


def test_pkg_config_knows_the_version(prefix):
    assert pkg_config(prefix, "--modversion") == [version()]


def built_by_pkg_config(prefix, folder, source):
    program = folder / source.stem
    command = ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", str(source), "-o", str(program), *pkg_config(prefix, "--cflags", "--libs")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, " ".join(command) + done.stderr
    return program


# What the ODBC driver and PHP's extension begin with, and what they do with codes.
CODES = """#include <taos.h>
#include <taoserror.h>
int main(void) {
  TAOS *taos = taos_connect("127.0.0.1", "root", "taosdata", 0, 1);
  return !taos && TSDB_CODE_SUCCESS != taos_errno(0) && TSDB_CODE_RPC_NETWORK_UNAVAIL == taos_errno(0) ? 0 : 1;
}
"""


@pytest.mark.parametrize("language", ["c", "c++"])
def test_codes_by_name(prefix, tmp_path, language):
    """The headers of the prefix are all that such a program needs."""
    program = tmp_path / "program"
    command = ["gcc" if language == "c" else "g++", "-x", language, "-", "-Wall", "-Wextra", "-Werror", "-o", program, *pkg_config(prefix, "--cflags", "--libs")]
    done = subprocess.run([str(part) for part in command], input=CODES, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    run(program, env={"LD_LIBRARY_PATH": prefix.lib})


CMAKE = """cmake_minimum_required(VERSION 3.16)
project(user C)
find_package(taos REQUIRED)
if(NOT taos_FOUND OR NOT taos_VERSION)
  message(FATAL_ERROR "taos_VERSION is not set")
endif()
foreach(source %s)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE taos::taos)
endforeach()
"""


@pytest.fixture(scope="module")
def cmake_build(prefix, tmp_path_factory):
    """All examples, built by a user's own CMake project."""
    folder = tmp_path_factory.mktemp("cmake")
    (folder / "CMakeLists.txt").write_text(CMAKE % " ".join(map(str, EXAMPLES)))
    configure = ["cmake", "-S", folder, "-B", folder / "build", "-DCMAKE_PREFIX_PATH=%s" % prefix.usr, "-DCMAKE_BUILD_TYPE=Release"]
    for command in (configure, ["cmake", "--build", folder / "build"]):
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build"


def test_there_are_examples():
    assert EXAMPLES


@pytest.mark.parametrize("source", ALONE, ids=lambda path: path.stem)
def test_example_by_pkg_config(prefix, tmp_path, new_endpoint, source):
    """The same program, plain and through TLS: only its host argument differs."""
    run(built_by_pkg_config(prefix, tmp_path, source), *new_endpoint.args, env={"LD_LIBRARY_PATH": prefix.lib})


@pytest.mark.parametrize("source", ALONE, ids=lambda path: path.stem)
def test_example_by_cmake(prefix, cmake_build, sandbox, source):
    """The program finds the library it was built with, by the path CMake gives it."""
    run(cmake_build / source.stem, *sandbox.args, env={"LD_LIBRARY_PATH": ""})


@pytest.mark.valgrind
@pytest.mark.parametrize("source", ALONE, ids=lambda path: path.stem)
def test_example_under_valgrind(cmake_build, sandbox, source):
    run(cmake_build / source.stem, *sandbox.args, env={"LD_LIBRARY_PATH": ""}, valgrind=True)


MAKE_TOPIC = """import sys, taos
host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]
conn = taos.connect(host=host, port=port)
conn.execute("CREATE DATABASE IF NOT EXISTS %s WAL_RETENTION_PERIOD 3600" % database)
conn.execute("CREATE TABLE %s.t (ts TIMESTAMP, v INT)" % database)
conn.execute("INSERT INTO %s.t VALUES (1700000000000, 1) (1700000000001, NULL)" % database)
conn.execute("CREATE TOPIC %s_topic AS DATABASE %s" % (database, database))
"""


@pytest.mark.parametrize("valgrind", [False, pytest.param(True, marks=pytest.mark.valgrind)], ids=["plain", "valgrind"])
def test_consume_example(cmake_build, sandbox, database, valgrind):
    """What a topic has, once: the second time the group has committed it."""
    run_python("-c", MAKE_TOPIC, *sandbox.args, database)
    program, args = cmake_build / "consume", [*sandbox.args, database + "_topic"]
    options = {"env": {"LD_LIBRARY_PATH": ""}, "valgrind": valgrind}
    assert run(program, *args, **options).out == "t: 1700000000000 1\nt: 1700000000001 NULL\n2 rows\n"
    assert run(program, *args, **options).out == "0 rows\n"
    assert run(program, *args, "another_group", **options).out.endswith("2 rows\n")
    run_python("-c", "import sys, taos; taos.connect(host=sys.argv[1], port=int(sys.argv[2])).execute('DROP TOPIC %s_topic' % sys.argv[3])", *sandbox.args, database)
