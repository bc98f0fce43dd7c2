/* THREADS threads × QUERIES queries, on one shared connection or on one connection each: every answer is the asker's, and
 * at the end nothing is left: no socket, no file, no thread but the library's one watcher.
 *
 *   threads HOST PORT DATABASE THREADS QUERIES shared|own */
#include <pthread.h>
#include "check.h"

#ifdef __SANITIZE_THREAD__
enum { WATCHERS = 1 }; /* ThreadSanitizer's own thread, which starts with the program's first */
#else
enum { WATCHERS = 0 };
#endif

static char **arguments;
static TAOS *shared;
static int queries;

static void *work(void *arg) {
  int me = (int)(intptr_t)arg;
  TAOS *taos = shared ? shared : connect_to(arguments, arguments[3]);
  for (int i = 0; i < queries; i++) {
    char sql[160], text[30];
    int id = (me * 7919 + i * 31) % 1000;
    if (i % 10 == 9) { /* an error now and then: its text must be ours, not another thread's */
      snprintf(sql, sizeof sql, "SELECT * FROM missing_%d_%d", me, i);
      TAOS_RES *res = taos_query(taos, sql);
      CHECK_CODE(taos_errno(res), 0x80002603);
      CHECK_CODE(taos_errno(NULL), 0x80002603);
      taos_free_result(res);
      continue;
    }
    snprintf(sql, sizeof sql, "SELECT v, s FROM t WHERE ts = %" PRId64, 1700000000000 + id);
    TAOS_RES *res = taos_query(taos, sql);
    CHECK_CODE(taos_errno(res), 0);
    TAOS_ROW row = taos_fetch_row(res);
    if (row) {
      int32_t v;
      memcpy(&v, row[0], 4);
      CHECK_INT(v, id);
      snprintf(text, sizeof text, "row %d", id);
      int length = taos_fetch_lengths(res)[1];
      CHECK(length == (int)strlen(text) && !memcmp(row[1], text, (size_t)length));
    } else {
      failed(__FILE__, __LINE__, "no row for %s: 0x%08x %s", sql, (unsigned)taos_errno(res), taos_errstr(res));
    }
    if (i % 2) CHECK(taos_fetch_row(res) == NULL); /* every other result is freed unread */
    taos_free_result(res);
  }
  if (!shared) taos_close(taos);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 7) return 2;
  static char sql[60000];
  pthread_t threads[64];
  int count = atoi(argv[4]), files = entries("/proc/self/fd"), tasks = entries("/proc/self/task") + WATCHERS;
  arguments = argv;
  queries = atoi(argv[5]);
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  RUN(taos, "CREATE TABLE t (ts TIMESTAMP, v INT, s VARCHAR(20))");
  int at = sprintf(sql, "INSERT INTO t VALUES");
  for (int i = 0; i < 1000; i++) at += sprintf(sql + at, " (%" PRId64 ", %d, 'row %d')", 1700000000000 + i, i, i);
  CHECK_INT(RUN(taos, "%s", sql), 1000);
  if (!strcmp(argv[6], "shared")) shared = taos;
  for (int i = 0; i < count; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i) == 0);
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
  CHECK(entries("/proc/self/task") <= tasks + 1);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  CHECK(entries("/proc/self/task") <= tasks + 1);
  taos_cleanup();
  CHECK_INT(entries("/proc/self/task"), tasks);
  CHECK_INT(entries("/proc/self/fd"), files);
  return finish();
}
