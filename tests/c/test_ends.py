"""Threads that do not come back to the library: from callbacks, by pthread_exit and exceptions; from anywhere, by pthread_cancel."""
import pytest

from support.cc import compile_c
from support.programs import run

CALLBACKS = ["query_a", "no_connection", "fetch_rows_a", "fetch_raw_block_a", "stmt2_exec", "stmt2_bind", "commit_async", "commit_offset_async", "auto_commit",
             "whitelist", "whitelist_dual_stack", "ip_whitelist", "datetime_whitelist", "whitelist_of_nobody", "ip_whitelist_of_nobody"]


@pytest.mark.parametrize("which", CALLBACKS)
def test_exception_leaves_a_callback(sandbox, database, which):
    """It finds no handler in the library, and the program's terminate handler is called where it was thrown."""
    done = run(compile_c("c/callback_ends.cc"), *sandbox.args, database, which, "throw", expect=7)
    assert done.out == "terminate: out of %s\n" % which


@pytest.mark.parametrize("how", ["exit", "cancel"])
@pytest.mark.parametrize("which", CALLBACKS)
def test_thread_ends_in_a_callback(sandbox, database, which, how):
    run(compile_c("c/callback_ends.cc"), *sandbox.args, database, which, how)
