/* Prepared inserts, one after the other; each tells the rows that its execution has written, or its error.
 *
 *   bind_exec HOST PORT */
#include <pthread.h>
#include "check.h"

static int64_t ts[2] = {1700000000000, 1700000000001};
static int32_t value[2] = {5, 6};
static char null[2] = {0, 1};

static void tell(const char *what, int code, int rows) {
  if (code) printf("%s: 0x%08x\n", what, (unsigned)code);
  else printf("%s: %d\n", what, rows);
}

static int bind(TAOS_STMT2 *stmt, int type, int rows, char *nulls) {
  TAOS_STMT2_BIND row[] = {{.buffer_type = TSDB_DATA_TYPE_TIMESTAMP, .buffer = ts, .num = rows}, {.buffer_type = type, .buffer = value, .is_null = nulls, .num = rows}}, *r = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &r};
  return taos_stmt2_bind_param(stmt, &v, -1);
}

static void execute(const char *what, TAOS_STMT2 *stmt) {
  int rows = -1, code = taos_stmt2_exec(stmt, &rows);
  tell(what, code, rows);
}

static void one_bind(const char *what, TAOS_STMT2 *stmt) {
  int code = bind(stmt, TSDB_DATA_TYPE_INT, 2, NULL);
  if (code) tell(what, code, 0);
  else execute(what, stmt);
}

static TAOS_STMT2 *statement(TAOS *taos, TAOS_STMT2_OPTION *option) {
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, option);
  CHECK(stmt != NULL);
  CHECK_CODE(taos_stmt2_prepare(stmt, "insert into t values (?, ?)", 0), 0);
  return stmt;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int called;

static void executed(void *param, TAOS_RES *res, int code) {
  (void)param;
  tell("async", code, taos_affected_rows(res));
  pthread_mutex_lock(&lock);
  called = 1;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&lock);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  TAOS *taos = connect_to(argv, NULL);
  TAOS_STMT2 *stmt = statement(taos, NULL);
  one_bind("first", stmt);
  one_bind("second", stmt);

  TAOS_STMT2_COLUMN_BIND columns[] = {{.buffer_type = TSDB_DATA_TYPE_TIMESTAMP, .buffer = ts}, {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = value}};
  TAOS_STMT2_COLUMN_BINDV v = {.columns = columns, .num_columns = 2, .num_rows = 2, .num_tables = 1};
  CHECK_CODE(taos_stmt2_bind_param_column(stmt, &v), 0);
  value[0] = value[1] = 99; /* it has been copied */
  execute("columns", stmt);

  CHECK_CODE(bind(stmt, TSDB_DATA_TYPE_INT, 2, NULL), 0);
  CHECK_CODE(bind(stmt, TSDB_DATA_TYPE_INT, 1, NULL), 0);
  execute("two binds", stmt);
  CHECK_CODE(bind(stmt, TSDB_DATA_TYPE_INT, 2, null), 0);
  execute("with a NULL", stmt);
  CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0x8000022a); /* nothing is bound */
  tell("another type", bind(stmt, TSDB_DATA_TYPE_BIGINT, 1, NULL), 0); /* the bind tells it */
  CHECK_CODE(taos_stmt2_close(stmt), 0);

  stmt = statement(taos, NULL);
  one_bind("another statement", stmt);
  CHECK_CODE(bind(stmt, TSDB_DATA_TYPE_INT, 2, NULL), 0);
  CHECK_CODE(taos_stmt2_prepare(stmt, "insert into t values (?, ?)", 0), 0);
  CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0x8000022a); /* the bind is forgotten */
  CHECK_CODE(bind(stmt, TSDB_DATA_TYPE_INT, 2, NULL), 0);
  CHECK_CODE(taos_stmt2_close(stmt), 0);

  TAOS_STMT2_OPTION option = {.asyncExecFn = executed};
  stmt = statement(taos, &option);
  CHECK_CODE(bind(stmt, TSDB_DATA_TYPE_INT, 2, NULL), 0);
  CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0);
  pthread_mutex_lock(&lock);
  while (!called) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  CHECK_CODE(taos_stmt2_close(stmt), 0);
  taos_close(taos);
  return finish();
}
