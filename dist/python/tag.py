"""The platform of the wheel, which dist/wheels.py names."""
import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Tag(BuildHookInterface):
    def initialize(self, version, build_data):
        build_data["tag"] = os.environ["LIBTAOS_WHEEL_TAG"]
        build_data["pure_python"] = False
