/* A statement against a server that fails: what a caller is told, and that the next statement works.
 *
 *   stmt HOST PORT VERSION(1|2|async) SQL
 *
 * Tells each step as `step: 0xCODE TEXT`; then, behind the line `again`, an insert with the same session, whose
 * server is well by then. */
#include <pthread.h>
#include "check.h"

static void tell(const char *step, int code, const char *text) {
  printf("%s: 0x%08x %s\n", step, (unsigned)code, text);
  fflush(stdout);
}

static int64_t ts = 1700000000000;
static int32_t value = 5;

static void version1(TAOS *taos, const char *sql) {
  TAOS_STMT *stmt = taos_stmt_init(taos);
  tell("init", stmt ? 0 : taos_errno(NULL), taos_errstr(NULL));
  if (!stmt) return;
  TAOS_MULTI_BIND row[] = {{.buffer_type = TSDB_DATA_TYPE_TIMESTAMP, .buffer = &ts, .buffer_length = 8, .num = 1}, {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = &value, .buffer_length = 4, .num = 1}};
  int rc = taos_stmt_prepare(stmt, sql, 0);
  tell("prepare", rc, taos_stmt_errstr(stmt));
  rc = taos_stmt_bind_param(stmt, row);
  if (rc == 0) rc = taos_stmt_add_batch(stmt);
  tell("bind", rc, taos_stmt_errstr(stmt));
  rc = taos_stmt_execute(stmt);
  tell("exec", rc, taos_stmt_errstr(stmt));
  if (*sql == 's' && rc == 0) {
    TAOS_RES *res = taos_stmt_use_result(stmt);
    tell("result", res ? 0 : taos_errno(NULL), taos_errstr(NULL));
    while (taos_fetch_row(res)) {}
  }
  tell("close", taos_stmt_close(stmt), "");
}

struct outcome {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int calls, code;
};

static void executed(void *param, TAOS_RES *res, int code) {
  struct outcome *o = param;
  (void)taos_affected_rows(res);
  pthread_mutex_lock(&o->lock);
  o->calls++;
  o->code = code;
  pthread_cond_broadcast(&o->changed);
  pthread_mutex_unlock(&o->lock);
}

static void version2(TAOS *taos, const char *sql, bool async) {
  struct outcome o = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
  TAOS_STMT2_OPTION option = {.asyncExecFn = async ? executed : NULL, .userdata = &o};
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, &option);
  tell("init", stmt ? 0 : taos_errno(NULL), taos_errstr(NULL));
  if (!stmt) return;
  TAOS_STMT2_BIND row[] = {{.buffer_type = TSDB_DATA_TYPE_TIMESTAMP, .buffer = &ts, .num = 1}, {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = &value, .num = 1}}, *rows = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &rows};
  int rc = taos_stmt2_prepare(stmt, sql, 0), count = 0;
  tell("prepare", rc, taos_stmt2_error(stmt));
  TAOS_FIELD_ALL *fields = NULL;
  if (taos_stmt2_get_fields(stmt, &count, &fields) == 0) taos_stmt2_free_fields(stmt, fields);
  rc = taos_stmt2_bind_param(stmt, &v, -1);
  tell("bind", rc, taos_stmt2_error(stmt));
  rc = taos_stmt2_exec(stmt, NULL);
  if (async && rc == 0) {
    pthread_mutex_lock(&o.lock);
    while (o.calls == 0) pthread_cond_wait(&o.changed, &o.lock);
    rc = o.code;
    pthread_mutex_unlock(&o.lock);
  }
  tell("exec", rc, taos_stmt2_error(stmt));
  if (*sql == 's' && rc == 0 && !async) {
    TAOS_RES *res = taos_stmt2_result(stmt);
    tell("result", res ? 0 : taos_errno(NULL), taos_errstr(NULL));
    while (taos_fetch_row(res)) {}
  }
  tell("close", taos_stmt2_close(stmt), "");
  CHECK(o.calls == async || rc != 0);
}

static void once(TAOS *taos, const char *version, const char *sql) {
  if (*version == '1') version1(taos, sql);
  else version2(taos, sql, *version == 'a');
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  TAOS *taos = connect_to(argv, NULL);
  once(taos, argv[3], argv[4]);
  printf("again\n");
  once(taos, argv[3], "insert into t values (?, ?)");
  taos_close(taos);
  return finish();
}
