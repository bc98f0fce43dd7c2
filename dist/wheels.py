"""The Python wheel `libtaos-ws`, which carries the library and the doctor."""
import shutil

import build
import tarballs
import tools
from targets import ROOT, VERSION
from tools import OUT, run, source_date


def make(target, built):
    project = OUT / "tree" / (target.name + "-wheel")
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(ROOT / "dist" / "python", project, ignore=shutil.ignore_patterns("__pycache__"))
    package = project / "libtaos_ws"
    for folder, name in [("lib", "libtaos.so"), ("bin", build.DOCTOR)]:
        (package / folder).mkdir()
        shutil.copy(built.file(name), package / folder)
    packages = ("libtaos", "taos-doctor")
    tarballs.add_licences(project / "licenses", packages, target.triple)  # the folder that hatchling looks into
    run("hatchling", "build", "--target", "wheel", "--directory", project / "made", cwd=project,
        env=tools.environment(tools.packing(), LIBTAOS_VERSION=VERSION, LIBTAOS_WHEEL_TAG=target.wheel_tag, SOURCE_DATE_EPOCH=str(source_date())))
    [wheel] = (project / "made").glob("*.whl")
    return {wheel.rename(OUT / wheel.name): packages}
