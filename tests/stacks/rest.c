/* Calls the functions that the other programs of test_stacks.py do not call.
 *
 *   rest HOST PORT DATABASE */
#include <semaphore.h>
#include "check.h"

static sem_t done;

static void answered(void *param, TAOS_RES *res, int code) {
  (void)param;
  CHECK_CODE(code, 0);
  taos_free_result(res);
  sem_post(&done);
}
static void white(void *param, int code, TAOS *taos, int count, uint64_t *list) { (void)param, (void)code, (void)taos, (void)count, (void)list; }
static void white2(void *param, int code, TAOS *taos, int count, char **list) { (void)param, (void)code, (void)taos, (void)count, (void)list; }
static void note(void *param, void *ext, int type) { (void)param, (void)ext, (void)type; }

/* Ways to connect; what this server does not know is refused by it. */
static void connect_otherwise(char **argv) {
  char dsn[500], port[20];
  uint16_t number = (uint16_t)atoi(argv[2]);
  TAOS *made = taos_connect_auth(argv[1], "root", "dcc5bed04851fec854c035b2e40263b6", NULL, number);
  taos_close(made);
  taos_close(taos_connect_totp(argv[1], "root", "taosdata", "123456", NULL, number));
  taos_close(taos_connect_token(argv[1], "a-token", NULL, number));
  snprintf(dsn, sizeof dsn, strchr(argv[1], '/') ? "%s" : "ws://root:taosdata@%s:%s", argv[1], argv[2]);
  CHECK((made = taos_connect_with_dsn(dsn)) != NULL);
  taos_close(made);
  OPTIONS options = {0};
  snprintf(port, sizeof port, "%d", number);
  taos_set_option(&options, "ip", argv[1]);
  taos_set_option(&options, "user", "root");
  taos_set_option(&options, "pass", "taosdata");
  if (number) taos_set_option(&options, "port", port);
  CHECK((made = taos_connect_with(&options)) != NULL);
  taos_close(made);
  char details[200];
  CHECK_INT(taos_check_server_status(argv[1], number, details, sizeof details), TSDB_SRV_STATUS_SERVICE_OK);
}

static void ask_about(TAOS *taos) {
  char text[300];
  int length = sizeof text;
  CHECK(taos_connect_is_alive(taos) != 0);
  taos_validate_connection(taos, text, &length);
  length = sizeof text;
  CHECK_CODE(taos_get_connection_info(taos, TSDB_CONNECTION_INFO_USER, text, &length), 0);
  length = sizeof text;
  taos_get_connection_info(taos, TSDB_CONNECTION_INFO_TOKEN, text, &length);
  CHECK_STR(taos_data_type(TSDB_DATA_TYPE_INT), "TSDB_DATA_TYPE_INT");
  CHECK(getBuildInfo() != NULL);
  char **instances = NULL;
  int32_t count = 0;
  taos_register_instance("id", "type", "description", 10);
  taos_list_instances("type", &instances, &count);
  taos_free_instances(&instances, count);
  taos_fetch_whitelist_a(taos, white, NULL);
  taos_fetch_whitelist_dual_stack_a(taos, white2, NULL);
  taos_fetch_ip_whitelist_a(taos, white2, NULL);
  taos_fetch_datetime_whitelist_a(taos, white2, NULL);
  taos_set_notify_cb(taos, note, NULL, TAOS_NOTIFY_PASSVER);
  taos_set_hb_quit(0);
  taos_write_crashinfo(11, NULL, NULL);
}

static void statements(TAOS *taos) {
  RUN(taos, "create stable s (ts timestamp, v int) tags (g int)");
  TAOS_STMT_OPTIONS options = {0};
  CHECK_CODE(taos_stmt_close(taos_stmt_init_with_options(taos, &options)), 0);
  TAOS_STMT *stmt = taos_stmt_init_with_reqid(taos, 77);
  CHECK_CODE(taos_stmt_prepare(stmt, "insert into ? values (?, ?)", 0), 0);
  RUN(taos, "create table c using s tags (1)");
  CHECK_CODE(taos_stmt_set_sub_tbname(stmt, "c"), 0);
  CHECK_CODE(taos_stmt_close(stmt), 0);
}

static void queries(TAOS *taos) {
  RUN(taos, "create table r (ts timestamp, v int)");
  TAOS_RES *res = taos_query_with_reqid(taos, "insert into r values (1700000000000, 1) (1700000000001, 2)", 12345);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
  taos_query_a_with_reqid(taos, "select * from r", answered, NULL, 12346);
  sem_wait(&done);
  taos_kill_query(taos);
  res = query(taos, "select ts, v from r");
  int rows = 0;
  void *block = NULL;
  CHECK(taos_fetch_row(res) != NULL);
  CHECK(taos_result_block(res) != NULL);
  taos_free_result(res);
  res = query(taos, "select ts, v from r");
  CHECK_CODE(taos_fetch_raw_block(res, &rows, &block), 0);
  RUN(taos, "create table w (ts timestamp, v int)");
  CHECK_CODE(taos_write_raw_block_with_reqid(taos, rows, block, "w", 1), 0);
  TAOS_FIELD *fields = taos_fetch_fields(res);
  CHECK_CODE(taos_write_raw_block_with_fields(taos, rows, block, "w", fields, 2), 0);
  CHECK_CODE(taos_write_raw_block_with_fields_with_reqid(taos, rows, block, "w", fields, 2, 3), 0);
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  sem_init(&done, 0, 0);
  CHECK_CODE(taos_init(), 0);
  taos_set_config("{\"debugFlag\":\"131\"}");
  connect_otherwise(argv);
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "create database %s", argv[3]);
  RUN(taos, "use %s", argv[3]);
  ask_about(taos);
  statements(taos);
  queries(taos);
  taos_close(taos);
  return finish();
}
