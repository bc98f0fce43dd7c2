/* While one thread reads a result row after row, another one frees it, stops it, reads it too, or looks at it; the reader ends
 * and another goes on; the process forks. Each row is handed out once, what is freed or stopped gives none any more, and nobody waits
 * for ever.
 *
 *   shared_result HOST PORT DATABASE ROUNDS
 *   shared_result HOST PORT DATABASE ROUNDS threads     without forks and late thread destructors, where valgrind and the sanitizers find
 *                                                       what the parent's threads hold, and what the standard library makes so late */
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

enum { ROWS = 1000 };

#define GET(place) __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define SET(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)

static TAOS *taos;
static TAOS_RES *res;
static int seen, looks, left;
static unsigned seed = 1;

static TAOS_RES *all(void) { return query(taos, "select * from t"); }

static int rest_of(TAOS_RES *of) {
  int rows = 0;
  while (taos_fetch_row(of)) rows++;
  return rows;
}

/* The reader. It does not look at what it gets unless `looks`: the others may be making it invalid. */
static void *reads(void *most) {
  int rows = 0, end = most ? *(int *)most : ROWS + 1;
  for (TAOS_ROW row; rows < end && (row = taos_fetch_row(res)); rows++) {
    int *lengths = taos_fetch_lengths(res);
    if (looks) {
      int32_t v;
      memcpy(&v, row[1], 4);
      CHECK_INT(v, rows);
      CHECK_INT(lengths[1], 4);
    }
    SET(seen, rows + 1);
  }
  SET(left, 1);
  return (void *)(intptr_t)rows;
}

/* Starts the reader, and comes back when it is somewhere in the result. */
static pthread_t reader(void) {
  pthread_t thread;
  int somewhere = rand_r(&seed) % ROWS;
  seen = left = 0;
  res = all();
  CHECK(pthread_create(&thread, NULL, reads, NULL) == 0);
  while (GET(seen) < somewhere && !GET(left)) sched_yield();
  return thread;
}

static int rows_of(pthread_t thread) {
  void *rows = NULL;
  pthread_join(thread, &rows);
  return (int)(intptr_t)rows;
}

static void freed(void) {
  pthread_t thread = reader();
  TAOS_RES *old = res;
  taos_free_result(old);
  CHECK(taos_fetch_row(old) == NULL);
  TAOS_RES *newer = all(); /* the reader may still be asking for the old one */
  CHECK_INT(rest_of(newer), ROWS);
  taos_free_result(newer);
  CHECK(rows_of(thread) <= ROWS);
  CHECK(taos_fetch_row(old) == NULL);
  CHECK(taos_fetch_lengths(old) == NULL);
  taos_free_result(old);
}

static void stopped(void) {
  pthread_t thread = reader();
  taos_stop_query(res);
  CHECK(taos_fetch_row(res) == NULL);
  CHECK(rows_of(thread) <= ROWS);
  CHECK(taos_fetch_row(res) == NULL);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
}

static void read_by_two(void) {
  pthread_t thread = reader();
  int rows = rest_of(res);
  rows += rows_of(thread);
  CHECK_INT(rows, ROWS);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
}

static void looked_at(void) {
  looks = 1;
  pthread_t thread = reader();
  while (!GET(left)) {
    CHECK_INT(taos_num_fields(res), 2);
    CHECK_INT(taos_result_precision(res), 0);
    CHECK_CODE(taos_errno(res), 0);
  }
  CHECK_INT(rows_of(thread), ROWS);
  looks = 0;
  taos_free_result(res);
}

/* The reader has ended in the middle, and with it all that was its own. A new thread may be known by its number. */
static void inherited_by_a_thread(void) {
  pthread_t thread;
  int most = rand_r(&seed) % ROWS;
  res = all();
  CHECK(pthread_create(&thread, NULL, reads, &most) == 0);
  CHECK_INT(rows_of(thread), most);
  CHECK(pthread_create(&thread, NULL, reads, NULL) == 0);
  CHECK_INT(rows_of(thread), ROWS - most);
  taos_free_result(res);
}

/* In the child the reader may be half way in a call for ever. */
static void forked(void) {
  pthread_t thread = reader();
  TAOS_RES *mine = all();
  for (int i = 0; i < 10; i++) CHECK(taos_fetch_row(mine) != NULL);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    (void)taos_fetch_row(res);
    (void)taos_num_fields(res);
    (void)taos_fetch_row(mine);
    CHECK_INT(taos_num_fields(mine), 2);
    taos_free_result(res);
    taos_free_result(mine);
    CHECK(taos_fetch_row(res) == NULL);
    CHECK(taos_fetch_row(mine) == NULL);
    fflush(stdout);
    _exit(failures ? 1 : 0);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK_INT(rest_of(mine), ROWS - 10);
  taos_free_result(mine);
  CHECK_INT(rows_of(thread), ROWS);
  taos_free_result(res);
}

/* The last that a thread does: its thread-local variables may be gone. */
static pthread_key_t key;

static void at_the_end(void *again) {
  static int passes;
  if (++passes < 3) {
    pthread_setspecific(key, again);
    return;
  }
  passes = 0;
  CHECK_INT(rest_of(res), ROWS - 5);
  taos_free_result(res);
}

static void *ends(void *unused) {
  res = all();
  for (int i = 0; i < 5; i++) CHECK(taos_fetch_row(res) != NULL);
  pthread_setspecific(key, &key);
  return unused;
}

static void read_by_destructor(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, ends, NULL) == 0);
  pthread_join(thread, NULL);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  static char sql[60000];
  taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  RUN(taos, "CREATE TABLE t (ts TIMESTAMP, v INT)");
  int at = sprintf(sql, "INSERT INTO t VALUES");
  for (int i = 0; i < ROWS; i++) at += sprintf(sql + at, " (%" PRId64 ", %d)", 1700000000000 + i, i);
  CHECK_INT(RUN(taos, "%s", sql), ROWS);
  pthread_key_create(&key, at_the_end);
  for (int i = 0; i < atoi(argv[4]); i++) {
    freed();
    stopped();
    read_by_two();
    looked_at();
    inherited_by_a_thread();
    if (argc > 5) continue;
    forked();
    read_by_destructor();
  }
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
