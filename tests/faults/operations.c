/* One group of operations, each with the fault in force while it runs; after each the same connection must work again, and at
 * the end no thread and no descriptor may be left. Says `outcome NAME CODE TEXT` of each.
 *
 *   operations PROXY CONTROL SERVER DATABASE FAULT GARBLED(0|1) GROUP|OPERATION        - ports of 127.0.0.1 */
#include "harness.h"
#include "tmq_operations.h"

#define SELECT "select ts, v from t order by ts"

/* ---- connections */

static void op_connect(void) {
  arm();
  TAOS *made = taos_connect(through, "root", "taosdata", db, 0);
  heal();
  outcome(made ? 0 : taos_errno(NULL), taos_errstr(NULL));
  taos_close(made);
}

static void op_check_server_status(void) {
  char details[200] = "";
  arm();
  int status = taos_check_server_status(through, 0, details, sizeof details);
  heal();
  outcome(status == TSDB_SRV_STATUS_SERVICE_OK ? 0 : (int)0x8000000bu, details); /* a status, not a code */
}

/* An operation that answers a code, on the connection. */
#define CALL(name, call) \
  static void op_##name(void) { \
    arm(); \
    int code = (call); \
    const char *why = taos_errstr(NULL); \
    heal(); \
    outcome(code, why); \
  }

static char current[100];
static int vgroup;
static TAOS_DB_ROUTE_INFO route;
CALL(select_db, taos_select_db(taos, db))
CALL(get_current_db, taos_get_current_db(taos, current, sizeof current, NULL))
CALL(options_connection, taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_APP, "faults"))
CALL(set_conn_mode, taos_set_conn_mode(taos, TAOS_CONN_MODE_BI, 1))
CALL(validate_sql, taos_validate_sql(taos, SELECT))
CALL(load_table_info, taos_load_table_info(taos, "t"))
CALL(get_table_vgId, taos_get_table_vgId(taos, db, "t", &vgroup))
CALL(get_db_route_info, taos_get_db_route_info(taos, db, &route))

static void op_reset_current_db(void) {
  arm();
  taos_reset_current_db(taos);
  int code = taos_errno(NULL);
  const char *why = taos_errstr(NULL);
  heal();
  outcome(code, why);
  CHECK_CODE(taos_select_db(taos, db), 0);
}

static void op_get_server_info(void) {
  TAOS *own = connect_through(); /* the answer is kept */
  arm();
  const char *info = taos_get_server_info(own);
  const char *why = taos_errstr(NULL);
  int code = info ? 0 : taos_errno(NULL);
  heal();
  outcome(code, why);
  taos_close(own);
}

static void op_close(void) {
  TAOS *own = connect_through();
  TAOS_RES *open = taos_query(own, SELECT);
  CHECK_CODE(taos_errno(open), 0);
  arm();
  taos_close(own);
  taos_free_result(open);
  heal();
  outcome(0, "");
}

/* ---- queries */

static void op_query_read(void) {
  arm();
  TAOS_RES *res = taos_query(taos, SELECT);
  int code = taos_errno(res);
  heal();
  outcome(code, taos_errstr(res));
  if (!code) read_rows(res, BY_ROW);
  taos_free_result(res);
}

static void op_query_write(void) {
  RUN(direct, "create table %s.w_query (ts timestamp, v int)", db);
  arm();
  TAOS_RES *res = taos_query(taos, "insert into w_query values (now, 1)");
  int code = taos_errno(res);
  heal();
  outcome(code, taos_errstr(res));
  if (!code && !garbled) CHECK_INT(taos_affected_rows(res), 1);
  taos_free_result(res);
  check_written("w_query", code, 1);
}

static void fetch(enum way way) {
  TAOS_RES *res = query(taos, SELECT);
  arm();
  int code = read_rows(res, way);
  heal();
  outcome(code, taos_errstr(res));
  taos_free_result(res);
}
static void op_fetch_row(void) { fetch(BY_ROW); }
static void op_fetch_block(void) { fetch(BY_BLOCK); }
static void op_fetch_raw_block(void) { fetch(BY_RAW); }
static void op_fetch_rows_a(void) { fetch(BY_CALLBACK); }

static void op_query_a(void) {
  struct called called = CALLED;
  arm();
  taos_query_a(taos, SELECT, call_back, &called);
  int code = await(&called, 1);
  heal();
  outcome(code, taos_errstr(called.res));
  if (!code) read_rows(called.res, BY_CALLBACK);
  taos_free_result(called.res);
}

static void op_stop_query(void) {
  struct called called = CALLED;
  TAOS_RES *res = query(taos, SELECT);
  arm();
  taos_fetch_rows_a(res, call_back, &called);
  taos_stop_query(res);
  int code = await(&called, 1);
  heal();
  outcome(code > 0 ? 0 : code, tmq_err2str(code)); /* the result itself is at its end */
  taos_free_result(res);
}

static void op_kill_query(void) {
  struct called called = CALLED;
  arm();
  taos_query_a(taos, SELECT, call_back, &called);
  taos_kill_query(taos);
  int code = await(&called, 1);
  heal();
  outcome(code, taos_errstr(called.res));
  taos_free_result(called.res);
}

static void op_schemaless_insert(void) {
  char *lines[] = {"sml,g=a v=1i 1700000000000", "sml,g=a v=2i 1700000000001"};
  RUN(direct, "create stable %s.sml (_ts timestamp, v bigint) tags (g nchar(8))", db);
  arm();
  TAOS_RES *res = taos_schemaless_insert(taos, lines, 2, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_MILLI_SECONDS);
  int code = taos_errno(res);
  heal();
  outcome(code, taos_errstr(res));
  taos_free_result(res);
  check_written("sml", code, 2);
}

static void op_write_raw_block(void) {
  int rows = 0;
  void *block = NULL;
  RUN(direct, "create table %s.w_raw (ts timestamp, v int)", db);
  TAOS_RES *res = query(direct, "select ts, v from %s.t limit 10", db);
  CHECK_CODE(taos_fetch_raw_block(res, &rows, &block), 0);
  arm();
  int code = taos_write_raw_block(taos, rows, block, "w_raw");
  const char *why = taos_errstr(NULL);
  heal();
  outcome(code, why);
  taos_free_result(res);
  check_written("w_raw", code, 10);
}

/* ---- statements */

static int64_t when = START;
static int32_t value = 7, least = 0;

static int bind1(TAOS_STMT *stmt) {
  TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, &when, 8, NULL, NULL, 1), BIND1(INT, &value, 4, NULL, NULL, 1)};
  int code = taos_stmt_bind_param(stmt, row);
  return code ? code : taos_stmt_add_batch(stmt);
}

static int bind2(TAOS_STMT2 *stmt, struct called *called) {
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &when, NULL, NULL, 1), BIND2(INT, &value, NULL, NULL, 1)}, *columns = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
  if (!called) return taos_stmt2_bind_param(stmt, &v, -1);
  int code = taos_stmt2_bind_param_a(stmt, &v, -1, call_back, called);
  return code ? code : await(called, 1);
}

/* Statements are prepared, bound and executed to a step under the fault, and on from it without. */
enum step { INIT, PREPARE, FIELDS, BIND, EXECUTE, RESULT, CLOSE };
/* Once a fault was told, the case is over: how a statement goes on is statements.c's. */
static bool ended_by(int code) { return (unsigned)code == 0x80000018u || (unsigned)code == 0x80000019u || garbled; }
#define STEP(at, call) \
  do { \
    if (code) break; \
    if (under == (at)) arm(); \
    code = (call); \
    if (under != (at) && code && !ended_by(code)) failed(__FILE__, __LINE__, "%s: %s: 0x%08x", operation, #call, (unsigned)code); \
    if (under == (at)) outcome(code, code ? ERROR(stmt) : ""), heal(); \
  } while (0)

static void new_table(const char *table) { RUN(direct, "create table %s.%s (ts timestamp, v int)", db, table); }

/* An error of the call under the fault is where the case ends; without one the statement must have written its row. */
#define ERROR taos_stmt_errstr
static void stmt_insert(enum step under) {
  int code = 0, nums;
  char table[50], sql[100];
  snprintf(table, sizeof table, "w_%s", operation);
  snprintf(sql, sizeof sql, "insert into %s values (?, ?)", table);
  new_table(table);
  TAOS_STMT *stmt = NULL;
  STEP(INIT, (stmt = taos_stmt_init(taos)) ? 0 : taos_errno(NULL));
  STEP(PREPARE, taos_stmt_prepare(stmt, sql, 0));
  STEP(FIELDS, taos_stmt_num_params(stmt, &nums));
  STEP(BIND, bind1(stmt));
  STEP(EXECUTE, taos_stmt_execute(stmt));
  if (under == CLOSE) arm();
  int closed = stmt ? taos_stmt_close(stmt) : 0;
  if (under == CLOSE) outcome(closed, taos_errstr(NULL)), heal();
  check_written(table, code, 1);
}
static void op_stmt_init(void) { stmt_insert(INIT); }
static void op_stmt_prepare(void) { stmt_insert(PREPARE); }
static void op_stmt_num_params(void) { stmt_insert(FIELDS); }
static void op_stmt_bind_param(void) { stmt_insert(BIND); }
static void op_stmt_execute(void) { stmt_insert(EXECUTE); }
static void op_stmt_close(void) { stmt_insert(CLOSE); }

static void op_stmt_use_result(void) {
  TAOS_STMT *stmt = taos_stmt_init(taos);
  TAOS_MULTI_BIND from = BIND1(INT, &least, 4, NULL, NULL, 1);
  SAY1(stmt, taos_stmt_prepare(stmt, "select ts, v from t where v >= ? order by ts", 0));
  SAY1(stmt, taos_stmt_bind_param(stmt, &from));
  SAY1(stmt, taos_stmt_execute(stmt));
  arm();
  TAOS_RES *res = taos_stmt_use_result(stmt);
  int code = res ? read_rows(res, BY_ROW) : taos_errno(NULL);
  heal();
  outcome(code, taos_errstr(res));
  taos_stmt_close(stmt);
}
#undef ERROR

#define ERROR taos_stmt2_error
static struct called executed;

static void stmt2_insert(enum step under, bool callbacks) {
  int code = 0, count = 0, affected = 0;
  TAOS_FIELD_ALL *fields = NULL;
  char table[50], sql[100];
  snprintf(table, sizeof table, "w_%s", operation);
  snprintf(sql, sizeof sql, "insert into %s values (?, ?)", table);
  new_table(table);
  struct called bound = CALLED;
  executed = CALLED;
  TAOS_STMT2_OPTION option = {.asyncExecFn = callbacks ? call_back : NULL, .userdata = &executed};
  TAOS_STMT2 *stmt = NULL;
  STEP(INIT, (stmt = taos_stmt2_init(taos, &option)) ? 0 : taos_errno(NULL));
  STEP(PREPARE, taos_stmt2_prepare(stmt, sql, 0));
  STEP(FIELDS, taos_stmt2_get_fields(stmt, &count, &fields));
  if (fields) taos_stmt2_free_fields(stmt, fields);
  STEP(BIND, bind2(stmt, callbacks ? &bound : NULL));
  STEP(EXECUTE, (code = taos_stmt2_exec(stmt, &affected)) || !callbacks ? code : await(&executed, 1));
  if (under == CLOSE) arm();
  int closed = stmt ? taos_stmt2_close(stmt) : 0;
  if (under == CLOSE) outcome(closed, taos_errstr(NULL)), heal();
  check_written(table, code, 1);
}
static void op_stmt2_init(void) { stmt2_insert(INIT, false); }
static void op_stmt2_prepare(void) { stmt2_insert(PREPARE, false); }
static void op_stmt2_get_fields(void) { stmt2_insert(FIELDS, false); }
static void op_stmt2_bind_param(void) { stmt2_insert(BIND, false); }
static void op_stmt2_bind_param_a(void) { stmt2_insert(BIND, true); }
static void op_stmt2_exec(void) { stmt2_insert(EXECUTE, false); }
static void op_stmt2_exec_async(void) { stmt2_insert(EXECUTE, true); }
static void op_stmt2_close(void) { stmt2_insert(CLOSE, false); }

static void op_stmt2_result(void) {
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
  TAOS_STMT2_BIND from = BIND2(INT, &least, NULL, NULL, 1), *columns = &from;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
  SAY2(stmt, taos_stmt2_prepare(stmt, "select ts, v from t where v >= ? order by ts", 0));
  SAY2(stmt, taos_stmt2_bind_param(stmt, &v, -1));
  SAY2(stmt, taos_stmt2_exec(stmt, NULL));
  arm();
  TAOS_RES *res = taos_stmt2_result(stmt);
  int code = res ? read_rows(res, BY_ROW) : taos_errno(NULL);
  heal();
  outcome(code, taos_errstr(res));
  taos_stmt2_close(stmt);
}

/* ---- all of them */

#define OP(group, name) {group, #name, op_##name}
static const struct {
  const char *group, *name;
  void (*run)(void);
} OPERATIONS[] = {
  OP("connection", connect), OP("connection", check_server_status), OP("connection", select_db), OP("connection", get_current_db),
  OP("connection", get_server_info), OP("connection", options_connection), OP("connection", set_conn_mode), OP("connection", reset_current_db),
  OP("connection", validate_sql), OP("connection", load_table_info), OP("connection", get_table_vgId), OP("connection", get_db_route_info),
  OP("connection", close),
  OP("query", query_read), OP("query", query_write), OP("query", fetch_row), OP("query", fetch_block), OP("query", fetch_raw_block),
  OP("query", query_a), OP("query", fetch_rows_a), OP("query", stop_query), OP("query", kill_query), OP("query", schemaless_insert),
  OP("query", write_raw_block),
  OP("stmt", stmt_init), OP("stmt", stmt_prepare), OP("stmt", stmt_num_params), OP("stmt", stmt_bind_param), OP("stmt", stmt_execute),
  OP("stmt", stmt_use_result), OP("stmt", stmt_close),
  OP("stmt2", stmt2_init), OP("stmt2", stmt2_prepare), OP("stmt2", stmt2_get_fields), OP("stmt2", stmt2_bind_param), OP("stmt2", stmt2_bind_param_a),
  OP("stmt2", stmt2_exec), OP("stmt2", stmt2_exec_async), OP("stmt2", stmt2_result), OP("stmt2", stmt2_close),
  OP("tmq", tmq_consumer_new), OP("tmq", tmq_subscribe), OP("tmq", tmq_consumer_poll), OP("tmq", tmq_commit_sync), OP("tmq", tmq_commit_async),
  OP("tmq", tmq_commit_offset_sync), OP("tmq", tmq_get_topic_assignment), OP("tmq", tmq_offset_seek), OP("tmq", tmq_position),
  OP("tmq", tmq_committed), OP("tmq", tmq_unsubscribe), OP("tmq", tmq_consumer_close), OP("tmq", tmq_write_raw),
};
#define COUNT (sizeof OPERATIONS / sizeof *OPERATIONS)

int main(int argc, char **argv) {
  if (argc == 2) { /* the rows of the matrix */
    for (size_t i = 0; i < COUNT; i++) printf("%s %s\n", OPERATIONS[i].group, OPERATIONS[i].name);
    return 0;
  }
  if (argc != 8) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  int threads = entries("/proc/self/task");
  /* What is kept for the whole process is there after the first connection. */
  taos_close(taos_connect("127.0.0.1", "root", "taosdata", NULL, (uint16_t)atoi(argv[3])));
  taos_cleanup();
  CHECK_INT(threads_left(threads), threads);
  int files = entries("/proc/self/fd");
  snprintf(through, sizeof through, "ws://127.0.0.1:%s?" DEADLINES, argv[1]);
  proxy_port = argv[1];
  control = dial(atoi(argv[2]));
  db = argv[4];
  fault = argv[5];
  garbled = atoi(argv[6]);
  operation = "set_up";
  set_up(atoi(argv[3]));
  if (!strcmp(argv[7], "tmq") || !strncmp(argv[7], "tmq_", 4)) set_up_topic();
  taos = connect_through();
  for (size_t i = 0; i < COUNT; i++) {
    if (strcmp(argv[7], OPERATIONS[i].group) && strcmp(argv[7], OPERATIONS[i].name)) continue;
    operation = OPERATIONS[i].name;
    OPERATIONS[i].run();
    check_healthy();
  }
  free(route.vgHash);
  taos_close(taos);
  if (!strcmp(argv[7], "tmq") || !strncmp(argv[7], "tmq_", 4)) drop_topic();
  taos_close(direct);
  close(control);
  taos_cleanup();
  CHECK_INT(threads_left(threads), threads);
  CHECK_INT(entries("/proc/self/fd"), files);
  return failures != 0;
}
