/* What is open when its connection is closed goes on, as with the native client: results are read to their end, a statement
 * is bound and executed, callbacks come. The connection itself goes with the last of them.
 *
 *   after_close HOST PORT DATABASE ROWS [statements] */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
#include "stmt.h"

static char **where;
static int rows_wanted;
static sem_t done;

static void fill(void) {
  static char sql[400000];
  TAOS *taos = connect_to(where, NULL);
  RUN(taos, "CREATE DATABASE %s", where[3]);
  RUN(taos, "CREATE TABLE %s.t (ts TIMESTAMP, v INT)", where[3]);
  for (int at = 0; at < rows_wanted;) {
    int length = sprintf(sql, "INSERT INTO %s.t VALUES", where[3]);
    for (int i = 0; i < 5000 && at < rows_wanted; i++, at++) length += sprintf(sql + length, " (%" PRId64 ",%d)", START + at, at);
    RUN(taos, "%s", sql);
  }
  taos_close(taos);
}

static int rest(TAOS_RES *res) {
  int rows = 0;
  while (taos_fetch_row(res)) rows++;
  CHECK_CODE(taos_errno(res), 0);
  return rows;
}

static void results(void) {
  TAOS *taos = connect_to(where, where[3]);
  TAOS_RES *by_row = query(taos, "SELECT * FROM t"), *by_block = query(taos, "SELECT * FROM t"), *raw = query(taos, "SELECT * FROM t");
  TAOS_RES *small = query(taos, "SELECT 7"), *unread = query(taos, "SELECT * FROM t"), *update = query(taos, "USE %s", where[3]);
  CHECK(taos_fetch_row(by_row) != NULL);
  taos_close(taos);
  CHECK(taos_query(taos, "SELECT 1") == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);
  CHECK_INT(1 + rest(by_row), rows_wanted);
  TAOS_ROW columns;
  int rows = 0, count = 0;
  while ((count = taos_fetch_block(by_block, &columns)) > 0) rows += count;
  CHECK_INT(rows, rows_wanted);
  void *block;
  for (rows = 0; taos_fetch_raw_block(raw, &count, &block) == 0 && count > 0;) rows += count;
  CHECK_INT(rows, rows_wanted);
  CHECK_INT(first_number(small), 7);
  taos_free_result(by_row);
  taos_free_result(by_block);
  taos_free_result(raw);
  taos_free_result(update);
  taos_free_result(unread);
}

/* ---- asynchronous calls: on their way, and made in callbacks that come after the close */
static void rows_came(void *param, TAOS_RES *res, int count) {
  int *rows = param;
  if (count > 0) {
    int seen = 0;
    while (seen < count && taos_fetch_row(res)) seen++;
    CHECK_INT(seen, count);
    *rows += count;
    taos_fetch_rows_a(res, rows_came, param);
    return;
  }
  CHECK_CODE(count, 0);
  taos_free_result(res);
  sem_post(&done);
}

static void answered(void *param, TAOS_RES *res, int code) {
  CHECK_CODE(code, 0);
  taos_fetch_rows_a(res, rows_came, param);
}

struct closing {
  TAOS *taos;
  int rows;
};

static void closes_inside(void *param, TAOS_RES *res, int code) {
  struct closing *own = param;
  CHECK_CODE(code, 0);
  taos_close(own->taos);
  taos_fetch_rows_a(res, rows_came, &own->rows);
}

static void callbacks(void) {
  enum { MANY = 20 };
  int rows[MANY] = {0};
  TAOS *taos = connect_to(where, where[3]);
  for (int i = 0; i < MANY; i++) taos_query_a(taos, "SELECT * FROM t", answered, &rows[i]);
  taos_close(taos);
  for (int i = 0; i < MANY; i++) sem_wait(&done);
  for (int i = 0; i < MANY; i++) CHECK_INT(rows[i], rows_wanted);
  struct closing own = {connect_to(where, where[3]), 0};
  taos_query_a(own.taos, "SELECT * FROM t", closes_inside, &own);
  sem_wait(&done);
  CHECK_INT(own.rows, rows_wanted);
}

/* ---- statements of both versions, and their results */
static void statements(void) {
  TAOS *taos = connect_to(where, where[3]), *other = connect_to(where, where[3]);
  int64_t ts = START + rows_wanted;
  int32_t v = 1, from = 10;
  TAOS_STMT *one = taos_stmt_init(taos), *reads = taos_stmt_init(taos);
  TAOS_STMT2_OPTION option = {0};
  TAOS_STMT2 *two = taos_stmt2_init(taos, &option);
  SAY1(one, taos_stmt_prepare(one, "INSERT INTO t VALUES (?, ?)", 0));
  SAY1(reads, taos_stmt_prepare(reads, "SELECT v FROM t WHERE v >= ?", 0));
  TAOS_MULTI_BIND least = BIND1(INT, &from, 4, NULL, NULL, 1);
  SAY1(reads, taos_stmt_bind_param(reads, &least));
  SAY1(reads, taos_stmt_execute(reads));
  TAOS_RES *res = taos_stmt_use_result(reads);
  taos_close(taos);
  CHECK_INT(rest(res), rows_wanted - 10);
  TAOS_MULTI_BIND row1[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(INT, &v, 4, NULL, NULL, 1)};
  SAY1(one, taos_stmt_bind_param(one, row1));
  SAY1(one, taos_stmt_add_batch(one));
  SAY1(one, taos_stmt_execute(one));
  ts++;
  SAY2(two, taos_stmt2_prepare(two, "INSERT INTO t VALUES (?, ?)", 0));
  TAOS_STMT2_BIND row2[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, &v, NULL, NULL, 1)}, *columns = row2;
  TAOS_STMT2_BINDV binds = {1, NULL, NULL, &columns};
  SAY2(two, taos_stmt2_bind_param(two, &binds, -1));
  int affected = 0;
  SAY2(two, taos_stmt2_exec(two, &affected));
  CHECK_INT(affected, 1);
  CHECK_INT(NUMBER(other, "SELECT COUNT(*) FROM t"), rows_wanted + 2);
  CHECK_CODE(taos_stmt_close(reads), 0);
  CHECK_CODE(taos_stmt_close(one), 0);
  CHECK_CODE(taos_stmt2_close(two), 0);
  CHECK(taos_stmt_init(taos) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);
  RUN(other, "DELETE FROM t WHERE ts >= %" PRId64, START + rows_wanted);
  taos_close(other);
}

/* ---- a thread that reads meanwhile */
static void *reads(void *res) {
  CHECK_INT(rest(res), rows_wanted);
  taos_free_result(res);
  return NULL;
}

static void threads(void) {
  enum { MANY = 6 };
  pthread_t list[MANY];
  TAOS *taos = connect_to(where, where[3]);
  for (int i = 0; i < MANY; i++) CHECK(pthread_create(&list[i], NULL, reads, query(taos, "SELECT * FROM t")) == 0);
  taos_close(taos);
  for (int i = 0; i < MANY; i++) pthread_join(list[i], NULL);
}

/* ---- nothing is left of thousands */
static void descriptors(void) {
  enum { CONNECTIONS = 20, RESULTS = 100 };
  static TAOS_RES *held[CONNECTIONS][RESULTS];
  int before = entries("/proc/self/fd");
  for (int c = 0; c < CONNECTIONS; c++) {
    TAOS *taos = connect_to(where, where[3]);
    for (int r = 0; r < RESULTS; r++) held[c][r] = query(taos, "%s", r % 2 ? "SELECT 1" : "SELECT * FROM t LIMIT 2");
    taos_close(taos);
  }
  CHECK(entries("/proc/self/fd") >= before + CONNECTIONS);
  for (int r = 0; r < RESULTS; r++) {
    for (int c = 0; c < CONNECTIONS; c++) {
      if (r % 3 == 0) CHECK_INT(rest(held[c][r]), 2 - r % 2);
      taos_free_result(held[c][r]);
    }
  }
  /* The library's own thread may be looking at one just now. */
  for (int i = 0; i < 100 && entries("/proc/self/fd") > before; i++) usleep(50000);
  CHECK_INT(entries("/proc/self/fd"), before);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  where = argv;
  rows_wanted = atoi(argv[4]);
  sem_init(&done, 0, 0);
  fill();
  results();
  callbacks();
  threads();
  if (argc > 5) statements();
  descriptors();
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
