/* More rows than fit in a block, counted and added up in every way of fetching them, and left half read.
 *
 *   many_rows HOST PORT DATABASE ROWS */
#include "check.h"

static int64_t rows_wanted, sum_wanted;

static void check_sum(const char *way, int64_t rows, int64_t sum, TAOS_RES *res) {
  if (rows != rows_wanted || sum != sum_wanted)
    failed(__FILE__, __LINE__, "by %s: %" PRId64 " rows of sum %" PRId64 ", not %" PRId64 " of sum %" PRId64, way, rows, sum, rows_wanted, sum_wanted);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
}

static void fill(TAOS *taos, int rows) {
  static char sql[200000];
  RUN(taos, "CREATE TABLE t (ts TIMESTAMP, v INT, s VARCHAR(20))");
  for (int at = 0; at < rows;) {
    int end = at + 1000 < rows ? at + 1000 : rows, length = sprintf(sql, "INSERT INTO t VALUES");
    for (; at < end; at++) {
      length += sprintf(sql + length, " (%" PRId64 ", %d, 'row %d')", 1700000000000 + at, at, at);
      sum_wanted += at;
    }
    taos_free_result(query(taos, "%s", sql));
  }
  rows_wanted = rows;
}

static void by_row(TAOS *taos) {
  TAOS_RES *res = query(taos, "SELECT * FROM t ORDER BY ts");
  int64_t rows = 0, sum = 0;
  TAOS_ROW row;
  while ((row = taos_fetch_row(res))) {
    int32_t v;
    char text[30];
    memcpy(&v, row[1], 4);
    snprintf(text, sizeof text, "row %d", v);
    int length = taos_fetch_lengths(res)[2];
    if (length != (int)strlen(text) || memcmp(row[2], text, (size_t)length) || v != rows) failed(__FILE__, __LINE__, "row %" PRId64 " is not itself", rows);
    rows++;
    sum += v;
  }
  check_sum("row", rows, sum, res);
}

static void by_block(TAOS *taos) {
  TAOS_RES *res = query(taos, "SELECT * FROM t ORDER BY ts");
  int64_t rows = 0, sum = 0;
  TAOS_ROW columns;
  int n;
  while ((n = taos_fetch_block(res, &columns)) > 0) {
    for (int i = 0; i < n; i++) sum += ((int32_t *)columns[1])[i];
    rows += n;
  }
  check_sum("block", rows, sum, res);
}

static void by_block_s(TAOS *taos) {
  TAOS_RES *res = query(taos, "SELECT * FROM t ORDER BY ts");
  int64_t rows = 0, sum = 0;
  TAOS_ROW columns;
  int n = 7;
  for (;;) {
    CHECK_CODE(taos_fetch_block_s(res, &n, &columns), 0);
    if (n == 0) break; /* the end is told by the count, not by leaving it alone */
    for (int i = 0; i < n; i++) sum += ((int32_t *)columns[1])[i];
    rows += n;
  }
  CHECK(columns == NULL);
  check_sum("block_s", rows, sum, res);
}

static void by_raw_block(TAOS *taos) {
  TAOS_RES *res = query(taos, "SELECT v FROM t ORDER BY ts");
  int64_t rows = 0, sum = 0;
  void *data;
  int n = 7;
  for (;;) {
    CHECK_CODE(taos_fetch_raw_block(res, &n, &data), 0);
    if (n == 0) break;
    const char *values = (const char *)data + 28 + 5 + 4 + (n + 7) / 8;
    for (int i = 0; i < n; i++) { int32_t v; memcpy(&v, values + 4 * i, 4); sum += v; }
    rows += n;
  }
  CHECK(data == NULL);
  check_sum("raw block", rows, sum, res);
}

/* Freed with most of it unread, again and again; the connection goes on. */
static void half_read(TAOS *taos) {
  for (int i = 0; i < 30; i++) {
    TAOS_RES *res = query(taos, "SELECT * FROM t");
    for (int k = 0; k < i; k++) CHECK(taos_fetch_row(res) != NULL);
    taos_free_result(res);
  }
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM t"), rows_wanted);
}

/* Two results read in turns do not disturb each other. */
static void in_turns(TAOS *taos) {
  TAOS_RES *up = query(taos, "SELECT v FROM t ORDER BY ts"), *down = query(taos, "SELECT v FROM t ORDER BY ts DESC");
  int wrong = 0;
  for (int i = 0; i < rows_wanted; i++) {
    TAOS_ROW a = taos_fetch_row(up), b = taos_fetch_row(down);
    int32_t x = -1, y = -1;
    if (a) memcpy(&x, a[0], 4);
    if (b) memcpy(&y, b[0], 4);
    wrong += x != i || y != rows_wanted - 1 - i;
  }
  CHECK_INT(wrong, 0);
  taos_free_result(up);
  taos_free_result(down);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  fill(taos, atoi(argv[4]));
  by_row(taos);
  by_block(taos);
  by_block_s(taos);
  by_raw_block(taos);
  half_read(taos);
  in_turns(taos);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
