/* Statements whose connection is lost between two of their calls, or by one of them; the statement then has to go on.
 *
 *   statements PROXY CONTROL SERVER DATABASE FAULT WHAT          - ports of 127.0.0.1
 *
 * WHAT stmt | stmt2 | stmt2_async | stmt_query | stmt2_query: one case for each call before which the fault begins. What is told of
 * it is believed: rows that were "not executed" are bound again, those that "may or may not" be there are not. Then the table must
 * have what the program thinks, and the statement works on. Says for each case
 *   CASE told NOT_EXECUTED unanswered EXECUTIONS_WITHOUT_ANSWER executed CALLS rows IN_THE_TABLE_AFTER_THE_FAULT
 *
 * WHAT altered | gone_for_long | waits_on_another_thread | closed: as their functions say. */
#include <limits.h>
#include "harness.h"

static int point, cut_at, told, unanswered, executed;
static char name[60], sql[300];

/* Each call of the program begins with this. */
static void next(void) {
  if (point++ != cut_at) return;
  cut_at = -1;
  arm();
}

#define STEP(call) \
  do { \
    if (code) break; \
    next(); \
    code = (call); \
  } while (0)
#define EXECUTE(call) \
  do { \
    if (code) break; \
    next(); \
    executed++; \
    code = (call); \
  } while (0)

enum end { DONE, AGAIN, UNSURE };

/* What an error says is to be done. */
static enum end end_of(int code, const char *text) {
  if (!code) return DONE;
  if (strstr(text, "may or may not have been written")) {
    unanswered++;
    return UNSURE;
  }
  bool not_executed = strstr(text, "lost with the connection and ") && strstr(text, "not executed; bind them again");
  if (!not_executed && !strstr(text, "bind and execute again")) failed(__FILE__, __LINE__, "%s: 0x%08x %s", operation, (unsigned)code, text);
  CHECK_CODE(code, 0x80000018);
  if (strstr(text, "in flight")) failed(__FILE__, __LINE__, "%s: told twice: %s", operation, text);
  told++;
  return AGAIN;
}

static int64_t rows_there(void) { return NUMBER(direct, "select count(*) from %s.st_%s", db, name); }

#define ROWS_OF_ROUND 4
static int32_t tag = 7, numbers[] = {1, 2};
static char tables[2][80];

/* ---- version 1: a row of one table, three of another, one of them bound by column */

static enum end round1(TAOS_STMT *stmt, int64_t ts) {
  int code = 0, count = 0;
  int64_t times[] = {ts, ts + 1, ts + 2};
  TAOS_MULTI_BIND tags = BIND1(INT, &tag, 4, NULL, NULL, 1);
  TAOS_MULTI_BIND one[] = {BIND1(TIMESTAMP, times, 8, NULL, NULL, 1), BIND1(INT, numbers, 4, NULL, NULL, 1)};
  TAOS_MULTI_BIND two[] = {BIND1(TIMESTAMP, times, 8, NULL, NULL, 2), BIND1(INT, numbers, 4, NULL, NULL, 2)};
  TAOS_MULTI_BIND last[] = {BIND1(TIMESTAMP, times + 2, 8, NULL, NULL, 1), BIND1(INT, numbers, 4, NULL, NULL, 1)};
  STEP(taos_stmt_set_tbname_tags(stmt, tables[0], &tags));
  STEP(taos_stmt_bind_param(stmt, one));
  STEP(taos_stmt_add_batch(stmt));
  STEP(taos_stmt_set_tbname(stmt, tables[1]));
  STEP(taos_stmt_set_tags(stmt, &tags));
  STEP(taos_stmt_bind_single_param_batch(stmt, &two[0], 0));
  STEP(taos_stmt_bind_single_param_batch(stmt, &two[1], 1));
  STEP(taos_stmt_add_batch(stmt));
  STEP(taos_stmt_bind_param_batch(stmt, last));
  STEP(taos_stmt_add_batch(stmt));
  STEP(taos_stmt_num_params(stmt, &count));
  EXECUTE(taos_stmt_execute(stmt));
  if (!code) CHECK_INT(taos_stmt_affected_rows_once(stmt), ROWS_OF_ROUND);
  return end_of(code, taos_stmt_errstr(stmt));
}

static void fields1(TAOS_STMT *stmt) {
  int count = 0;
  TAOS_FIELD_E *fields = NULL;
  next();
  SAY1(stmt, taos_stmt_get_col_fields(stmt, &count, &fields));
  CHECK_INT(count, 2);
  if (fields) CHECK_STR(fields[1].name, "v");
  taos_stmt_reclaim_fields(stmt, fields);
}

/* ---- version 2: two tables in one bind, then one of them column by column */

static bool callbacks;
static struct called bound, ran;
static int bindings, runs;

static int bind2(TAOS_STMT2 *stmt, TAOS_STMT2_BINDV *v, int column) {
  int code = callbacks ? taos_stmt2_bind_param_a(stmt, v, column, call_back, &bound) : taos_stmt2_bind_param(stmt, v, column);
  return code || !callbacks ? code : await(&bound, ++bindings);
}

static int execute2(TAOS_STMT2 *stmt, int *affected) {
  int code = taos_stmt2_exec(stmt, affected);
  if (code || !callbacks) return code;
  code = await(&ran, ++runs);
  *affected = taos_affected_rows(ran.res);
  return code;
}

static enum end round2(TAOS_STMT2 *stmt, int64_t ts) {
  int code = 0, affected = 0;
  int64_t times[] = {ts, ts + 1, ts + 2};
  char *names[] = {tables[0], tables[1]};
  TAOS_STMT2_BIND t = BIND2(INT, &tag, NULL, NULL, 1), *tags[] = {&t, &t};
  TAOS_STMT2_BIND one[] = {BIND2(TIMESTAMP, times, NULL, NULL, 1), BIND2(INT, numbers, NULL, NULL, 1)};
  TAOS_STMT2_BIND two[] = {BIND2(TIMESTAMP, times, NULL, NULL, 2), BIND2(INT, numbers, NULL, NULL, 2)};
  TAOS_STMT2_BIND last[] = {BIND2(TIMESTAMP, times + 2, NULL, NULL, 1), BIND2(INT, numbers, NULL, NULL, 1)};
  TAOS_STMT2_BIND *columns[] = {one, two}, *first_column = last, *second_column = last + 1;
  TAOS_STMT2_BINDV both = {2, names, tags, columns}, first = {1, names, tags, &first_column}, second = {1, names, tags, &second_column};
  STEP(bind2(stmt, &both, -1));
  STEP(bind2(stmt, &first, 0));
  STEP(bind2(stmt, &second, 1));
  EXECUTE(execute2(stmt, &affected));
  if (!code) CHECK_INT(affected, ROWS_OF_ROUND);
  return end_of(code, taos_stmt2_error(stmt));
}

static void fields2(TAOS_STMT2 *stmt) {
  int count = 0;
  TAOS_FIELD_ALL *fields = NULL;
  next();
  SAY2(stmt, taos_stmt2_get_fields(stmt, &count, &fields));
  CHECK_INT(count, 4);
  if (fields) CHECK_STR(fields[3].name, "v");
  taos_stmt2_free_fields(stmt, fields);
}

/* ---- inserts */

static TAOS_STMT *prepared1(const char *text) {
  next();
  TAOS_STMT *stmt = taos_stmt_init(taos);
  if (!stmt) failed(__FILE__, __LINE__, "%s: no statement: %s", operation, taos_errstr(NULL));
  next();
  SAY1(stmt, taos_stmt_prepare(stmt, text, 0));
  return stmt;
}

static TAOS_STMT2 *prepared2(const char *text) {
  TAOS_STMT2_OPTION option = {.asyncExecFn = callbacks ? call_back : NULL, .userdata = &ran};
  next();
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, &option);
  if (!stmt) failed(__FILE__, __LINE__, "%s: no statement: %s", operation, taos_errstr(NULL));
  next();
  SAY2(stmt, taos_stmt2_prepare(stmt, text, 0));
  return stmt;
}

static void new_tables(void) {
  RUN(direct, "create stable %s.st_%s (ts timestamp, v int) tags (g int)", db, name);
  snprintf(sql, sizeof sql, "insert into ? using st_%s tags (?) values (?, ?)", name);
  for (int i = 0; i < 2; i++) snprintf(tables[i], sizeof tables[i], "t%d_%s", i, name);
}

/* Rounds until one is done. */
static void insert_case(enum end (*round)(void *, int64_t), void *stmt) {
  enum end end;
  while ((end = round(stmt, START)) == AGAIN && told < 3) CHECK_INT(rows_there(), 0);
  int64_t there = rows_there();
  if (end == DONE) CHECK_INT(there, ROWS_OF_ROUND);
  else CHECK(there == 0 || there == ROWS_OF_ROUND);
}

static enum end any_round1(void *stmt, int64_t ts) { return round1(stmt, ts); }
static enum end any_round2(void *stmt, int64_t ts) { return round2(stmt, ts); }

/* What comes now is without a fault. */
static void report(int64_t there) {
  heal();
  point = INT_MAX / 2;
  printf("%s told %d unanswered %d executed %d rows %" PRId64 "\n", operation, told, unanswered, executed, there);
}

static void stmt(void) {
  new_tables();
  TAOS_STMT *stmt = prepared1(sql);
  insert_case(any_round1, stmt);
  fields1(stmt);
  int64_t there = rows_there();
  report(there);
  CHECK_INT(round1(stmt, START + 100), DONE);
  CHECK_INT(rows_there(), there + ROWS_OF_ROUND);
  SAY1(stmt, taos_stmt_close(stmt));
}

static void stmt2(void) {
  new_tables();
  bound = ran = CALLED;
  bindings = runs = 0;
  TAOS_STMT2 *stmt = prepared2(sql);
  fields2(stmt);
  insert_case(any_round2, stmt);
  fields2(stmt);
  int64_t there = rows_there();
  report(there);
  CHECK_INT(round2(stmt, START + 100), DONE);
  CHECK_INT(rows_there(), there + ROWS_OF_ROUND);
  SAY2(stmt, taos_stmt2_close(stmt));
}

static void stmt2_async(void) {
  callbacks = true;
  stmt2();
}

/* ---- queries */

#define QUERY "select ts, v from t where v >= ? order by ts"
static int32_t from = 10;

static int read_all(TAOS_RES *res) {
  int seen = 0;
  while (taos_fetch_row(res)) seen++;
  return taos_errno(res) ? -1 : seen;
}

static void stmt_query(void) {
  TAOS_STMT *stmt = prepared1(QUERY);
  int32_t least = (from = 10);
  TAOS_RES *res = NULL;
  for (enum end end = AGAIN; end == AGAIN && told < 3;) {
    int code = 0;
    TAOS_MULTI_BIND value = BIND1(INT, &least, 4, NULL, NULL, 1);
    STEP(taos_stmt_bind_param(stmt, &value));
    STEP(taos_stmt_add_batch(stmt));
    EXECUTE(taos_stmt_execute(stmt));
    STEP((res = taos_stmt_use_result(stmt)) ? 0 : taos_errno(NULL));
    end = end_of(code, taos_stmt_errstr(stmt));
  }
  CHECK_INT(read_all(res), ROWS - 10);
  report(0);
  SAY1(stmt, taos_stmt_close(stmt));
}

static void stmt2_query(void) {
  TAOS_STMT2 *stmt = prepared2(QUERY);
  TAOS_RES *res = NULL;
  for (enum end end = AGAIN; end == AGAIN && told < 3;) {
    int code = 0;
    TAOS_STMT2_BIND value = BIND2(INT, &from, NULL, NULL, 1), *columns = &value;
    TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
    STEP(taos_stmt2_bind_param(stmt, &v, -1));
    EXECUTE(taos_stmt2_exec(stmt, NULL));
    STEP((res = taos_stmt2_result(stmt)) ? 0 : taos_errno(NULL));
    end = end_of(code, taos_stmt2_error(stmt));
  }
  CHECK_INT(read_all(res), ROWS - 10);
  report(0);
  SAY2(stmt, taos_stmt2_close(stmt));
}

/* ---- one after the other, with a connection that is cut in between */

static void cut(void) {
  arm();
  heal();
}

static int insert_one2(TAOS_STMT2 *stmt, int64_t ts) {
  int affected;
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, numbers, NULL, NULL, 1)}, *columns = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
  int code = taos_stmt2_bind_param(stmt, &v, -1);
  return code ? code : taos_stmt2_exec(stmt, &affected);
}

static int add_one1(TAOS_STMT *stmt, int64_t ts) {
  TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(INT, numbers, 4, NULL, NULL, 1)};
  int code = taos_stmt_bind_param(stmt, row);
  return code ? code : taos_stmt_add_batch(stmt);
}

#define SAYS(code, text, want, words) \
  do { \
    CHECK_CODE(code, want); \
    const char *said_ = (text); \
    if (!strstr(said_, words)) failed(__FILE__, __LINE__, "\"%s\" does not say \"%s\"", said_, words); \
  } while (0)

/* A table that was changed while there was no connection. */
static void altered(void) {
  RUN(direct, "create table %s.alt (ts timestamp, v int)", db);
  RUN(direct, "create table %s.longer (ts timestamp, s varchar(5))", db);
  TAOS_STMT *one = prepared1("insert into alt values (?, ?)");
  TAOS_STMT2 *two = prepared2("insert into alt values (?, ?)"), *text = prepared2("insert into longer values (?, ?)");
  SAY1(one, add_one1(one, START));
  SAY1(one, taos_stmt_execute(one));
  SAY2(two, insert_one2(two, START + 1));
  SAY1(one, add_one1(one, START + 2));
  cut();
  RUN(direct, "alter table %s.alt add column w bigint", db);
  RUN(direct, "alter table %s.alt drop column v", db);
  RUN(direct, "alter table %s.longer modify column s varchar(10)", db);
  /* It is the statement's failure, as long as it is not prepared again. */
  for (int i = 0; i < 2; i++) {
    SAYS(taos_stmt_execute(one), taos_stmt_errstr(one), 0x80000200, "the table was altered while the statement's connection was lost: v INT is w BIGINT now; prepare it again");
    SAYS(insert_one2(two, START + 3), taos_stmt2_error(two), 0x80000200, "the table was altered while the statement's connection was lost: v INT is w BIGINT now; prepare it again");
  }
  CHECK_INT(NUMBER(direct, "select count(*) from %s.alt", db), 2);
  SAY1(one, taos_stmt_prepare(one, "insert into alt (ts) values (?)", 0));
  SAY2(two, taos_stmt2_prepare(two, "insert into alt values (?, ?)", 0));
  int count;
  SAY2(two, taos_stmt2_get_fields(two, &count, NULL));
  /* Longer texts are no other table. */
  int64_t ts = START;
  int32_t length = 10;
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(VARCHAR, "0123456789", &length, NULL, 1)}, *columns = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
  SAY2(text, taos_stmt2_bind_param(text, &v, -1));
  SAY2(text, taos_stmt2_exec(text, NULL));
  CHECK_INT(NUMBER(direct, "select count(*) from %s.longer where s = '0123456789'", db), 1);
  /* One that is missing is not: it may come back. */
  cut();
  RUN(direct, "drop table %s.longer", db);
  for (int i = 0; i < 2; i++) CHECK(taos_stmt2_bind_param(text, &v, -1) != 0);
  CHECK(taos_stmt2_get_fields(text, &count, NULL) != 0);
  RUN(direct, "create table %s.longer (ts timestamp, s varchar(10))", db);
  SAY2(text, taos_stmt2_bind_param(text, &v, -1));
  SAY2(text, taos_stmt2_exec(text, NULL));
  CHECK_INT(NUMBER(direct, "select count(*) from %s.longer", db), 1);
  taos_stmt_close(one);
  taos_stmt2_close(two);
  taos_stmt2_close(text);
}

/* A server that is not there for longer than anybody waits: each call says so, and the first one after it works. */
static void gone_for_long(void) {
  RUN(direct, "create table %s.l1 (ts timestamp, v int)", db);
  RUN(direct, "create table %s.l2 (ts timestamp, v int)", db);
  TAOS_STMT *one = prepared1("insert into l1 values (?, ?)");
  TAOS_STMT2 *two = prepared2("insert into l2 values (?, ?)");
  SAY2(two, insert_one2(two, START));
  int64_t ts = START + 1;
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, numbers, NULL, NULL, 1)}, *columns = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
  SAY2(two, taos_stmt2_bind_param(two, &v, -1));
  SAY1(one, add_one1(one, START));
  arm();
  /* Told without looking for the server, once. */
  SAYS(taos_stmt2_exec(two, NULL), taos_stmt2_error(two), 0x80000018, "were not executed; bind them again");
  int count;
  for (int i = 0; i < 2; i++) {
    CHECK_CODE(insert_one2(two, START + 2), 0x8000000b);
    CHECK_CODE(taos_stmt2_get_fields(two, &count, NULL), 0x8000000b);
    SAYS(taos_stmt_execute(one), taos_stmt_errstr(one), 0x8000000b, "nothing was executed; execute again, or bind again to start anew");
  }
  heal();
  /* The rows are here still. */
  SAY1(one, taos_stmt_execute(one));
  CHECK_INT(taos_stmt_affected_rows(one), 1);
  SAY2(two, insert_one2(two, START + 3));
  CHECK_INT(NUMBER(direct, "select count(*) from %s.l2", db), 2);
  /* Or others start anew. */
  SAY1(one, add_one1(one, START + 10));
  arm();
  CHECK_CODE(taos_stmt_execute(one), 0x8000000b);
  heal();
  SAY1(one, add_one1(one, START + 20));
  SAY1(one, taos_stmt_execute(one));
  CHECK_STR(ask(direct, "select ts from %s.l1 order by ts", db), "1700000000000\n1700000000020\n");
  /* Preparing fails while nobody is there, and works when somebody is. */
  arm();
  CHECK_CODE(taos_stmt_prepare(one, "insert into l1 values (?, ?)", 0), 0x8000000b);
  CHECK_CODE(taos_stmt2_prepare(two, "insert into l2 values (?, ?)", 0), 0x8000000b);
  CHECK_CODE(insert_one2(two, START + 4), 0x8000000b);
  heal();
  CHECK_CODE(insert_one2(two, START + 4), 0x8000000b); /* a failure to prepare is the statement's */
  SAY1(one, taos_stmt_prepare(one, "insert into l1 values (?, ?)", 0));
  SAY2(two, taos_stmt2_prepare(two, "insert into l2 values (?, ?)", 0));
  SAY1(one, add_one1(one, START + 30));
  SAY1(one, taos_stmt_execute(one));
  SAY2(two, insert_one2(two, START + 4));
  CHECK_INT(NUMBER(direct, "select count(*) from %s.l1", db), 3);
  CHECK_INT(NUMBER(direct, "select count(*) from %s.l2", db), 3);
  taos_stmt_close(one);
  taos_stmt2_close(two);
}

/* An asynchronous bind does not wait for the server, however long that takes to be there again; the call after it does. */
static void waits_on_another_thread(void) {
  RUN(direct, "create table %s.a (ts timestamp, v int)", db);
  TAOS_STMT2 *two = prepared2("insert into a values (?, ?)");
  SAY2(two, insert_one2(two, START));
  int64_t ts = START + 1;
  int32_t number = 5;
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, &number, NULL, NULL, 1)}, *columns = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
  bound = CALLED;
  arm();
  SAY2(two, taos_stmt2_bind_param_a(two, &v, -1, call_back, &bound));
  number = 6; /* it was copied */
  pthread_mutex_lock(&bound.lock);
  CHECK_INT(bound.times, 0);
  pthread_mutex_unlock(&bound.lock);
  heal();
  SAY2(two, taos_stmt2_exec(two, NULL));
  CHECK_CODE(await(&bound, 1), 0);
  CHECK_STR(ask(direct, "select v from %s.a order by ts", db), "1\n5\n");
  taos_stmt2_close(two);
}

/* Statements go on after taos_close, on the connection that they have; they get no other. */
static void closed(void) {
  RUN(direct, "create table %s.c1 (ts timestamp, v int)", db);
  RUN(direct, "create table %s.c2 (ts timestamp, v int)", db);
  TAOS_STMT *one = prepared1("insert into c1 values (?, ?)");
  TAOS_STMT2 *two = prepared2("insert into c2 values (?, ?)"), *held = prepared2("insert into c2 values (?, ?)");
  taos_close(taos);
  taos = NULL;
  SAY1(one, add_one1(one, START));
  SAY1(one, taos_stmt_execute(one));
  SAY2(two, insert_one2(two, START));
  SAY1(one, taos_stmt_prepare(one, "insert into c1 values (?, ?)", 0));
  SAY2(two, taos_stmt2_prepare(two, "insert into c2 values (?, ?)", 0));
  SAY1(one, add_one1(one, START + 1));
  SAY2(two, insert_one2(two, START + 1));
  int64_t ts = START + 2;
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, numbers, NULL, NULL, 1)}, *columns = row;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, &columns};
  SAY2(held, taos_stmt2_bind_param(held, &v, -1));
  cut();
  SAYS(taos_stmt2_exec(held, NULL), taos_stmt2_error(held), 0x80000018, "were not executed; bind them again");
  for (int i = 0; i < 2; i++) {
    const char *why = "the statement's connection was lost, and its handle is closed already";
    SAYS(taos_stmt_execute(one), taos_stmt_errstr(one), 0x80000213, why);
    SAYS(insert_one2(two, START + 3), taos_stmt2_error(two), 0x80000213, why);
    SAYS(taos_stmt2_bind_param(held, &v, -1), taos_stmt2_error(held), 0x80000213, why);
  }
  bound = CALLED;
  SAY2(held, taos_stmt2_bind_param_a(held, &v, -1, call_back, &bound));
  CHECK_CODE(await(&bound, 1), 0x80000213);
  SAYS(taos_stmt_prepare(one, "insert into c1 values (?, ?)", 0), taos_stmt_errstr(one), 0x80000213, "closed already");
  SAYS(taos_stmt2_prepare(two, "insert into c2 values (?, ?)", 0), taos_stmt2_error(two), 0x80000213, "closed already");
  CHECK_INT(NUMBER(direct, "select count(*) from %s.c1", db), 1);
  CHECK_INT(NUMBER(direct, "select count(*) from %s.c2", db), 2);
  taos_stmt_close(one);
  taos_stmt2_close(two);
  taos_stmt2_close(held);
}

#define WHAT(name) {#name, name}
static const struct {
  const char *name;
  void (*run)(void);
} CASES[] = {WHAT(stmt), WHAT(stmt2), WHAT(stmt2_async), WHAT(stmt_query), WHAT(stmt2_query)},
  ALONE[] = {WHAT(altered), WHAT(gone_for_long), WHAT(waits_on_another_thread), WHAT(closed)};

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  snprintf(through, sizeof through, "ws://127.0.0.1:%s?" DEADLINES, argv[1]);
  control = dial(atoi(argv[2]));
  db = argv[4];
  fault = argv[5];
  operation = "set_up";
  set_up(atoi(argv[3]));
  for (size_t i = 0; i < sizeof ALONE / sizeof *ALONE; i++)
    if (!strcmp(argv[6], ALONE[i].name)) {
      taos = connect_through();
      cut_at = -1;
      ALONE[i].run();
      taos_close(taos);
    }
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
    for (int at = 0, more = !strcmp(argv[6], CASES[i].name); more; at++) {
      taos = connect_through();
      snprintf(name, sizeof name, "%s_%d", CASES[i].name, at);
      operation = name;
      cut_at = at;
      point = told = unanswered = executed = 0;
      CASES[i].run();
      more = cut_at < 0;
      taos_close(taos);
    }
  taos_close(direct);
  return finish();
}
