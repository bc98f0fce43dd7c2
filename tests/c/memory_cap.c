/* A million rows with little memory: once the program has connected and read something, the address space may grow by
 * 64 MiB and no more, and a large result is read to its end by row, by block and by raw block; also by a reader that is
 * slow, and by ones that lose patience.
 *
 *   memory_cap HOST PORT DATABASE ROWS */
#include <pthread.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

#define ROOM (64L << 20)
#define PER_INSERT 5000

static TAOS *taos;
static int64_t rows_wanted;

static TAOS_RES *select_all(void) {
  TAOS_RES *res = taos_query(taos, "SELECT * FROM t");
  CHECK_CODE(taos_errno(res), 0);
  return res;
}

static void fill(int64_t rows) {
  static char sql[PER_INSERT * 60];
  taos_free_result(taos_query(taos, "CREATE TABLE t (ts TIMESTAMP, v INT, s VARCHAR(20), n NCHAR(10))"));
  for (int64_t at = 0; at < rows;) {
    int length = sprintf(sql, "INSERT INTO t VALUES");
    for (int64_t end = at + PER_INSERT; at < end && at < rows; at++)
      length += sprintf(sql + length, "(%" PRId64 ",%d,'row','\xc3\xa9')", 1700000000000 + at, (int)at);
    TAOS_RES *res = taos_query(taos, sql);
    CHECK_CODE(taos_errno(res), 0);
    taos_free_result(res);
  }
  rows_wanted = rows;
}

/* What the program has now, and ROOM. */
static void cap_address_space(void) {
  long pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  CHECK(f && fscanf(f, "%ld", &pages) == 1);
  if (f) fclose(f);
  rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + ROOM;
  struct rlimit limit = {most, most};
  CHECK_INT(setrlimit(RLIMIT_AS, &limit), 0);
}

static void by_row(void) {
  TAOS_RES *res = select_all();
  int64_t rows = 0;
  while (taos_fetch_row(res)) rows++;
  CHECK_CODE(taos_errno(res), 0);
  CHECK_INT(rows, rows_wanted);
  taos_free_result(res);
}

static void by_block(void) {
  TAOS_RES *res = select_all();
  TAOS_ROW columns;
  int64_t rows = 0;
  for (int n; (n = taos_fetch_block(res, &columns)) > 0;) rows += n;
  CHECK_CODE(taos_errno(res), 0);
  CHECK_INT(rows, rows_wanted);
  taos_free_result(res);
}

static void by_raw_block(void) {
  TAOS_RES *res = select_all();
  void *block;
  int64_t rows = 0;
  for (int n = 1; n > 0; rows += n) CHECK_CODE(taos_fetch_raw_block(res, &n, &block), 0);
  CHECK_INT(rows, rows_wanted);
  taos_free_result(res);
}

/* A reader that pauses at every block: what the server has sent ahead does not pile up here. */
static void slowly(void) {
  TAOS_RES *res = select_all();
  TAOS_ROW columns;
  int64_t rows = 0;
  struct timespec pause = {0, 2000000};
  for (int n; (n = taos_fetch_block(res, &columns)) > 0; rows += n) nanosleep(&pause, NULL);
  CHECK_CODE(taos_errno(res), 0);
  CHECK_INT(rows, rows_wanted);
  taos_free_result(res);
}

static void *stop(void *res) {
  struct timespec pause = {0, 3000000};
  nanosleep(&pause, NULL);
  taos_stop_query(res);
  return NULL;
}

/* Freed in the middle; stopped from another thread, whose word ends the rows. */
static void impatiently(void) {
  for (int round = 0; round < 20; round++) {
    TAOS_RES *res = select_all();
    for (int i = 0; i < 10 + round * 1000; i++) CHECK(taos_fetch_row(res) != NULL);
    taos_free_result(res);
  }
  for (int round = 0; round < 20; round++) {
    TAOS_RES *res = select_all();
    pthread_t stopper;
    pthread_create(&stopper, NULL, stop, res);
    int64_t rows = 0;
    while (taos_fetch_row(res)) rows++;
    CHECK(rows <= rows_wanted);
    pthread_join(stopper, NULL);
    taos_free_result(res);
  }
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  fill(atoll(argv[4]));
  by_row();
  cap_address_space();
  by_row();
  by_block();
  by_raw_block();
  slowly();
  impatiently();
  by_row();
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return failures ? 1 : 0;
}
