/* Threads on one shared connection, of which some are cancelled in the very moment when the lead is handed on: the others all get
 * their answers, and each the answer that it asked for. Of a call that is cancelled nothing is left, though the program never got
 * its result: that would keep the connection open.
 *
 *   handed_on HOST PORT DATABASE CANCELLED */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

enum { STAY = 4, GO = 4, ROWS = 100 };

static TAOS *taos;
static bool done;
static long answered, gone;

static void check_answer(TAOS_RES *res, int id) {
  if (taos_errno(res)) {
    failed(__FILE__, __LINE__, "0x%08x %s", (unsigned)taos_errno(res), taos_errstr(res));
    return;
  }
  int32_t v = -1;
  TAOS_ROW row = taos_fetch_row(res);
  if (row && row[0]) memcpy(&v, row[0], 4);
  CHECK_INT(v, id);
}

static void free_it(void *res) { taos_free_result(*(TAOS_RES *volatile *)res); }

/* One question, whose answer nobody else's is. Also a thread that ends in it leaves nothing behind. */
static void ask(int id) {
  char sql[100];
  /* Volatile: the cleanup runs after a longjmp, which leaves other variables with any value. */
  TAOS_RES *volatile res = NULL;
  pthread_cleanup_push(free_it, (void *)&res);
  snprintf(sql, sizeof sql, "SELECT v FROM t WHERE ts = %" PRId64, 1700000000000 + id);
  res = taos_query(taos, sql);
  check_answer(res, id);
  pthread_cleanup_pop(1);
}

static void *stay(void *number) {
  for (int i = 0; !__atomic_load_n(&done, __ATOMIC_RELAXED); i++) {
    ask((int)((intptr_t)number * 31 + i) % ROWS);
    __atomic_fetch_add(&answered, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

static void *go(void *number) {
  for (int i = 0;; i++) {
    ask((int)((intptr_t)number * 17 + i) % ROWS);
    __atomic_fetch_add(&gone, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  char where[200];
  static char sql[10000];
  int cancelled = atoi(argv[4]), files = entries("/proc/self/fd");
  pthread_t stays[STAY], goes[GO];
  /* A lead that is lost shows as an answer that does not come. */
  snprintf(where, sizeof where, "ws://%s:%s?read_timeout=20", argv[1], argv[2]);
  taos = taos_connect(where, "root", "taosdata", NULL, 0);
  if (!taos) { printf("no connection: %s\n", taos_errstr(NULL)); return 2; }
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  RUN(taos, "CREATE TABLE t (ts TIMESTAMP, v INT)");
  int at = sprintf(sql, "INSERT INTO t VALUES");
  for (int i = 0; i < ROWS; i++) at += sprintf(sql + at, " (%" PRId64 ", %d)", 1700000000000 + i, i);
  CHECK_INT(RUN(taos, "%s", sql), ROWS);
  for (intptr_t i = 0; i < STAY; i++) CHECK(pthread_create(&stays[i], NULL, stay, (void *)i) == 0);
  for (intptr_t i = 0; i < GO; i++) CHECK(pthread_create(&goes[i], NULL, go, (void *)i) == 0);
  for (int n = 0; n < cancelled && !__atomic_load_n(&failures, __ATOMIC_RELAXED); n++) {
    void *value = NULL;
    usleep((useconds_t)(n * 37 % 500));
    CHECK(pthread_cancel(goes[n % GO]) == 0);
    CHECK(pthread_join(goes[n % GO], &value) == 0);
    CHECK(value == PTHREAD_CANCELED);
    CHECK(pthread_create(&goes[n % GO], NULL, go, (void *)(intptr_t)n) == 0);
  }
  __atomic_store_n(&done, true, __ATOMIC_RELAXED);
  for (int i = 0; i < GO; i++) pthread_cancel(goes[i]);
  for (int i = 0; i < GO; i++) pthread_join(goes[i], NULL);
  for (int i = 0; i < STAY; i++) pthread_join(stays[i], NULL);
  CHECK(answered > 0 && gone > 0);
  ask(1);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  taos_cleanup();
  CHECK_INT(entries("/proc/self/fd"), files);
  return finish();
}
