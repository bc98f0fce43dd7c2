/* After taos_stop_query no further row comes, not even of the block that is held, and that is no error: as with the native client.
 *
 *   stopped HOST PORT DATABASE     a result of several blocks in the database
 *   stopped HOST PORT              the server never answers the fetches of `select * from stuck` */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
#include "check.h"

static TAOS *taos;
static sem_t done;
static int last;

static void at_its_end(TAOS_RES *res) {
  TAOS_ROW columns;
  void *block;
  int count = -1;
  CHECK(taos_fetch_row(res) == NULL);
  CHECK_INT(taos_fetch_block(res, &columns), 0);
  CHECK_CODE(taos_fetch_block_s(res, &count, &columns), 0);
  CHECK_INT(count, 0);
  CHECK_CODE(taos_fetch_raw_block(res, &count, &block), 0);
  CHECK_INT(count, 0);
  CHECK(taos_fetch_row(res) == NULL);
  CHECK_CODE(taos_errno(res), 0);
  CHECK_STR(taos_errstr(res), "success");
}

static void counted(void *param, TAOS_RES *res, int count) {
  (void)param;
  if (count > 0 && !taos_fetch_row(res)) failed(__FILE__, __LINE__, "%d rows, and none", count);
  last = count;
  sem_post(&done);
}

static TAOS_RES *begun(int rows) {
  TAOS_RES *res = query(taos, "select * from t");
  for (int i = 0; i < rows; i++) CHECK(taos_fetch_row(res) != NULL);
  return res;
}

static void in_hand(char **argv) {
  static char sql[300000];
  RUN(taos, "create database %s", argv[3]);
  RUN(taos, "use %s", argv[3]);
  RUN(taos, "create table t (ts timestamp, v int)");
  for (int k = 0, length; k < 4; k++) {
    length = sprintf(sql, "insert into t values");
    for (int i = 0; i < 3000; i++) length += sprintf(sql + length, " (%" PRId64 ",%d)", 1700000000000 + k * 3000 + i, i);
    RUN(taos, "%s", sql);
  }
  for (int rows = 0; rows < 6000; rows = rows * 3 + 1) { /* before the first, in a block, in one further on */
    TAOS_RES *res = begun(rows);
    taos_stop_query(res);
    taos_stop_query(res);
    at_its_end(res);
    taos_fetch_rows_a(res, counted, NULL);
    sem_wait(&done);
    CHECK_INT(last, 0);
    taos_fetch_raw_block_a(res, counted, NULL);
    sem_wait(&done);
    CHECK_INT(last, 0);
    taos_free_result(res);
  }
  TAOS_RES *res = query(taos, "select * from t"); /* a block that was fetched asynchronously */
  taos_fetch_rows_a(res, counted, NULL);
  sem_wait(&done);
  CHECK(last > 1);
  taos_stop_query(res);
  at_its_end(res);
  taos_free_result(res);
  CHECK_INT(NUMBER(taos, "select count(*) from t"), 12000);
  RUN(taos, "drop database %s", argv[3]);
}

static void *stops(void *res) {
  usleep(100000);
  taos_stop_query(res);
  return NULL;
}

/* ---- a fetch that waits */
static void under_way(void) {
  pthread_t thread;
  TAOS_RES *res = query(taos, "select * from stuck");
  CHECK(pthread_create(&thread, NULL, stops, res) == 0);
  CHECK(taos_fetch_row(res) == NULL);
  pthread_join(thread, NULL);
  at_its_end(res);
  taos_free_result(res);
  res = query(taos, "select * from stuck");
  taos_fetch_rows_a(res, counted, NULL);
  taos_stop_query(res);
  sem_wait(&done);
  CHECK_INT(last, 0);
  at_its_end(res);
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  sem_init(&done, 0, 0);
  taos = connect_to(argv, NULL);
  if (argc > 3) in_hand(argv);
  else under_way();
  taos_close(taos);
  return finish();
}
