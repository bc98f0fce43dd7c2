"""Where the tests find what they test, and where they put what they make."""
import os
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RELEASE = TARGET / "release"
BUILD = TARGET / "tests"
CONFORMANCE = TESTS / "conformance"
INCLUDE = Path(os.environ.get("TAOS_INCLUDE_DIR", ROOT / "include"))
LIB_DIR = Path(os.environ.get("TAOS_LIB_DIR", RELEASE)).resolve()
LIBRARY = LIB_DIR / "libtaos.so"
SANDBOX = Path(os.environ.get("TAOS_SANDBOX", RELEASE / "taos-sandbox"))
DOCTOR = Path(os.environ.get("TAOS_DOCTOR", RELEASE / "taos-doctor"))
