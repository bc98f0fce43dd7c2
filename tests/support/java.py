"""Java: everything compiled by one call of Maven, programs run in a JVM that watches how native methods use JNI."""
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache

from .paths import BUILD, LIB_DIR, TARGET, TESTS
from .programs import environment

FOLDER = TESTS / "java"
PROBES = TESTS / "conformance" / "java"
MADE = TARGET / "java"


def missing():
    """Why no Java program can be built here, or None."""
    absent = [name for name in ("java", "javac", "mvn") if not shutil.which(name)]
    return "%s: not installed" % ", ".join(absent) if absent else None


def sources():
    return sorted(path for folder in (FOLDER, PROBES) for suffix in ("*.java", "pom.xml") for path in folder.rglob(suffix))


@lru_cache(maxsize=None)
def compiled():
    """The folder of all that is compiled. Maven is called once, and not at all where it has been since the last change."""
    digest = hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in sources())).hexdigest()
    stamp = MADE / "sources.sha256"
    TARGET.mkdir(parents=True, exist_ok=True)
    with open(TARGET / "java.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed: another worker of pytest waits, and finds it made
        make(digest, stamp)
    return MADE


def make(digest, stamp):
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(MADE, ignore_errors=True)
        command = ["mvn", "--quiet", "--batch-mode", "compile", "-Dfolder.made=%s" % MADE]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True)
        assert done.returncode == 0, "%s\n%s%s" % (" ".join(command), done.stdout, done.stderr)
        stamp.write_text(digest)


def class_path(*artifacts):
    """What Maven has put there for the programs of these artifacts; of a library that several have, the first one's."""
    parts = [compiled() / name / "classes" for name in artifacts]
    return os.pathsep.join(map(str, parts + [compiled() / name / "lib" / "*" for name in artifacts]))


def command(class_path, *args, options=()):
    """The library is found by java.library.path alone. A program that compiles little starts sooner with the first compiler."""
    crashes = BUILD / "java"
    crashes.mkdir(parents=True, exist_ok=True)
    return ["java", "-Djava.library.path=%s" % LIB_DIR, "-Dfile.encoding=UTF-8", "-Duser.timezone=UTC", "-Duser.language=en", "-XX:TieredStopAtLevel=1", "-Xmx512m",
            "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=%s" % (crashes / "crash_%p.log"), *options, "-cp", class_path, *map(str, args)]


def java_environment(**extra):
    env = environment(TZ="UTC", LC_ALL="C.UTF-8", LANG="C.UTF-8", **extra)
    del env["LD_LIBRARY_PATH"]
    return {name: value for name, value in env.items() if not name.startswith(("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"))}


@dataclass
class Ended:
    """A JVM that has ended, or was ended: then its code is None."""
    code: int
    out: str
    err: str

    @property
    def story(self):
        return "exit %s\n--- stdout\n%s\n--- stderr\n%s" % (self.code, self.out[-6000:], self.err[-6000:])


def run_java(class_path, *args, options=(), deadline=120, env=None, check_jni=True):
    words = command(class_path, *args, options=[*(["-Xcheck:jni"] if check_jni else []), *options])
    try:
        done = subprocess.run(words, capture_output=True, timeout=deadline, env=java_environment(**(env or {})))
        code, out, err = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        code, out, err = None, late.stdout or b"", late.stderr or b""
    return Ended(code, out.decode(errors="replace"), err.decode(errors="replace"))


# What HotSpot prints with -Xcheck:jni, on standard output: the warning, and where Java was.
WARNING = re.compile(r"^((?:WARNING|FATAL ERROR) in native method.*|WARNING: JNI .*|Warning: SIG\w+ handler.*)\n((?:\s+(?:at|- ) ?.*\n|\s+.*\n)*)", re.M)


def jni_warnings(out):
    """Those that are of the library's own methods. The JDK's have a frame of the JDK on top; a thread without frames is ours."""
    found = []
    for warning, frames in WARNING.findall(out):
        top = re.search(r"\bat ([\w.$]+)", frames)
        if not top or top.group(1).startswith("com.taosdata."):
            found.append(warning + "\n" + frames)
    return found


def without_warnings(out):
    return WARNING.sub("", out)
