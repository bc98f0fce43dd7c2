/* What version 1 statements answer of texts that are prepared, and nothing else: the questions by which TDengine's ODBC driver chooses how
 * to insert. Prints the lines of stmt_answers.native.txt.
 *
 *   stmt_answers HOST PORT DATABASE */
#include "stmt.h"

static void prepared(TAOS *taos, const char *sql) {
  TAOS_STMT *stmt = taos_stmt_init(taos);
  TAOS_FIELD_E *fields = NULL;
  int n = -1, insert = -1, rc = taos_stmt_prepare(stmt, sql, strlen(sql));
  printf("[%s]\n  prepare %x", sql, rc);
  rc = taos_stmt_is_insert(stmt, &insert);
  printf(" is_insert %x %d", rc, insert);
  rc = taos_stmt_get_tag_fields(stmt, &n, &fields);
  printf("; tag_fields rc %x errno(NULL) %x n %d f %s (%s)", rc, taos_errno(NULL), n, fields ? "set" : "NULL", rc ? taos_stmt_errstr(stmt) : "");
  taos_stmt_reclaim_fields(stmt, fields);
  fields = NULL, n = -1;
  rc = taos_stmt_get_col_fields(stmt, &n, &fields);
  printf("; col_fields rc %x errno %x n %d f %s (%s)", rc, rc ? taos_errno(NULL) : 0, n, fields ? "set" : "NULL", rc ? taos_stmt_errstr(stmt) : "");
  taos_stmt_reclaim_fields(stmt, fields);
  n = -1;
  rc = taos_stmt_num_params(stmt, &n);
  printf("; num_params %x %d\n", rc, n);
  taos_stmt_close(stmt);
}

static void written(TAOS *taos) {
  TAOS_STMT *stmt = taos_stmt_init(taos);
  const char *sql = "insert into t (ts,v) values (?,?)";
  int64_t ts = START;
  int32_t v = 7, eight = 8, four = 4;
  char null = 0;
  TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, &ts, 8, &eight, &null, 1), BIND1(INT, &v, 4, &four, &null, 1)};
  printf("prepare %x\n", taos_stmt_prepare(stmt, sql, strlen(sql)));
  printf("bind %x\n", taos_stmt_bind_param_batch(stmt, row));
  printf("add %x\n", taos_stmt_add_batch(stmt));
  int rc = taos_stmt_execute(stmt);
  printf("execute %x errno(NULL) %x\n", rc, taos_errno(NULL));
  TAOS_RES *res = taos_stmt_use_result(stmt);
  printf("use_result %s errno %x %s\n", res ? "set" : "NULL", taos_errno(res), taos_errstr(res));
  printf("affected_once %d\n", taos_stmt_affected_rows_once(stmt));
  taos_stmt_close(stmt);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = with_tables(argv);
  written(taos);
  const char *texts[] = {
    "insert into t (ts, v) values (?, ?)", "insert into t values (?, ?)", "insert into t (ts, v) values (?, 3)", "insert into t (ts, v) values (now(), 3)",
    "insert into c1 values (?,?)", "insert into suzhou using s tags (?) values (?, ?)", "insert into suzhou using s tags (3) values (?, ?)",
    "insert into suzhou using s tags (3) values (now(), 4)", "insert into suzhou using s tags (?) (ts) values (?)", "insert into ? using s tags (?) values (?, ?)",
    "insert into ? using s tags (3) values (?, ?)", "insert into ? values (?, ?)", "insert into ? (ts, v) values (?, ?)", "insert into ? (ts, sex) values (?, ?)",
    "insert into suzhou using ? tags (?) values (?, ?)", "select * from t where ts > ? and v = ?", "select * from t where x = ?", "select * from nope where x = ?",
    "insert into nope values (?,?)", "insert into s (tbname, ts, v, id) values (?,?,?,?)"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) prepared(taos, texts[i]);
  RUN(taos, "drop database %s", argv[3]);
  taos_close(taos);
  return finish();
}
