"""How pytest-xdist's workers share the tests: a file at a time, in the order of the files."""
from xdist.scheduler import LoadFileScheduling


class ByFile(LoadFileScheduling):
    """A test that has ended its worker has failed. The original would give it to the next worker, and to the next."""

    def remove_node(self, node):
        left = {file: {test: False for test, done in tests.items() if not done} for file, tests in self.assigned_work.pop(node).items()}
        crashed = next((test for tests in left.values() for test in tests), None)
        for file, tests in reversed(left.items()):
            tests.pop(crashed, None)
            if tests:
                self.workqueue[file] = tests
                self.workqueue.move_to_end(file, last=False)
        for other in self.assigned_work:
            self._reschedule(other)
        return crashed

    def _reschedule(self, node):
        """One that is still looking for its tests gets some once it has found them."""
        if node in self.registered_collections:
            super()._reschedule(node)

    def schedule(self):
        """A worker begins a test once it knows the next one, or that there is none: one that came later must not be left with a
        single test."""
        super().schedule()
        for node in self.nodes:
            for _ in range(3):
                self._reschedule(node)
