/* The result of a prepared query: one row of it, then another statement, then the rest; another that is left unread when its statement is closed.
 *
 *   ahead HOST PORT ROWS */
#include "check.h"

static TAOS_RES *result_of(TAOS_STMT2 *stmt) {
  int32_t value = 1;
  TAOS_STMT2_BIND one = {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = &value, .num = 1}, *ones = &one;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &ones};
  CHECK_CODE(taos_stmt2_bind_param(stmt, &v, -1), 0);
  CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0);
  TAOS_RES *res = taos_stmt2_result(stmt);
  CHECK(res != NULL);
  return res;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
  CHECK_CODE(taos_stmt2_prepare(stmt, "select * from many where v > ?", 0), 0);
  TAOS_RES *res = result_of(stmt);
  int rows = taos_fetch_row(res) != NULL;
  RUN(taos, "insert into t values (now, 1)");
  while (taos_fetch_row(res)) rows++;
  CHECK_INT(rows, atoi(argv[3]));
  CHECK_CODE(taos_errno(res), 0);
  CHECK(taos_fetch_row(result_of(stmt)) != NULL);
  CHECK_CODE(taos_stmt2_close(stmt), 0);
  RUN(taos, "insert into t values (now, 2)");
  taos_close(taos);
  return finish();
}
