/* NULL in place of every pointer: the documented value or an error code, never a crash.
 *
 *   nulls HOST PORT ROUNDS */
#include "check.h"

static void no_connection(void) {
  char name[20];
  int need = -7;
  CHECK(taos_query(NULL, "select 1") == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);
  CHECK_STR(taos_errstr(NULL), "Disconnected from service");
  CHECK(taos_query(NULL, NULL) == NULL);
  CHECK(taos_query_with_reqid(NULL, "select 1", 1) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);
  CHECK(taos_select_db(NULL, "x") != 0);
  CHECK_SAID_WHY(NULL);
  CHECK(taos_select_db(NULL, NULL) != 0);
  CHECK(taos_get_current_db(NULL, name, sizeof name, &need) != 0);
  CHECK(taos_get_current_db(NULL, NULL, 0, NULL) != 0);
  taos_reset_current_db(NULL);
  (void)taos_get_server_info(NULL);
  CHECK_CODE(taos_validate_sql(NULL, "select 1"), 0x80000213);
  CHECK_CODE(taos_load_table_info(NULL, "t"), 0x80000213);
  CHECK(taos_options_connection(NULL, TSDB_OPTION_CONNECTION_TIMEZONE, "UTC") != 0);
  CHECK(taos_set_conn_mode(NULL, 0, 1) != 0);
  taos_kill_query(NULL);
  taos_close(NULL);
}

/* As the native client answers them: a system error has the system's text, on whichever thread it is asked for. */
static void texts_of_codes(void) {
  CHECK_STR(tmq_err2str(0), "success");
  CHECK_STR(tmq_err2str(-1), "fail");
  CHECK_STR(tmq_err2str(-2), "Unknown error 65534");
  CHECK_STR(tmq_err2str((int)0x80ff0016), "Invalid argument");
  CHECK_STR(tmq_err2str((int)0x80ff006f), "Connection refused");
  CHECK_STR(tmq_err2str((int)0x80000016), "");
  CHECK_STR(tmq_err2str(0x16), "");
  CHECK_STR(tmq_err2str(0x1234), "");
  CHECK_STR(tmq_err2str((int)0x80009999), "");
  CHECK_STR(tmq_err2str((int)0x80000219), "SQL statement too long");
  const char *kept = tmq_err2str((int)0x80ff0016);
  for (int code = 0; code < 200; code++) (void)tmq_err2str((int)0x80ff0000 | code);
  CHECK_STR(kept, "Invalid argument");
  CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, "no such set"), 0x80ff0016);
  CHECK_PREFIX(taos_errstr(NULL), "Invalid argument");
  CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, "No/Where"), 0x8000013b);
  CHECK_CODE(taos_errno(NULL), 0x8000013b);
  CHECK(strstr(taos_errstr(NULL), "No/Where") != NULL);
  CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, "UTC"), 0);
}

static void no_result(void) {
  TAOS_ROW rows = (TAOS_ROW)&rows;
  int count = 7;
  void *data = &count;
  bool nulls[4];
  CHECK(taos_fetch_row(NULL) == NULL);
  CHECK(taos_fetch_fields(NULL) == NULL);
  CHECK(taos_fetch_fields_e(NULL) == NULL);
  CHECK(taos_fetch_lengths(NULL) == NULL);
  CHECK(taos_result_block(NULL) == NULL);
  CHECK(taos_get_raw_block(NULL) == NULL);
  CHECK(taos_get_column_data_offset(NULL, 0) == NULL);
  CHECK_INT(taos_num_fields(NULL), 0);
  CHECK_INT(taos_field_count(NULL), 0);
  CHECK_INT(taos_affected_rows(NULL), 0);
  CHECK_INT(taos_affected_rows64(NULL), 0);
  CHECK_INT(taos_result_precision(NULL), 0);
  CHECK(taos_is_update_query(NULL));
  CHECK(taos_is_null(NULL, 0, 0));
  CHECK_CODE(taos_is_null_by_column(NULL, 0, nulls, &count), 0x80000118);
  CHECK_INT(taos_fetch_block(NULL, &rows), 0);
  taos_fetch_block_s(NULL, &count, &rows);
  taos_fetch_raw_block(NULL, &count, &data);
  taos_stop_query(NULL);
  taos_free_result(NULL);
}

static void no_other_argument(char **argv, TAOS *taos) {
  TAOS_RES *res;
  TAOS_ROW row, block;
  TAOS_FIELD *fields;
  char text[40];
  bool nulls[4];
  int n = 4;
  CHECK(taos_query(taos, NULL) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000118);
  CHECK_STR(taos_errstr(NULL), "Invalid parameters");
  CHECK(taos_query_with_reqid(taos, NULL, 5) == NULL);
  CHECK_CODE(taos_select_db(taos, NULL), 0x80000229);
  CHECK_CODE(taos_select_db(taos, ""), 0x80000229);
  CHECK_CODE(taos_get_current_db(taos, NULL, 0, NULL), 0x80000118);
  CHECK(taos_get_current_db(taos, NULL, 10, NULL) != 0);
  CHECK_CODE(taos_validate_sql(taos, NULL), 0x80000118);
  CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, NULL), 0x80000118);
  taos_set_config(NULL);
  res = query(taos, "select * from t");
  CHECK_INT(taos_fetch_block(res, NULL), 0);
  taos_fetch_block_s(res, NULL, NULL);
  taos_fetch_block_s(res, &n, NULL);
  taos_fetch_raw_block(res, NULL, NULL);
  taos_free_result(res);
  res = query(taos, "select * from t");
  fields = taos_fetch_fields(res);
  row = taos_fetch_row(res);
  CHECK(row != NULL);
  CHECK(taos_print_row(NULL, row, fields, 4) <= 0);
  CHECK(taos_print_row(text, NULL, fields, 4) <= 0);
  CHECK(taos_print_row(text, row, NULL, 4) <= 0);
  CHECK(taos_print_row_with_size(text, 0, row, fields, 4) <= 0);
  CHECK(taos_print_row_with_size(text, sizeof text, row, fields, 0) == 0);
  CHECK(taos_print_row_with_size(text, sizeof text, row, fields, -1) <= 0);
  CHECK(taos_is_null(res, 1000000, 0));
  CHECK(taos_is_null(res, 0, 1000000));
  CHECK(taos_is_null(res, -1, -1));
  CHECK(taos_is_null_by_column(res, 1, NULL, &n) != 0);
  CHECK(taos_is_null_by_column(res, 1, nulls, NULL) != 0);
  CHECK(taos_is_null_by_column(res, 1000000, nulls, &n) != 0);
  CHECK(taos_is_null_by_column(res, -1, nulls, &n) != 0);
  CHECK(taos_get_column_data_offset(res, -1) == NULL);
  CHECK(taos_get_column_data_offset(res, 1000000) == NULL);
  taos_free_result(res);
  res = query(taos, "select * from t");
  CHECK_INT(taos_fetch_block(res, &block), 3);
  taos_free_result(res);
  /* no user, no password, no database, and a host from nowhere but the port: defaults */
  TAOS *defaults = taos_connect(argv[1], NULL, NULL, NULL, (uint16_t)atoi(argv[2]));
  CHECK(defaults != NULL);
  taos_close(defaults);
  defaults = taos_connect(NULL, NULL, NULL, "", (uint16_t)atoi(argv[2]));
  CHECK(defaults != NULL);
  taos_close(defaults);
  CHECK(taos_connect_auth(argv[1], NULL, NULL, NULL, (uint16_t)atoi(argv[2])) == NULL);
  CHECK_SAID_WHY(NULL);
  defaults = taos_connect_with_dsn(NULL);
  CHECK(defaults != NULL);
  taos_close(defaults);
  defaults = taos_connect_with(NULL);
  CHECK(defaults != NULL);
  taos_close(defaults);
  CHECK(taos_connect_token(argv[1], NULL, NULL, (uint16_t)atoi(argv[2])) == NULL);
  CHECK(taos_connect_totp(argv[1], NULL, NULL, NULL, NULL, 1) == NULL);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  /* What a call without a host means: on the default port somebody may listen who has nothing to do with this. */
  char nowhere_else[300];
  snprintf(nowhere_else, sizeof nowhere_else, "%s:%s", argv[1], argv[2]);
  setenv("TAOS_FIRST_EP", nowhere_else, 1);
  for (int i = 0; i < atoi(argv[3]); i++) {
    no_connection();
    no_result();
    texts_of_codes();
    TAOS *taos = connect_to(argv, NULL);
    no_other_argument(argv, taos);
    no_connection();
    RUN(taos, "insert into t values (now, 1)");
    CHECK_CODE(taos_errno(NULL), 0);
    taos_close(taos);
  }
  return finish();
}
