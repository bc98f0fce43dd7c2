/* What a server of an older version has, and the errors for what it has not. Each line is `NAME: works`, or `NAME: CODE TEXT`.
 *
 *   versions HOST PORT DATABASE */
#include "check.h"

static void tell(const char *name, int works, int code, const char *text) {
  if (works) printf("%s: works\n", name);
  else printf("%s: 0x%08x %s\n", name, (unsigned)code, text);
}
#define TELL(name, works) do { int works_ = (works); tell(name, works_, taos_errno(NULL), taos_errstr(NULL)); } while (0)

static void rows(TAOS *taos, const char *name, TAOS_RES *res, const char *count) {
  tell(name, taos_errno(res) == 0, taos_errno(res), taos_errstr(res));
  if (taos_errno(res) == 0) CHECK_INT(taos_affected_rows(res), NUMBER(taos, "%s", count));
  taos_free_result(res);
}

static void schemaless(TAOS *taos) {
  char lines[] = "weather,place=a degrees=1.5 1700000000000\nweather,place=b degrees=2.5 1700000000001";
  int32_t total = 0;
  rows(taos, "schemaless", taos_schemaless_insert_raw(taos, lines, (int)strlen(lines), &total, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_MILLI_SECONDS), "select count(*) from weather");
  CHECK_INT(total, 2);
  char telnet[] = "wind 1700000000000 3 place=a";
  char *one[] = {telnet};
  rows(taos, "telnet", taos_schemaless_insert(taos, one, 1, TSDB_SML_TELNET_PROTOCOL, TSDB_SML_TIMESTAMP_NOT_CONFIGURED), "select count(*) from wind");
  char broken[] = "weather,place=a degrees= 1700000000000";
  TAOS_RES *res = taos_schemaless_insert_raw(taos, broken, (int)strlen(broken), &total, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_MILLI_SECONDS);
  CHECK((taos_errno(res) & 0xff00) == 0x3000);
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  char name[200] = "", details[200] = "";
  int needed = 0;
  TAOS *taos = connect_to(argv, NULL);
  CHECK_INT(taos_get_current_db(taos, name, sizeof name, &needed), 0);
  CHECK_STR(name, "");
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  RUN(taos, "USE %s", argv[3]);
  CHECK_INT(taos_get_current_db(taos, name, sizeof name, &needed), 0);
  CHECK_STR(name, argv[3]);
  printf("server: %.*s\n", (int)strcspn(taos_get_server_info(taos), "\n"), taos_get_server_info(taos));
  schemaless(taos);
  TAOS_STMT *stmt = taos_stmt_init(taos);
  TELL("stmt", stmt != NULL);
  if (stmt) taos_stmt_close(stmt);
  TAOS_STMT2 *stmt2 = taos_stmt2_init(taos, NULL);
  TELL("stmt2", stmt2 != NULL);
  if (stmt2) taos_stmt2_close(stmt2);
  TELL("options", taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_APP, "app") == 0);
  TELL("validate", taos_validate_sql(taos, "select 1") == 0);
  TELL("mode", taos_set_conn_mode(taos, TAOS_CONN_MODE_BI, 1) == 0);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM weather"), 2);
  taos_close(taos);
  TAOS *by_token = taos_connect_token(argv[1], "tok", NULL, (uint16_t)atoi(argv[2]));
  TELL("token", by_token != NULL);
  taos_close(by_token);
  int status = taos_check_server_status(argv[1], atoi(argv[2]), details, sizeof details);
  tell("status", status == TSDB_SRV_STATUS_SERVICE_OK, status, details);
  taos = connect_to(argv, argv[3]); /* a database that the login selects */
  schemaless(taos);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
