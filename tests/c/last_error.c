/* After a call that answers a code, taos_errno(NULL) says the same and taos_errstr(NULL) says why. Where the native client says
 * nothing - a database that the server does not have -, nothing is said.
 *
 *   last_error HOST PORT DATABASE */
#include "check.h"

static TAOS *taos;

static void well(void) {
  taos_free_result(query(taos, "select 1"));
  CHECK_CODE(taos_errno(NULL), 0);
}

static void said(int line, const char *call, int code) {
  int last = taos_errno(NULL);
  const char *text = taos_errstr(NULL);
  if (code == 0) failed(__FILE__, line, "%s: worked", call);
  if (last != code) failed(__FILE__, line, "%s: 0x%08x, and the last error is 0x%08x", call, (unsigned)code, (unsigned)last);
  if (!text || !*text || !strcmp(text, "success")) failed(__FILE__, line, "%s: 0x%08x says \"%s\"", call, (unsigned)code, text ? text : "NULL");
}

#define FAILS(call) \
  do { \
    well(); \
    int code_ = (call); \
    said(__LINE__, #call, code_); \
  } while (0)

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  taos = connect_to(argv, NULL);
  RUN(taos, "create database %s", argv[3]);
  int n = 0, vg[2];
  bool nulls[2];
  char small[1];
  const char *tables[] = {"x"};
  TAOS_DB_ROUTE_INFO route;
  TAOS_ROW row;
  void *block;

  well();
  CHECK_CODE(taos_select_db(taos, "nosuch"), 0x80000388);
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_STR(taos_errstr(NULL), "success");
  well();
  CHECK_CODE(taos_select_db(taos, "1x"), 0x80002600);
  CHECK_CODE(taos_errno(NULL), 0x80002600);
  CHECK_STR(taos_errstr(NULL), "syntax error near");
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  CHECK_CODE(taos_errno(NULL), 0);

  FAILS(taos_select_db(taos, ""));
  FAILS(taos_select_db(NULL, "x"));
  FAILS(taos_validate_sql(taos, "selec"));
  FAILS(taos_get_current_db(taos, small, 1, &n));
  FAILS(taos_get_table_vgId(taos, "nosuch", "x", &n));
  FAILS(taos_get_tables_vgId(taos, "nosuch", tables, 1, vg));
  FAILS(taos_get_db_route_info(taos, "nosuch", &route));
  FAILS(taos_load_table_info(taos, "a.b.c"));
  FAILS(taos_options_connection(taos, (TSDB_OPTION_CONNECTION)77, "x"));
  FAILS(taos_options(TSDB_OPTION_TIMEZONE, NULL));
  FAILS(taos_options(TSDB_OPTION_LOCALE, "no_such_locale"));
  FAILS(taos_set_conn_mode(taos, 9, 1));
  FAILS(taos_write_raw_block(taos, 1, NULL, "x"));
  FAILS(taos_connect_test("127.0.0.1", "root", "taosdata", NULL, NULL, 1));
  well();
  CHECK_INT(taos_options((TSDB_OPTION)99, "x"), -1);
  CHECK_SAID_WHY(NULL);

  TAOS_RES *freed = query(taos, "select 1");
  taos_free_result(freed);
  FAILS(taos_fetch_block_s(freed, &n, &row));
  FAILS(taos_fetch_raw_block(freed, &n, &block));
  FAILS(taos_is_null_by_column(freed, 0, nulls, &n));

  TAOS_STMT *one = taos_stmt_init(taos);
  TAOS_STMT2 *two = taos_stmt2_init(taos, NULL);
  FAILS(taos_stmt_prepare(NULL, "x", 0));
  FAILS(taos_stmt_prepare(one, NULL, 0));
  FAILS(taos_stmt_execute(one));
  FAILS(taos_stmt_add_batch(one));
  FAILS(taos_stmt_num_params(one, &n));
  FAILS(taos_stmt_close(NULL));
  FAILS(taos_stmt2_prepare(two, NULL, 0));
  FAILS(taos_stmt2_exec(two, &n));
  FAILS(taos_stmt2_bind_param(two, NULL, -1));
  FAILS(taos_stmt2_close(NULL));
  taos_stmt_close(one);
  taos_stmt2_close(two);

  tmq_raw_data raw = {0};
  tmq_topic_assignment *assignment = NULL;
  FAILS(tmq_subscribe(NULL, NULL));
  FAILS(tmq_unsubscribe(NULL));
  FAILS(tmq_consumer_close(NULL));
  FAILS(tmq_commit_sync(NULL, NULL));
  FAILS(tmq_commit_offset_sync(NULL, "x", 1, 1));
  FAILS(tmq_offset_seek(NULL, "x", 1, 1));
  FAILS((int)tmq_position(NULL, "x", 1));
  FAILS((int)tmq_committed(NULL, "x", 1));
  FAILS(tmq_get_topic_assignment(NULL, "x", &assignment, &n));
  FAILS(tmq_get_raw(NULL, &raw));
  FAILS(tmq_write_raw(NULL, raw));

  RUN(taos, "drop database %s", argv[3]);
  taos_close(taos);
  return finish();
}
