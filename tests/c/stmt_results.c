/* What statements hand out: results of executions, or none; fields of a table that was only named; texts of errors. And what is bound where
 * the text has constants.
 *
 *   stmt_results HOST PORT DATABASE [old]      the server takes what version 1's actions carry */
#include <pthread.h>
#include "stmt.h"

#define API_ERROR 0x8000022a
#define INVALID 0x80000118
#define NO_RESULT1(stmt) do { TAOS_RES *res_ = taos_stmt_use_result(stmt); no_result(__LINE__, res_, taos_errno(NULL), taos_errstr(NULL), taos_stmt_errstr(stmt)); } while (0)
#define NO_RESULT2(stmt) do { TAOS_RES *res_ = taos_stmt2_result(stmt); no_result(__LINE__, res_, taos_errno(NULL), taos_errstr(NULL), taos_stmt2_error(stmt)); } while (0)

static void no_result(int line, TAOS_RES *res, int code, const char *text, const char *own) {
  if (res || code || strcmp(text, "success") || strcmp(own, "success")) failed(__FILE__, line, "%s, 0x%08x %s, %s", res ? "a result" : "none", (unsigned)code, text, own);
}

static int64_t ts = START;
static int32_t one = 1, two = 2;

static int bind2(TAOS_STMT2 *stmt, char *name, TAOS_STMT2_BIND *columns) {
  TAOS_STMT2_BINDV v = {1, name ? &name : NULL, NULL, columns ? &columns : NULL};
  return taos_stmt2_bind_param(stmt, &v, -1);
}

/* ---- nothing to hand out is no error, whatever was done before */

static void no_results(TAOS *taos) {
  TAOS_MULTI_BIND row1[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(INT, &one, 4, NULL, NULL, 1)};
  TAOS_STMT2_BIND row2[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, &one, NULL, NULL, 1)};
  TAOS_STMT *first = taos_stmt_init(taos);
  NO_RESULT1(first);
  SAY1(first, taos_stmt_prepare(first, "insert into t values (?, ?)", 0));
  NO_RESULT1(first);
  SAY1(first, taos_stmt_bind_param(first, row1));
  NO_RESULT1(first);
  SAY1(first, taos_stmt_add_batch(first));
  SAY1(first, taos_stmt_execute(first));
  NO_RESULT1(first);
  CHECK_INT(taos_stmt_affected_rows(first), 1);
  SAY1(first, taos_stmt_prepare(first, "select v from t where v = ?", 0));
  NO_RESULT1(first);
  SAY1(first, taos_stmt_bind_param(first, &row1[1]));
  NO_RESULT1(first);
  SAY1(first, taos_stmt_add_batch(first));
  SAY1(first, taos_stmt_execute(first));
  TAOS_RES *res = taos_stmt_use_result(first);
  CHECK(res && taos_stmt_use_result(first) == res); /* each time it is asked */
  CHECK_STR(lines_of(res), "1\n");
  CHECK(taos_stmt_use_result(first) == res);
  taos_free_result(res);
  NO_RESULT1(first);
  CHECK_CODE(taos_stmt_execute(first), API_ERROR); /* asking has not made it executable again */
  SAY1(first, taos_stmt_close(first));

  TAOS_STMT2 *second = taos_stmt2_init(taos, NULL);
  NO_RESULT2(second);
  SAY2(second, taos_stmt2_prepare(second, "insert into t values (?, ?)", 0));
  NO_RESULT2(second);
  SAY2(second, bind2(second, NULL, row2));
  NO_RESULT2(second);
  SAY2(second, taos_stmt2_exec(second, NULL));
  NO_RESULT2(second);
  CHECK_CODE(taos_stmt2_prepare(second, "drop table t", 0), 0x80002600);
  CHECK(taos_stmt2_result(second) == NULL);
  CHECK_CODE(taos_errno(NULL), 0);
  SAY2(second, taos_stmt2_prepare(second, "select v from t where v = ?", 0));
  NO_RESULT2(second);
  SAY2(second, bind2(second, NULL, &row2[1]));
  NO_RESULT2(second);
  SAY2(second, taos_stmt2_exec(second, NULL));
  res = taos_stmt2_result(second);
  CHECK(res && taos_stmt2_result(second) == res);
  CHECK_STR(lines_of(res), "1\n");
  /* The next execution's is another one. */
  SAY2(second, bind2(second, NULL, &row2[1]));
  SAY2(second, taos_stmt2_exec(second, NULL));
  TAOS_RES *next = taos_stmt2_result(second);
  CHECK(next && next != res && taos_fetch_row(res) == NULL);
  CHECK_STR(lines_of(next), "1\n");
  SAY2(second, taos_stmt2_close(second));

  /* Of what is no statement of the version it stays one. */
  void *wrong[] = {NULL, taos, first, second};
  for (int i = 0; i < 4; i++) {
    CHECK(taos_stmt_use_result(wrong[i]) == NULL);
    CHECK_CODE(taos_errno(NULL), INVALID);
    CHECK(taos_stmt2_result(wrong[i]) == NULL);
    CHECK_CODE(taos_errno(NULL), INVALID);
  }
}

/* ---- before there is a text, nothing is no insert */

static void no_text(TAOS *taos) {
  int insert = 7;
  TAOS_STMT *first = taos_stmt_init(taos);
  TAOS_STMT2 *second = taos_stmt2_init(taos, NULL);
  SAY1(first, taos_stmt_is_insert(first, &insert));
  CHECK_INT(insert, 0);
  insert = 7;
  SAY2(second, taos_stmt2_is_insert(second, &insert));
  CHECK_INT(insert, 0);
  CHECK_CODE(taos_stmt_is_insert(first, NULL), INVALID);
  CHECK_CODE(taos_stmt2_is_insert(second, NULL), INVALID);
  insert = 7;
  CHECK_CODE(taos_stmt_is_insert(second, &insert), INVALID);
  CHECK_CODE(taos_stmt2_is_insert(first, &insert), INVALID);
  CHECK_INT(insert, 7);
  taos_stmt_close(first);
  taos_stmt2_close(second);
  CHECK_CODE(taos_stmt2_is_insert(second, &insert), INVALID);
}

/* ---- after an asynchronous execution: what the callback got */

struct told {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  TAOS_STMT2 *stmt;
  TAOS_RES *res, *inside;
  int calls, code;
};

static void executed(void *param, TAOS_RES *res, int code) {
  struct told *t = param;
  pthread_mutex_lock(&t->lock);
  t->res = res, t->code = code, t->calls++;
  t->inside = taos_stmt2_result(t->stmt);
  pthread_cond_broadcast(&t->changed);
  pthread_mutex_unlock(&t->lock);
}

static void execute_async(struct told *t) {
  int calls = t->calls;
  SAY2(t->stmt, taos_stmt2_exec(t->stmt, NULL));
  pthread_mutex_lock(&t->lock);
  while (t->calls == calls) pthread_cond_wait(&t->changed, &t->lock);
  pthread_mutex_unlock(&t->lock);
}

static void asynchronous(TAOS *taos) {
  struct told t = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  TAOS_STMT2_OPTION option = {.asyncExecFn = executed, .userdata = &t};
  TAOS_STMT2 *stmt = t.stmt = taos_stmt2_init(taos, &option);
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, &one, NULL, NULL, 1)};
  SAY2(stmt, taos_stmt2_prepare(stmt, "select v from t where v = ?", 0));
  TAOS_RES *before = NULL;
  for (int round = 0; round < 3; round++) {
    SAY2(stmt, bind2(stmt, NULL, &row[1]));
    execute_async(&t);
    CHECK_CODE(t.code, 0);
    CHECK(t.res && t.res != before && t.inside == t.res);
    for (int i = 0; i < 3; i++) CHECK(taos_stmt2_result(stmt) == t.res);
    CHECK_CODE(taos_errno(NULL), 0);
    CHECK_STR(lines_of(t.res), "1\n");
    CHECK(taos_stmt2_result(stmt) == t.res);
    before = t.res;
  }
  taos_free_result(t.res);
  NO_RESULT2(stmt);
  /* One that failed has a result that says why. */
  SAY2(stmt, taos_stmt2_prepare(stmt, "select absent from t where v = ?", 0));
  SAY2(stmt, bind2(stmt, NULL, &row[1]));
  execute_async(&t);
  CHECK_CODE(t.code, 0x80002602);
  CHECK(t.res && taos_stmt2_result(stmt) == t.res);
  CHECK_CODE(taos_errno(t.res), 0x80002602);
  /* An insert has one in its callback only. */
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into t values (?, ?)", 0));
  SAY2(stmt, bind2(stmt, NULL, row));
  execute_async(&t);
  CHECK_CODE(t.code, 0);
  CHECK_INT(taos_affected_rows(t.res), 1);
  CHECK(t.inside == NULL);
  NO_RESULT2(stmt);
  SAY2(stmt, taos_stmt2_close(stmt));
}

/* ---- the fields of a table that was named and nothing else */

static char *fields_of(TAOS_STMT2 *stmt) {
  static char text[1000];
  int count = -1, at = 0;
  TAOS_FIELD_ALL *list = NULL;
  int rc = taos_stmt2_get_fields(stmt, &count, &list);
  text[0] = 0;
  if (rc) snprintf(text, sizeof text, "0x%08x %s", (unsigned)rc, taos_stmt2_error(stmt));
  for (int i = 0; list && i < count; i++) at += snprintf(text + at, sizeof text - (size_t)at, "%s%s/%d/%d", i ? " " : "", list[i].name, list[i].type, list[i].field_type);
  taos_stmt2_free_fields(stmt, list);
  int alone = -1;
  if (!rc) {
    SAY2(stmt, taos_stmt2_get_fields(stmt, &alone, NULL));
    CHECK_INT(alone, count);
  }
  CHECK_CODE(taos_stmt2_get_fields(stmt, NULL, &list), INVALID);
  return text;
}

static void named_only(TAOS *taos) {
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, &two, NULL, NULL, 1)};
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into ? values (?, ?)", 0));
  CHECK_PREFIX(fields_of(stmt), "0x8000022b");
  SAY2(stmt, bind2(stmt, "t", NULL));
  CHECK_STR(fields_of(stmt), "tbname/8/4 ts/9/1 v/4/1");
  SAY2(stmt, bind2(stmt, "other", NULL));
  CHECK_STR(fields_of(stmt), "tbname/8/4 moment/9/1 s/8/1");
  SAY2(stmt, bind2(stmt, "t", row));
  SAY2(stmt, taos_stmt2_exec(stmt, NULL));
  CHECK_STR(fields_of(stmt), "tbname/8/4 ts/9/1 v/4/1");
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into ? (v, ts) values (?, ?)", 0));
  CHECK_PREFIX(fields_of(stmt), "0x80002603");
  SAY2(stmt, bind2(stmt, "c1", NULL));
  CHECK_STR(fields_of(stmt), "tbname/8/4 v/4/1 ts/9/1");
  /* A constant is no field. */
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into ? values (?, 5)", 0));
  SAY2(stmt, bind2(stmt, "t", NULL));
  CHECK_STR(fields_of(stmt), "tbname/8/4 ts/9/1");
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into ? values (?, ?)", 0));
  CHECK_CODE(bind2(stmt, "absent", NULL), 0x80002603);
  SAY2(stmt, taos_stmt2_close(stmt));
}

/* ---- version 1: constants count, and what is bound for them is written */

static void row_of(TAOS_STMT *stmt, int64_t at, int32_t *v) {
  TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, &at, 8, NULL, NULL, 1), BIND1(INT, v, 4, NULL, NULL, 1)};
  SAY1(stmt, taos_stmt_bind_param(stmt, row));
  SAY1(stmt, taos_stmt_add_batch(stmt));
}

static void constants(TAOS *taos) {
  int n = 0, type = 0, bytes = 0;
  TAOS_FIELD_E *fields = NULL;
  TAOS_MULTI_BIND tag = BIND1(INT, &two, 4, NULL, NULL, 1);
  TAOS_STMT *stmt = taos_stmt_init(taos);
  SAY1(stmt, taos_stmt_prepare(stmt, "insert into k1 using s tags (3) values (?, 4)", 0));
  SAY1(stmt, taos_stmt_num_params(stmt, &n));
  CHECK_INT(n, 2);
  SAY1(stmt, taos_stmt_get_param(stmt, 1, &type, &bytes));
  CHECK_INT(type, TSDB_DATA_TYPE_INT);
  SAY1(stmt, taos_stmt_get_tag_fields(stmt, &n, NULL));
  CHECK_INT(n, 1);
  SAY1(stmt, taos_stmt_get_tag_fields(stmt, &n, &fields));
  CHECK_STR(fields ? fields[0].name : NULL, "id");
  taos_stmt_reclaim_fields(stmt, fields);
  row_of(stmt, START, &one);
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_STR(ask(taos, "select v, id from k1"), "1\t3\n"); /* the tag of the text, as none was set */
  SAY1(stmt, taos_stmt_prepare(stmt, "insert into k2 using s tags (3) values (now(), 4)", 0));
  SAY1(stmt, taos_stmt_set_tags(stmt, &tag));
  row_of(stmt, START, &two);
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_STR(ask(taos, "select v, id from k2"), "2\t2\n");
  SAY1(stmt, taos_stmt_prepare(stmt, "insert into ? using s tags (3) values (?, ?)", 0));
  SAY1(stmt, taos_stmt_set_tbname(stmt, "k3"));
  SAY1(stmt, taos_stmt_get_tag_fields(stmt, &n, NULL));
  CHECK_INT(n, 1);
  row_of(stmt, START, &one);
  /* Two kinds of tags do not go into one execution. */
  CHECK_CODE(taos_stmt_set_tbname_tags(stmt, "k4", &tag), API_ERROR);
  CHECK(strstr(taos_stmt_errstr(stmt), "tags") != NULL);
  SAY1(stmt, taos_stmt_prepare(stmt, "insert into ? using s tags (3) values (?, ?)", 0));
  SAY1(stmt, taos_stmt_set_tbname(stmt, "k3"));
  row_of(stmt, START, &one);
  SAY1(stmt, taos_stmt_execute(stmt));
  SAY1(stmt, taos_stmt_set_tbname_tags(stmt, "k4", &tag));
  row_of(stmt, START, &one);
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_STR(ask(taos, "select tbname, id from s where tbname in ('k3', 'k4') order by tbname"), "k3\t3\nk4\t2\n");
  SAY1(stmt, taos_stmt_close(stmt));
}

/* ---- version 2: constants are no parameters, and are written */

static void constants2(TAOS *taos) {
  RUN(taos, "create table mix (ts timestamp, v int, s varchar(10), n nchar(4), d double, b bool)");
  int64_t times[] = {START, START + 1};
  int32_t v[] = {1, 2}, count = 0;
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into mix values (?, ?, 'it''s', '\xe6\xb5\xb7', -1.5, NULL)", 0));
  SAY2(stmt, taos_stmt2_get_fields(stmt, &count, NULL));
  CHECK_INT(count, 2);
  TAOS_STMT2_BIND rows[] = {BIND2(TIMESTAMP, times, NULL, NULL, 2), BIND2(INT, v, NULL, NULL, 2)};
  SAY2(stmt, bind2(stmt, NULL, rows));
  SAY2(stmt, taos_stmt2_exec(stmt, &count));
  CHECK_INT(count, 2);
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into ? (ts, b, v) values (?, true, 7)", 0));
  times[0] += 2, times[1] += 2;
  SAY2(stmt, bind2(stmt, "mix", rows));
  SAY2(stmt, taos_stmt2_exec(stmt, &count));
  CHECK_INT(count, 2);
  SAY2(stmt, taos_stmt2_close(stmt));
  CHECK_STR(ask(taos, "select v, s, n, d, b from mix order by ts"), "1\tit's\t\xe6\xb5\xb7\t-1.5\t\\N\n2\tit's\t\xe6\xb5\xb7\t-1.5\t\\N\n7\t\\N\t\\N\t\\N\t1\n7\t\\N\t\\N\t\\N\t1\n");
}

/* ---- decimals are integers of the type's size */

#define REFUSED(call, text, word) do { int rc_ = (call); CHECK_CODE(rc_, INVALID); if (!strstr(text, word)) failed(__FILE__, __LINE__, "%s does not say %s", text, word); } while (0)

static void decimals(TAOS *taos) {
  RUN(taos, "create table dec (ts timestamp, m decimal(10,2), q decimal(38,5))");
  /* The texts end where the memory does, for those who look on. */
  char *text = strcpy(malloc(8), "-123.45"), *long_text = strcpy(malloc(11), "1234567890");
  int64_t m = 12345;
  __extension__ __int128 q = -1;
  int32_t eight = 8, sixteen = 16, ten = 10, seven = 7, none = 0;
  char null = 1;
  const struct {
    void *m, *q;
    int32_t *m_length, *q_length;
    char *q_null;
    bool good;
  } cases[] = {{&m, &q, NULL, NULL, NULL, true}, {&m, &q, &eight, &sixteen, NULL, true}, {&m, NULL, NULL, &none, &null, true}, {text, &q, &seven, NULL, NULL, false},
               {&m, long_text, &eight, &ten, NULL, false}, {&m, &q, &eight, &eight, NULL, false}, {&m, &q, &sixteen, &sixteen, NULL, false}, {&m, &q, &none, NULL, NULL, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t at = START + (int64_t)i;
    TAOS_STMT2 *second = taos_stmt2_init(taos, NULL);
    SAY2(second, taos_stmt2_prepare(second, "insert into dec values (?, ?, ?)", 0));
    TAOS_STMT2_BIND row2[] = {BIND2(TIMESTAMP, &at, NULL, NULL, 1), BIND2(DECIMAL64, cases[i].m, cases[i].m_length, NULL, 1), BIND2(DECIMAL, cases[i].q, cases[i].q_length, cases[i].q_null, 1)};
    if (cases[i].good) {
      SAY2(second, bind2(second, NULL, row2));
      SAY2(second, taos_stmt2_exec(second, NULL));
    } else {
      REFUSED(bind2(second, NULL, row2), taos_stmt2_error(second), "decimal");
    }
    taos_stmt2_close(second);
    at += 100;
    TAOS_STMT *first = taos_stmt_init(taos);
    SAY1(first, taos_stmt_prepare(first, "insert into dec values (?, ?, ?)", 0));
    TAOS_MULTI_BIND row1[] = {BIND1(TIMESTAMP, &at, 8, NULL, NULL, 1), BIND1(DECIMAL64, cases[i].m, 8, cases[i].m_length, NULL, 1), BIND1(DECIMAL, cases[i].q, 16, cases[i].q_length, cases[i].q_null, 1)};
    if (cases[i].good) {
      SAY1(first, taos_stmt_bind_param(first, row1));
      SAY1(first, taos_stmt_add_batch(first));
      SAY1(first, taos_stmt_execute(first));
    } else {
      REFUSED(taos_stmt_bind_param(first, row1), taos_stmt_errstr(first), "decimal");
    }
    taos_stmt_close(first);
  }
  CHECK_STR(ask(taos, "select m, q from dec where ts < %" PRId64 " order by ts", START + 100), "123.45\t-0.00001\n123.45\t-0.00001\n123.45\t\\N\n");
  CHECK_STR(ask(taos, "select m, q from dec where ts >= %" PRId64 " order by ts", START + 100), "123.45\t-0.00001\n123.45\t-0.00001\n123.45\t\\N\n");
  /* A text without lengths is told by its width. */
  TAOS_STMT *first = taos_stmt_init(taos);
  SAY1(first, taos_stmt_prepare(first, "insert into dec (ts, m) values (?, ?)", 0));
  TAOS_MULTI_BIND wide[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(DECIMAL64, text, 7, NULL, NULL, 1)};
  REFUSED(taos_stmt_bind_param(first, wide), taos_stmt_errstr(first), "7 bytes");
  taos_stmt_close(first);
  free(text), free(long_text);
}

/* ---- texts of the table of texts stay when what they belonged to is gone */

static void churn(void) {
  void *used[64];
  for (size_t i = 0; i < 64; i++) used[i] = memset(malloc(8 + 2 * i), 'Z', 8 + 2 * i);
  for (size_t i = 0; i < 64; i++) free(used[i]);
}

static void texts(TAOS *taos) {
  const char *sqls[] = {"select * from information_schema.nope", "use nope", "select * from nope.x", "insert into nope.x values (1, 2)"};
  const char *known[] = {"Table does not exist", "Database not exist"};
  const char *seen[4];
  for (int i = 0; i < 4; i++) {
    TAOS_RES *res = taos_query(taos, sqls[i]);
    seen[i] = taos_errstr(res);
    taos_free_result(res);
    churn();
    CHECK_STR(seen[i], known[i > 0]);
  }
  CHECK(seen[1] == seen[2] && seen[2] == seen[3]);
  int n;
  TAOS_FIELD_E *fields;
  TAOS_STMT *first = taos_stmt_init(taos);
  SAY1(first, taos_stmt_prepare(first, "insert into nope.x values (?, ?)", 0));
  CHECK_CODE(taos_stmt_get_col_fields(first, &n, &fields), 0x80000388);
  const char *text = taos_stmt_errstr(first);
  /* Version 1's own words of a name that is missing: the text of another code. */
  SAY1(first, taos_stmt_prepare(first, "insert into ? values (?, ?)", 0));
  CHECK_CODE(taos_stmt_get_tag_fields(first, &n, &fields), 0x8000022b);
  const char *other = taos_stmt_errstr(first);
  CHECK_CODE(taos_stmt_close(first), 0);
  churn();
  CHECK_STR(text, "Database not exist");
  CHECK_STR(other, "Table does not exist");
  CHECK_CODE(taos_errno(NULL), 0x80002603); /* as natively, a close leaves it alone */
  TAOS_STMT2 *second = taos_stmt2_init(taos, NULL);
  CHECK_CODE(taos_stmt2_exec(second, NULL), API_ERROR);
  text = taos_stmt2_error(second);
  CHECK_CODE(taos_stmt2_close(second), 0);
  churn();
  CHECK_STR(text, "Stmt API usage error");
  CHECK_CODE(taos_errno(NULL), API_ERROR);
  CHECK_CODE(taos_stmt2_close(second), INVALID);
  CHECK_CODE(taos_errno(NULL), INVALID);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = with_tables(argv);
  RUN(taos, "create table other (moment timestamp, s varchar(8))");
  no_text(taos);
  no_results(taos);
  asynchronous(taos);
  constants(taos);
  constants2(taos);
  if (argc < 5) {
    named_only(taos);
    decimals(taos);
  }
  texts(taos);
  RUN(taos, "drop database %s", argv[3]);
  taos_close(taos);
  return finish();
}
