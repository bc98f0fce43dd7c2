"""A pool of Python threads with a connection each, and forked workers: both are common around taospy.

argv: HOST PORT DATABASE"""
import concurrent.futures
import multiprocessing
import sys

import taos

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def fill(number):
    conn = taos.connect(host=host, port=port, database=database)
    for i in range(50):
        conn.execute("INSERT INTO t%d USING st TAGS (%d) VALUES (%d, %d)" % (number, number, 1700000000000 + i, i))
    total = conn.query("SELECT SUM(v) FROM t%d" % number).fetch_all()
    conn.close()
    return total


if __name__ == "__main__":
    conn = taos.connect(host=host, port=port)
    conn.execute("CREATE DATABASE %s" % database)
    conn.select_db(database)
    conn.execute("CREATE STABLE st (ts TIMESTAMP, v INT) TAGS (n INT)")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fill, range(8))) == [[(1225,)]] * 8
    with multiprocessing.get_context("fork").Pool(4) as pool:  # forked with a live connection in the parent
        assert pool.map(fill, range(8, 16)) == [[(1225,)]] * 8
    with multiprocessing.get_context("forkserver").Pool(4) as pool:
        assert pool.map(fill, range(16, 20)) == [[(1225,)]] * 4
    with concurrent.futures.ThreadPoolExecutor(4) as threads:  # forked while threads are in the middle of calls
        busy = [threads.submit(fill, number) for number in range(20, 28)]
        with multiprocessing.get_context("fork").Pool(4) as pool:
            assert pool.map(fill, range(28, 36)) == [[(1225,)]] * 8
        assert [task.result() for task in busy] == [[(1225,)]] * 8
    assert conn.query("SELECT COUNT(*) FROM st").fetch_all() == [(1800,)]
    conn.execute("DROP DATABASE %s" % database)
    conn.close()
    print("done")
