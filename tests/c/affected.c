/* What taos_affected_rows answers for statements with rows, before they are read, while they are, and after: the numbers are
 * those of the native client.
 *
 *   affected HOST PORT DATABASE */
#include <semaphore.h>
#include "check.h"

static TAOS *taos;
static sem_t done;

static void counts(const char *sql, int before, int during, int rows) {
  TAOS_RES *res = query(taos, "%s", sql);
  int seen = 0;
  if (taos_affected_rows(res) != before) failed(__FILE__, __LINE__, "%s: %d before", sql, taos_affected_rows(res));
  CHECK_INT(taos_affected_rows64(res), before);
  while (taos_fetch_row(res)) {
    seen++;
    if (before && taos_affected_rows(res) != during) failed(__FILE__, __LINE__, "%s: %d at row %d", sql, taos_affected_rows(res), seen);
  }
  if (rows >= 0) CHECK_INT(seen, rows);
  CHECK_INT(taos_affected_rows(res), 0);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
}

static void came(void *param, TAOS_RES *res, int count) {
  int *rows = param;
  if (count > 0) {
    CHECK_INT(taos_affected_rows(res), count);
    while (taos_fetch_row(res)) ++*rows;
    taos_fetch_rows_a(res, came, param);
    return;
  }
  CHECK_INT(count, 0);
  sem_post(&done);
}

static void answered(void *param, TAOS_RES *res, int code) {
  CHECK_CODE(code, 0);
  CHECK_INT(taos_affected_rows(res), 2);
  *(TAOS_RES **)param = res;
  sem_post(&done);
}

/* What was fetched to be counted is not lost, however it is read. */
static void every_way(void) {
  TAOS_ROW columns;
  void *block;
  int count = 0, rows = 0;
  TAOS_RES *res = query(taos, "describe t");
  CHECK_INT(taos_affected_rows(res), 2);
  CHECK_INT(taos_fetch_block(res, &columns), 2);
  CHECK_INT(taos_affected_rows(res), 2);
  CHECK_INT(taos_fetch_block(res, &columns), 0);
  CHECK_INT(taos_affected_rows(res), 0);
  taos_free_result(res);
  res = query(taos, "describe t");
  CHECK_INT(taos_affected_rows(res), 2);
  CHECK_CODE(taos_fetch_raw_block(res, &count, &block), 0);
  CHECK_INT(count, 2);
  CHECK(block != NULL);
  CHECK_CODE(taos_fetch_raw_block(res, &count, &block), 0);
  CHECK_INT(count, 0);
  taos_free_result(res);
  taos_query_a(taos, "describe t", answered, &res);
  sem_wait(&done);
  taos_fetch_rows_a(res, came, &rows);
  sem_wait(&done);
  CHECK_INT(rows, 2);
  taos_free_result(res);
  res = query(taos, "describe t");
  CHECK_INT(taos_affected_rows(res), 2);
  taos_stop_query(res);
  CHECK(taos_fetch_row(res) == NULL);
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  sem_init(&done, 0, 0);
  taos = connect_to(argv, NULL);
  CHECK_INT(RUN(taos, "create database %s", argv[3]), 0);
  RUN(taos, "use %s", argv[3]);
  CHECK_INT(RUN(taos, "create table t (ts timestamp, i int)"), 0);
  CHECK_INT(RUN(taos, "insert into t values (1700000000000, 1) (1700000000001, 2)"), 2);
  counts("select server_version()", 1, 1, 1);
  counts("select 1", 1, 1, 1);
  counts("describe t", 2, 2, 2);
  counts("select * from t", 0, 0, 2);
  counts("select count(*) from t", 0, 0, 1);
  counts("select * from t where i > 5", 0, 0, 0);
  counts("show databases", 0, 0, -1);
  every_way();
  CHECK_INT(RUN(taos, "drop database %s", argv[3]), 0);
  taos_close(taos);
  return finish();
}
