/* Prepared statements, version 2.
 *
 *   stmt2 HOST PORT DATABASE PRECISION ROUNDS [old | inserts]      what the server takes: all, or less */
#include <pthread.h>
#include "stmt.h"

static int taken;

static TAOS_STMT2 *statement(TAOS *taos, TAOS_STMT2_OPTION *option) {
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, option);
  if (!stmt) {
    printf("no statement: %s\n", taos_errstr(NULL));
    exit(2);
  }
  return stmt;
}

static TAOS_STMT2 *prepared(TAOS *taos, const char *sql) {
  TAOS_STMT2 *stmt = statement(taos, NULL);
  SAY2(stmt, taos_stmt2_prepare(stmt, sql, 0));
  return stmt;
}

/* Binds one table, or the values of a query. */
static int bind(TAOS_STMT2 *stmt, char *name, TAOS_STMT2_BIND *tags, TAOS_STMT2_BIND *columns, int col_idx) {
  TAOS_STMT2_BINDV v = {1, name ? &name : NULL, tags ? &tags : NULL, columns ? &columns : NULL};
  return taos_stmt2_bind_param(stmt, &v, col_idx);
}

static int execute(TAOS_STMT2 *stmt) {
  int affected = -1;
  SAY2(stmt, taos_stmt2_exec(stmt, &affected));
  return affected;
}

static void all_types(TAOS *taos, int64_t unit) {
  int old = taken != ALL;
  RUN(taos, "create stable every (ts timestamp, %s) tags (ti int, tb bool, tv varchar(20), tn nchar(20), tx varbinary(20), tg geometry(100), td double, tt timestamp)", old ? OLD_COLUMNS : ALL_COLUMNS);
  struct all a = VALUES;
  for (int i = 0; i < 3; i++) a.ts[i] *= unit;
  char null[] = {0, 0, 1};
  int32_t v[] = {3, 0, 99}, n[] = {sizeof NCHAR_1 - 1, 0, 99}, x[] = {2, 0, 99}, g[] = {POINT_LENGTH, POINT_LENGTH, -1}; /* a NULL's length means nothing */
  TAOS_STMT2 *stmt = prepared(taos, old ? "insert into ? using every tags (?,?,?,?,?,?,?,?) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)" : "insert into ? using every tags (?,?,?,?,?,?,?,?) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
#define FIXED(type, name) BIND2(type, a.name, NULL, null, 3)
  TAOS_STMT2_BIND columns[] = {BIND2(TIMESTAMP, a.ts, NULL, NULL, 3), FIXED(BOOL, b), FIXED(TINYINT, i8), FIXED(SMALLINT, i16), FIXED(INT, i32), FIXED(BIGINT, i64),
                               FIXED(UTINYINT, u8), FIXED(USMALLINT, u16), FIXED(UINT, u32), FIXED(UBIGINT, u64), FIXED(FLOAT, f), FIXED(DOUBLE, d),
                               BIND2(VARCHAR, "abc", v, null, 3), BIND2(NCHAR, NCHAR_1, n, null, 3), BIND2(VARBINARY, "\0\xff", x, null, 3),
                               BIND2(GEOMETRY, POINT POINT, g, null, 3), FIXED(DECIMAL64, m), FIXED(DECIMAL, q)};
  int32_t ti = -5, l3 = 3, l2 = 2, lg = POINT_LENGTH;
  char tb = 1;
  double td = 0.5;
  TAOS_STMT2_BIND tags[] = {BIND2(INT, &ti, NULL, NULL, 1), BIND2(BOOL, &tb, NULL, NULL, 1), BIND2(VARCHAR, "tag", &l3, NULL, 1), BIND2(NCHAR, "\xe6\xb5\xb7", &l3, NULL, 1),
                            BIND2(VARBINARY, "\0\xff", &l2, NULL, 1), BIND2(GEOMETRY, POINT, &lg, NULL, 1), BIND2(DOUBLE, &td, NULL, NULL, 1), BIND2(TIMESTAMP, a.ts, NULL, NULL, 1)};
  SAY2(stmt, bind(stmt, "e1", tags, columns, -1));
  CHECK_INT(execute(stmt), 3);
  /* A table whose tags and columns are NULL all through: no memory, no lengths. */
  char nulls[] = {1, 1};
  int64_t later[] = {a.ts[2] + 1, a.ts[2] + 2};
  for (int i = 0; i < 8; i++) tags[i] = (TAOS_STMT2_BIND){.buffer_type = tags[i].buffer_type, .is_null = nulls, .num = 1};
  for (int i = 1; i <= ALL_COUNT; i++) columns[i] = (TAOS_STMT2_BIND){.buffer_type = columns[i].buffer_type, .is_null = nulls, .num = 2};
  columns[0] = BIND2(TIMESTAMP, later, NULL, NULL, 2);
  SAY2(stmt, bind(stmt, "e2", tags, columns, -1));
  CHECK_INT(execute(stmt), 2);
  SAY2(stmt, taos_stmt2_close(stmt));
  char expected[2000];
  const char *null_row = old ? OLD_NULL : ALL_NULL;
  snprintf(expected, sizeof expected, "%" PRId64 "\t%s\n%" PRId64 "\t%s\n%" PRId64 "\t%s\n", a.ts[0], old ? OLD_PRINTED_1 : ALL_PRINTED_1, a.ts[1], old ? OLD_PRINTED_2 : ALL_PRINTED_2, a.ts[2], null_row);
  CHECK_STR(ask(taos, "select * from e1 order by ts"), expected);
  snprintf(expected, sizeof expected, "%" PRId64 "\t%s\n%" PRId64 "\t%s\n", later[0], null_row, later[1], null_row);
  CHECK_STR(ask(taos, "select * from e2 order by ts"), expected);
  snprintf(expected, sizeof expected, "-5\t1\ttag\t\xe6\xb5\xb7\t0x00ff\t0x0101000000000000000000f03f0000000000000040\t0.5\t%" PRId64 "\n", a.ts[0]);
  CHECK_STR(ask(taos, "select ti, tb, tv, tn, tx, tg, td, tt from e1 limit 1"), expected);
  CHECK_STR(ask(taos, "select ti, tb, tv, tn, tx, tg, td, tt from e2 limit 1"), "\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\n");
}

static void json_tag(TAOS *taos, int64_t unit) {
  RUN(taos, "create stable js (ts timestamp, v int) tags (t json)");
  TAOS_STMT2 *stmt = prepared(taos, "insert into ? using js tags (?) values (?, ?)");
  char json[] = "{\"a\":1,\"b\":\"x\"}";
  int64_t ts = START * unit;
  int32_t length = sizeof json - 1, v = 5;
  TAOS_STMT2_BIND tag = BIND2(JSON, json, &length, NULL, 1), row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, &v, NULL, NULL, 1)};
  SAY2(stmt, bind(stmt, "j1", &tag, row, -1));
  CHECK_INT(execute(stmt), 1);
  CHECK_STR(ask(taos, "select v, t->'b' from js"), "5\t\"x\"\n");
  SAY2(stmt, taos_stmt2_close(stmt));
}

static void blobs(TAOS *taos, int64_t unit) {
  RUN(taos, "create table bl (ts timestamp, b blob)");
  TAOS_STMT2 *stmt = prepared(taos, "insert into bl values (?, ?)");
  int64_t ts[] = {START * unit, START * unit + 1, START * unit + 2};
  char null[] = {0, 1, 0};
  int32_t lengths[] = {3, 0, 2};
  TAOS_STMT2_BIND columns[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 3), BIND2(BLOB, "\0\1\2zz", lengths, null, 3)};
  SAY2(stmt, bind(stmt, NULL, NULL, columns, -1));
  CHECK_INT(execute(stmt), 3);
  CHECK_STR(ask(taos, "select b from bl order by ts"), "0x000102\n\\N\n0x7a7a\n");
  SAY2(stmt, taos_stmt2_close(stmt));
}

/* Many tables in one bind, some of them there and without tags, some with the database in their name; several binds before one execution. */
static void many_tables(TAOS *taos, const char *db, int count) {
  RUN(taos, "create stable many (ts timestamp, v int, s varchar(16)) tags (g int)");
  TAOS_STMT2 *stmt = prepared(taos, "insert into ? using many tags (?) values (?, ?, ?)");
  char (*names)[80] = calloc((size_t)count, sizeof *names), **name_list = calloc((size_t)count, sizeof *name_list);
  int32_t *g = calloc((size_t)count, sizeof *g), v[] = {1, 0, 3}, lengths[] = {1, 0, 2};
  TAOS_STMT2_BIND *tags = calloc((size_t)count, sizeof *tags), **tag_list = calloc((size_t)count, sizeof *tag_list), **column_list = calloc((size_t)count, sizeof *column_list);
  int64_t ts[] = {START, START + 1, START + 2};
  char null[] = {0, 1, 0};
  TAOS_STMT2_BIND columns[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 3), BIND2(INT, v, NULL, null, 3), BIND2(VARCHAR, "abb", lengths, null, 3)};
  for (int i = 0; i < count; i++) {
    snprintf(names[i], sizeof names[i], i % 2 ? "%.0sn%d" : "%s.n%d", db, i);
    name_list[i] = names[i];
    g[i] = i;
    tags[i] = BIND2(INT, &g[i], NULL, NULL, 1);
    if (i % 5 == 4) RUN(taos, "create table n%d using many tags (NULL)", i);
    tag_list[i] = i % 5 == 4 ? NULL : &tags[i];
    column_list[i] = columns;
  }
  TAOS_STMT2_BINDV all = {count, name_list, tag_list, column_list};
  SAY2(stmt, taos_stmt2_bind_param(stmt, &all, -1));
  for (int i = 0; i < 3; i++) ts[i] += 10;
  SAY2(stmt, taos_stmt2_bind_param(stmt, &all, -1));
  CHECK_INT(execute(stmt), 6 * count);
  SAY2(stmt, taos_stmt2_close(stmt));
  CHECK_INT(NUMBER(taos, "select count(*) from many"), 6 * count);
  CHECK_INT(NUMBER(taos, "select sum(v) from many"), 8 * count);
  CHECK_INT(NUMBER(taos, "select count(*) from many where g is null"), 6 * (count / 5));
  CHECK_STR(ask(taos, "select v, s, g from n2 order by ts limit 3"), "1\ta\t2\n\\N\t\\N\t2\n3\tbb\t2\n");
  free(names), free(name_list), free(g), free(tags), free(tag_list), free(column_list);
}

/* Some columns only; values that leave what is there; column by column; a promise of one super table. */
static void parts(TAOS *taos) {
  RUN(taos, "create table part (ts timestamp, a int, b varchar(8), c double)");
  TAOS_STMT2 *stmt = prepared(taos, "insert into part (ts, b, a) values (?, ?, ?)");
  int64_t ts[] = {START, START + 1};
  int32_t a[] = {1, 2}, lengths[] = {1, 2};
  TAOS_STMT2_BIND columns[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 2), BIND2(VARCHAR, "xyy", lengths, NULL, 2), BIND2(INT, a, NULL, NULL, 2)};
  SAY2(stmt, bind(stmt, NULL, NULL, columns, -1));
  CHECK_INT(execute(stmt), 2);
  CHECK_STR(ask(taos, "select a, b, c from part"), "1\tx\t\\N\n2\tyy\t\\N\n");
  /* 2: the column stays as it is, 1: NULL. Neither takes space, whatever its length says. */
  char unset[] = {2, 0}, null[] = {1, 2};
  int32_t odd[] = {77, 3};
  a[0] = 10, a[1] = 20;
  columns[1] = BIND2(VARCHAR, "new", odd, unset, 2);
  columns[2] = BIND2(INT, a, NULL, null, 2);
  if (taken == ALL) {
    SAY2(stmt, bind(stmt, NULL, NULL, columns, -1));
    execute(stmt);
    CHECK_STR(ask(taos, "select a, b, c from part"), "\\N\tx\t\\N\n2\tnew\t\\N\n");
  } else {
    NEEDS(bind(stmt, NULL, NULL, columns, -1), taos_stmt2_error(stmt), "3.3.3.0");
    SAY2(stmt, taos_stmt2_prepare(stmt, "insert into part (ts, b, a) values (?, ?, ?)", 0));
  }
  ts[0] += 10, ts[1] += 10;
  columns[1] = BIND2(VARCHAR, "xyy", lengths, NULL, 2);
  columns[2] = BIND2(INT, a, NULL, NULL, 2);
  for (int i = 0; i < 3; i++) SAY2(stmt, bind(stmt, NULL, NULL, &columns[i], i));
  CHECK_INT(execute(stmt), 2);
  CHECK_STR(ask(taos, "select a, b, c from part where ts >= %" PRId64, ts[0]), "10\tx\t\\N\n20\tyy\t\\N\n");
  SAY2(stmt, taos_stmt2_close(stmt));

  TAOS_STMT2_OPTION option = {.reqid = 77, .singleStbInsert = true, .singleTableBindOnce = true};
  stmt = statement(taos, &option);
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into ? using many tags (?) (ts, v) values (?, ?)xxxx", 55));
  int32_t g = 1000;
  TAOS_STMT2_BIND tag = BIND2(INT, &g, NULL, NULL, 1), row[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 2), BIND2(INT, a, NULL, NULL, 2)};
  SAY2(stmt, bind(stmt, "single", &tag, row, -1));
  CHECK_INT(execute(stmt), 2);
  SAY2(stmt, taos_stmt2_close(stmt));
  CHECK_STR(ask(taos, "select v, s, g from single"), "10\t\\N\t1000\n20\t\\N\t1000\n");
}

static void fields(TAOS *taos) {
  TAOS_STMT2 *stmt = statement(taos, NULL);
  const char *sql = "insert into many (tbname, ts, v, g) values (?, ?, ?, ?)";
  if (taken != ALL) {
    NEEDS(taos_stmt2_prepare(stmt, sql, 0), taos_stmt2_error(stmt), "3.3.3.0");
    sql = "insert into ? using many tags (?) (ts, v) values (?, ?)";
  }
  SAY2(stmt, taos_stmt2_prepare(stmt, sql, 0));
  TAOS_FIELD_ALL *list = NULL;
  int count = 0, insert = 0;
  SAY2(stmt, taos_stmt2_get_fields(stmt, &count, NULL));
  CHECK_INT(count, 4);
  SAY2(stmt, taos_stmt2_get_fields(stmt, &count, &list));
  const char *names[][4] = {{"tbname", "g", "ts", "v"}, {"tbname", "ts", "v", "g"}};
  const int kinds[][4] = {{TAOS_FIELD_TBNAME, TAOS_FIELD_TAG, TAOS_FIELD_COL, TAOS_FIELD_COL}, {TAOS_FIELD_TBNAME, TAOS_FIELD_COL, TAOS_FIELD_COL, TAOS_FIELD_TAG}};
  for (int i = 0; i < count && i < 4; i++) {
    CHECK_STR(list[i].name, names[taken == ALL][i]);
    CHECK_INT(list[i].field_type, kinds[taken == ALL][i]);
  }
  taos_stmt2_free_fields(stmt, list);
  SAY2(stmt, taos_stmt2_is_insert(stmt, &insert));
  CHECK_INT(insert, 1);
  if (taken == INSERTS) {
    NEEDS(taos_stmt2_prepare(stmt, "select v from many where v = ?", 0), taos_stmt2_error(stmt), "3.1.1.15");
    SAY2(stmt, taos_stmt2_close(stmt));
    return;
  }
  SAY2(stmt, taos_stmt2_prepare(stmt, "select v from many where v = ? -- really?", 0));
  SAY2(stmt, taos_stmt2_is_insert(stmt, &insert));
  CHECK_INT(insert, 0);
  SAY2(stmt, taos_stmt2_get_fields(stmt, &count, &list));
  CHECK_INT(count, 1);
  CHECK(list == NULL);
  taos_stmt2_free_fields(stmt, list);
  SAY2(stmt, taos_stmt2_close(stmt));
}

/* Names as a column; tags of the first row of each run; NULLs take no space. */
static void by_column(TAOS *taos) {
  TAOS_STMT2 *stmt = prepared(taos, "insert into ? using many tags (?) values (?, ?, ?)");
  int64_t ts[] = {START, START + 1, START, START + 1, START + 5};
  int32_t name_len[] = {2, 2, 3, 3, 2}, g[] = {71, -1, 72, -1, 73}, v[] = {1, 2, 3, 4, 5}, s_len[] = {1, 9, 2, 0, 1};
  char null[] = {0, 1, 0, 0, 0};
  TAOS_STMT2_COLUMN_BIND columns[] = {
    {.buffer_type = TSDB_DATA_TYPE_VARCHAR, .buffer = "c1c1c22c22c1", .length = name_len},
    {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = g},
    {.buffer_type = TSDB_DATA_TYPE_TIMESTAMP, .buffer = ts},
    {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = v},
    {.buffer_type = TSDB_DATA_TYPE_VARCHAR, .buffer = "abbz", .length = s_len, .is_null = null}};
  TAOS_STMT2_COLUMN_BINDV all = {.num_columns = 5, .num_rows = 5, .num_tables = 2, .columns = columns};
  SAY2(stmt, taos_stmt2_bind_param_column(stmt, &all));
  CHECK_INT(execute(stmt), 5);
  CHECK_STR(ask(taos, "select v, s, g from c1 order by ts"), "1\ta\t71\n2\t\\N\t71\n5\tz\t71\n");
  CHECK_STR(ask(taos, "select v, s, g from c22 order by ts"), "3\tbb\t72\n4\t\t72\n");
  if (taken == INSERTS) {
    SAY2(stmt, taos_stmt2_close(stmt));
    return;
  }
  SAY2(stmt, taos_stmt2_prepare(stmt, "select v from many where v = ? and tbname = ?", 0));
  TAOS_STMT2_COLUMN_BIND values[] = {{.buffer_type = TSDB_DATA_TYPE_INT, .buffer = &v[4]}, {.buffer_type = TSDB_DATA_TYPE_VARCHAR, .buffer = "c1", .length = name_len}};
  TAOS_STMT2_COLUMN_BINDV one = {.num_columns = 2, .num_rows = 1, .columns = values};
  SAY2(stmt, taos_stmt2_bind_param_column(stmt, &one));
  execute(stmt);
  CHECK_STR(lines_of(taos_stmt2_result(stmt)), "5\n");
  SAY2(stmt, taos_stmt2_close(stmt));
}

static void queries(TAOS *taos) {
  TAOS_STMT2 *stmt = prepared(taos, "select v, s from many where ts >= ? and v > ? and s = ? and g = ? order by ts");
  TAOS_RES *res = NULL;
  for (int i = 0; i < 3; i++) {
    int64_t from = START;
    double least = 0.5;
    int32_t length = 2, g = i;
    TAOS_STMT2_BIND values[] = {BIND2(TIMESTAMP, &from, NULL, NULL, 1), BIND2(DOUBLE, &least, NULL, NULL, 1), BIND2(VARCHAR, "bb", &length, NULL, 1), BIND2(INT, &g, NULL, NULL, 1)};
    SAY2(stmt, bind(stmt, NULL, NULL, values, -1));
    CHECK_INT(execute(stmt), 0);
    res = taos_stmt2_result(stmt);
    CHECK_STR(lines_of(res), "3\tbb\n3\tbb\n");
    if (i == 1) taos_free_result(res);
  }
  SAY2(stmt, taos_stmt2_close(stmt));
  CHECK(taos_fetch_row(res) == NULL);
  taos_free_result(res);
}

/* What a callback was told. */
struct told {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  TAOS_STMT2 *stmt;
  int calls, code, affected, again, alive;
  char rows[200];
};

static void executed(void *param, TAOS_RES *res, int code) {
  struct told *t = param;
  CHECK_INT(t->alive, 1);
  if (t->again > 0) {
    /* A callback may bind and execute, and need not wait for itself. */
    t->again--;
    int64_t ts = START + 1000 + t->again;
    TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(INT, &t->again, NULL, NULL, 1)};
    SAY2(t->stmt, bind(t->stmt, NULL, NULL, row, -1));
    SAY2(t->stmt, taos_stmt2_exec(t->stmt, NULL));
  }
  pthread_mutex_lock(&t->lock);
  t->calls++;
  t->code = code;
  t->affected = taos_affected_rows(res);
  if (taos_num_fields(res)) snprintf(t->rows, sizeof t->rows, "%s", lines_of(res));
  pthread_cond_broadcast(&t->changed);
  pthread_mutex_unlock(&t->lock);
}

static void bound(void *param, TAOS_RES *res, int code) {
  CHECK(res == NULL);
  executed(param, NULL, code);
}

static void await(struct told *t, int calls) {
  pthread_mutex_lock(&t->lock);
  while (t->calls < calls) pthread_cond_wait(&t->changed, &t->lock);
  CHECK_INT(t->calls, calls);
  pthread_mutex_unlock(&t->lock);
}

static void asynchronous(TAOS *taos, int rounds) {
  RUN(taos, "create table asy (ts timestamp, v int)");
  struct told *t = calloc(1, sizeof *t);
  pthread_mutex_init(&t->lock, NULL);
  pthread_cond_init(&t->changed, NULL);
  t->alive = 1;
  TAOS_STMT2_OPTION option = {.asyncExecFn = executed, .userdata = t};
  TAOS_STMT2 *stmt = t->stmt = statement(taos, &option);
  SAY2(stmt, taos_stmt2_prepare(stmt, "insert into asy values (?, ?)", 0));
  int64_t ts[] = {START, START + 1};
  int32_t v[] = {1, 2};
  int untouched = 42;
  TAOS_STMT2_BIND rows[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 2), BIND2(INT, v, NULL, NULL, 2)}, *list = rows;
  for (int i = 0; i < rounds; i++) {
    /* The next bind and execution come in turn, without waiting here. */
    SAY2(stmt, bind(stmt, NULL, NULL, rows, -1));
    SAY2(stmt, taos_stmt2_exec(stmt, &untouched));
    ts[0] += 2, ts[1] += 2;
  }
  await(t, rounds);
  CHECK_CODE(t->code, 0);
  CHECK_INT(t->affected, 2);
  CHECK_INT(untouched, 42);
  CHECK_INT(NUMBER(taos, "select count(*) from asy"), 2 * rounds);

  t->again = 3;
  SAY2(stmt, bind(stmt, NULL, NULL, rows, -1));
  SAY2(stmt, taos_stmt2_exec(stmt, NULL));
  await(t, rounds + 4);
  CHECK_INT(NUMBER(taos, "select count(*) from asy"), 2 * rounds + 5);

  /* An asynchronous bind, and the execution behind it at once. */
  TAOS_STMT2_BINDV one = {1, NULL, NULL, &list};
  ts[0] += 2, ts[1] += 2;
  SAY2(stmt, taos_stmt2_bind_param_a(stmt, &one, -1, bound, t));
  SAY2(stmt, taos_stmt2_exec(stmt, NULL));
  await(t, rounds + 6);
  CHECK_INT(t->affected, 2);
  if (taken == INSERTS) {
    SAY2(stmt, taos_stmt2_close(stmt));
    free(t);
    return;
  }

  SAY2(stmt, taos_stmt2_prepare(stmt, "select v from asy where ts = ?", 0));
  ts[0] = START;
  rows[0].num = 1;
  SAY2(stmt, bind(stmt, NULL, NULL, rows, -1));
  SAY2(stmt, taos_stmt2_exec(stmt, NULL));
  await(t, rounds + 7);
  CHECK_CODE(t->code, 0);
  CHECK_STR(t->rows, "1\n");
  /* Closed while one runs: its callback has returned when the close does, so what it uses may go. */
  t->rows[0] = 0;
  SAY2(stmt, bind(stmt, NULL, NULL, rows, -1));
  SAY2(stmt, taos_stmt2_exec(stmt, NULL));
  SAY2(stmt, taos_stmt2_close(stmt));
  CHECK_INT(t->calls, rounds + 8);
  CHECK_CODE(t->code, 0);
  CHECK_STR(t->rows, "1\n");
  t->alive = 0;
  pthread_mutex_destroy(&t->lock);
  pthread_cond_destroy(&t->changed);
  free(t);
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  taken = taken_by(argc > 6 ? argv[6] : NULL);
  int64_t unit;
  TAOS *taos = database_of(argv, &unit);
  all_types(taos, unit);
  if (taken == ALL) blobs(taos, unit);
  json_tag(taos, unit);
  if (unit == 1) {
    many_tables(taos, argv[3], 10 * atoi(argv[5]));
    parts(taos);
    fields(taos);
    by_column(taos);
    if (taken != INSERTS) queries(taos);
    asynchronous(taos, atoi(argv[5]));
  }
  RUN(taos, "drop database %s", argv[3]);
  taos_close(taos);
  return finish();
}
