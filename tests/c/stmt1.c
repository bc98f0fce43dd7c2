/* Prepared statements, version 1.
 *
 *   stmt1 HOST PORT DATABASE PRECISION ROUNDS [old | inserts]      what the server takes: all, or less */
#include "stmt.h"

static int taken;

static TAOS_STMT *prepared(TAOS *taos, const char *sql) {
  TAOS_STMT *stmt = taos_stmt_init(taos);
  if (!stmt) {
    printf("no statement: %s\n", taos_errstr(NULL));
    exit(2);
  }
  SAY1(stmt, taos_stmt_prepare(stmt, sql, 0));
  return stmt;
}

/* Rows of three tables in turn, each a bind and a batch of its own, executed once. */
static void interleaved(TAOS *taos, int rows) {
  RUN(taos, "create stable inter (ts timestamp, v int, s varchar(16)) tags (g int, l nchar(8))");
  TAOS_STMT *stmt = prepared(taos, "insert into ? using inter tags (?, ?) values (?, ?, ?)");
  int insert = 0, count = 0;
  SAY1(stmt, taos_stmt_is_insert(stmt, &insert));
  CHECK_INT(insert, 1);
  SAY1(stmt, taos_stmt_num_params(stmt, &count));
  CHECK_INT(count, 3);
  for (int i = 0; i < rows; i++) {
    int32_t g = i % 3, length = 3, s_length;
    char name[16], s[16], label[] = "\xe6\xb5\xb7";
    snprintf(name, sizeof name, "i%d", g);
    TAOS_MULTI_BIND tags[] = {BIND1(INT, &g, 4, NULL, NULL, 1), BIND1(NCHAR, label, sizeof label, &length, NULL, 1)};
    SAY1(stmt, taos_stmt_set_tbname_tags(stmt, name, tags));
    int64_t ts = START + i;
    int32_t v = i;
    char null = i % 7 == 0;
    s_length = snprintf(s, sizeof s, "row %d", i);
    TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(INT, &v, 4, NULL, &null, 1), BIND1(VARCHAR, s, sizeof s, &s_length, NULL, 1)};
    SAY1(stmt, taos_stmt_bind_param(stmt, row));
    SAY1(stmt, taos_stmt_add_batch(stmt));
    /* The caller's memory is free to be used again. */
    memset(s, 'x', sizeof s);
    if (failures) break;
  }
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_INT(taos_stmt_affected_rows(stmt), rows);
  CHECK_INT(taos_stmt_affected_rows_once(stmt), rows);
  SAY1(stmt, taos_stmt_close(stmt));
  TAOS_RES *res = query(taos, "select ts, v, s, g, l from inter order by ts");
  int n = 0;
  for (TAOS_ROW row; (row = taos_fetch_row(res)); n++) {
    char s[16];
    snprintf(s, sizeof s, "row %d", n);
    CHECK_INT(*(int64_t *)row[0], START + n);
    CHECK(n % 7 == 0 ? row[1] == NULL : row[1] && *(int *)row[1] == n);
    CHECK(row[2] && taos_fetch_lengths(res)[2] == (int)strlen(s) && !memcmp(row[2], s, strlen(s)));
    CHECK_INT(*(int *)row[3], n % 3);
    CHECK(row[4] && taos_fetch_lengths(res)[4] == 3);
  }
  CHECK_INT(n, rows);
  taos_free_result(res);
}

/* More rows of one table than a message holds, before one execution. */
static void boundary(TAOS *taos) {
  enum { MOST = 32767 };
  RUN(taos, "create table bound (ts timestamp, v int)");
  TAOS_STMT *stmt = prepared(taos, "insert into bound values (?, ?)");
  int64_t *ts = malloc(MOST * sizeof *ts);
  int32_t *v = malloc(MOST * sizeof *v);
  for (int half = 0; half < 2; half++) {
    for (int i = 0; i < MOST; i++) ts[i] = START + half * MOST + i, v[i] = half * MOST + i;
    TAOS_MULTI_BIND columns[] = {BIND1(TIMESTAMP, ts, 8, NULL, NULL, MOST), BIND1(INT, v, 4, NULL, NULL, MOST)};
    SAY1(stmt, taos_stmt_bind_param_batch(stmt, columns));
    SAY1(stmt, taos_stmt_add_batch(stmt));
  }
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_INT(taos_stmt_affected_rows_once(stmt), 2 * MOST);
  /* Once more, with a part added behind a full table. */
  TAOS_MULTI_BIND columns[] = {BIND1(TIMESTAMP, ts, 8, NULL, NULL, 1), BIND1(INT, v, 4, NULL, NULL, 1)};
  SAY1(stmt, taos_stmt_bind_param_batch(stmt, columns));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_INT(taos_stmt_affected_rows_once(stmt), 1);
  CHECK_INT(taos_stmt_affected_rows(stmt), 2 * MOST + 1);
  SAY1(stmt, taos_stmt_close(stmt));
  CHECK_INT(NUMBER(taos, "select count(*) from bound"), 2 * MOST);
  CHECK_INT(NUMBER(taos, "select sum(v) from bound"), (int64_t)(2 * MOST) * (2 * MOST - 1) / 2);
  free(ts);
  free(v);
}

static void all_types(TAOS *taos, int64_t unit) {
  int old = taken != ALL;
  RUN(taos, "create table every (ts timestamp, %s)", old ? OLD_COLUMNS : ALL_COLUMNS);
  struct all a = VALUES;
  for (int i = 0; i < 3; i++) a.ts[i] *= unit;
  char null[] = {0, 0, 1}, v[3][4] = {"abc", "", ""}, n[3][12] = {NCHAR_1, "", ""}, x[3][2] = {{0, (char)0xff}}, g[3][POINT_LENGTH] = {{0}};
  int32_t v_len[] = {3, 0, 0}, n_len[] = {sizeof NCHAR_1 - 1, 0, 0}, x_len[] = {2, 0, 0}, g_len[] = {POINT_LENGTH, POINT_LENGTH, 0};
  memcpy(g[0], POINT, POINT_LENGTH);
  memcpy(g[1], POINT, POINT_LENGTH);
  TAOS_STMT *stmt = prepared(taos, old ? "insert into every values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)" : "insert into every values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
#define FIXED(type, name) BIND1(type, a.name, sizeof a.name[0], NULL, null, 3)
#define TEXT(type, name) BIND1(type, name, sizeof name[0], name##_len, null, 3)
  TAOS_MULTI_BIND columns[] = {BIND1(TIMESTAMP, a.ts, 8, NULL, NULL, 3), FIXED(BOOL, b), FIXED(TINYINT, i8), FIXED(SMALLINT, i16), FIXED(INT, i32), FIXED(BIGINT, i64),
                               FIXED(UTINYINT, u8), FIXED(USMALLINT, u16), FIXED(UINT, u32), FIXED(UBIGINT, u64), FIXED(FLOAT, f), FIXED(DOUBLE, d),
                               TEXT(VARCHAR, v), TEXT(NCHAR, n), TEXT(VARBINARY, x), TEXT(GEOMETRY, g), FIXED(DECIMAL64, m), FIXED(DECIMAL, q)};
  SAY1(stmt, taos_stmt_bind_param_batch(stmt, columns));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_INT(taos_stmt_affected_rows_once(stmt), 3);
  /* Columns that are NULL all through need no memory, and no lengths. */
  int64_t later[] = {a.ts[2] + 1, a.ts[2] + 2};
  char nulls[] = {1, 1};
  columns[0] = BIND1(TIMESTAMP, later, 8, NULL, NULL, 2);
  for (int i = 1; i <= ALL_COUNT; i++) columns[i] = (TAOS_MULTI_BIND){.buffer_type = columns[i].buffer_type, .is_null = nulls, .num = 2};
  SAY1(stmt, taos_stmt_bind_param_batch(stmt, columns));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));
  SAY1(stmt, taos_stmt_close(stmt));
  char expected[2000];
  const char *null_row = old ? OLD_NULL : ALL_NULL;
  snprintf(expected, sizeof expected, "%" PRId64 "\t%s\n%" PRId64 "\t%s\n%" PRId64 "\t%s\n%" PRId64 "\t%s\n%" PRId64 "\t%s\n", a.ts[0], old ? OLD_PRINTED_1 : ALL_PRINTED_1,
           a.ts[1], old ? OLD_PRINTED_2 : ALL_PRINTED_2, a.ts[2], null_row, later[0], null_row, later[1], null_row);
  CHECK_STR(ask(taos, "select * from every order by ts"), expected);
}

static void json_tag(TAOS *taos, int64_t unit) {
  int64_t ts = START * unit;
  RUN(taos, "create stable js (ts timestamp, v int) tags (t json)");
  TAOS_STMT *stmt = prepared(taos, "insert into ? using js tags (?) values (?, ?)");
  char json[] = "{\"a\":1,\"b\":\"x\"}";
  int32_t length = sizeof json - 1, v = 5;
  TAOS_MULTI_BIND tag = BIND1(JSON, json, sizeof json, &length, NULL, 1), row[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(INT, &v, 4, NULL, NULL, 1)};
  SAY1(stmt, taos_stmt_set_tbname(stmt, "j1"));
  SAY1(stmt, taos_stmt_set_tags(stmt, &tag));
  SAY1(stmt, taos_stmt_bind_param(stmt, row));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_STR(ask(taos, "select v, t->'b' from js"), "5\t\"x\"\n");
  SAY1(stmt, taos_stmt_close(stmt));
}

static void blobs(TAOS *taos, int64_t unit) {
  RUN(taos, "create table bl (ts timestamp, b blob)");
  TAOS_STMT *stmt = prepared(taos, "insert into bl values (?, ?)");
  int64_t ts[] = {START * unit, START * unit + 1, START * unit + 2};
  char values[3][4] = {"\0\1\2", "", "zz"}, null[] = {0, 1, 0};
  int32_t lengths[] = {3, 0, 2};
  TAOS_MULTI_BIND columns[] = {BIND1(TIMESTAMP, ts, 8, NULL, NULL, 3), BIND1(BLOB, values, 4, lengths, null, 3)};
  SAY1(stmt, taos_stmt_bind_param_batch(stmt, columns));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_STR(ask(taos, "select b from bl order by ts"), "0x000102\n\\N\n0x7a7a\n");
  SAY1(stmt, taos_stmt_close(stmt));
}

/* The ways in which an insert names its tables. */
static void forms(TAOS *taos) {
  RUN(taos, "create stable met (ts timestamp, v int) tags (g int, l varchar(8))");
  RUN(taos, "create table m1 using met tags (1, 'one')");
  RUN(taos, "create table m2 using met tags (2, 'two')");
  int64_t ts = START;
  int32_t v = 7, g = 9, length = 4, n = 0, type = 0, bytes = 0;
  TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(INT, &v, 4, NULL, NULL, 1)};
  TAOS_MULTI_BIND tags[] = {BIND1(INT, &g, 4, NULL, NULL, 0), BIND1(VARCHAR, "nine", 4, &length, NULL, 0)}; /* nothing looks at num */
  TAOS_FIELD_E *fields = NULL;

  TAOS_STMT *stmt = prepared(taos, "insert into ? values (?, ?)");
  for (int i = 1; i <= 2; i++) {
    char name[8];
    snprintf(name, sizeof name, "m%d", i);
    SAY1(stmt, taos_stmt_set_tbname(stmt, name));
    SAY1(stmt, taos_stmt_get_col_fields(stmt, &n, &fields));
    CHECK_INT(n, 2);
    CHECK_STR(fields[1].name, "v");
    CHECK_INT(fields[1].type, TSDB_DATA_TYPE_INT);
    taos_stmt_reclaim_fields(stmt, fields);
    SAY1(stmt, taos_stmt_bind_param(stmt, row));
    SAY1(stmt, taos_stmt_add_batch(stmt));
  }
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_INT(taos_stmt_affected_rows(stmt), 2);

  ts++;
  SAY1(stmt, taos_stmt_prepare(stmt, "insert into ? using met tags (?, ?) values (?, ?)", 0));
  CHECK_CODE(taos_stmt_get_tag_fields(stmt, &n, &fields), 0x8000022b); /* of no table yet */
  SAY1(stmt, taos_stmt_set_tbname(stmt, "m3"));
  SAY1(stmt, taos_stmt_get_tag_fields(stmt, &n, &fields));
  CHECK_INT(n, 2);
  CHECK_STR(fields[0].name, "g");
  CHECK_STR(fields[1].name, "l");
  CHECK_INT(fields[1].bytes, 10);
  taos_stmt_reclaim_fields(stmt, fields);
  SAY1(stmt, taos_stmt_get_param(stmt, 1, &type, &bytes));
  CHECK_INT(type, TSDB_DATA_TYPE_INT);
  CHECK_INT(bytes, 4);
  SAY1(stmt, taos_stmt_set_tbname_tags(stmt, "m3", tags));
  SAY1(stmt, taos_stmt_bind_param(stmt, row));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));

  ts++;
  const char *by_tbname = "insert into met (tbname, ts, v, g, l) values (?, ?, ?, ?, ?)";
  if (taken != ALL) {
    NEEDS(taos_stmt_prepare(stmt, by_tbname, 0), taos_stmt_errstr(stmt), "3.3.3.0");
    by_tbname = "insert into ? using met (g, l) tags (?, ?) (ts, v) values (?, ?)";
  }
  SAY1(stmt, taos_stmt_prepare(stmt, by_tbname, 0));
  SAY1(stmt, taos_stmt_set_tbname_tags(stmt, "m4", tags));
  SAY1(stmt, taos_stmt_bind_param(stmt, row));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));

  ts++;
  SAY1(stmt, taos_stmt_prepare(stmt, "insert into m5 using met tags (?, ?) values (?, ?)", 0));
  SAY1(stmt, taos_stmt_set_tags(stmt, tags));
  SAY1(stmt, taos_stmt_bind_param(stmt, row));
  SAY1(stmt, taos_stmt_add_batch(stmt));
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_INT(taos_stmt_affected_rows(stmt), 5);
  SAY1(stmt, taos_stmt_close(stmt));
  CHECK_STR(ask(taos, "select tbname, v, g, l from met order by tbname"), "m1\t7\t1\tone\nm2\t7\t2\ttwo\nm3\t7\t9\tnine\nm4\t7\t9\tnine\nm5\t7\t9\tnine\n");
}

/* One column after the other, the same statement for many rounds. */
static void rounds(TAOS *taos, int count) {
  RUN(taos, "create table rnd (ts timestamp, v int, s nchar(8))");
  TAOS_STMT *stmt = prepared(taos, "insert into rnd values (?, ?, ?)");
  for (int i = 0; i < count; i++) {
    int64_t ts[] = {START + 2 * i, START + 2 * i + 1};
    int32_t v[] = {i, -i}, lengths[] = {3, 1};
    char s[2][4] = {"\xe6\xb5\xb7", "b"};
    TAOS_MULTI_BIND columns[] = {BIND1(TIMESTAMP, ts, 8, NULL, NULL, 2), BIND1(INT, v, 4, NULL, NULL, 2), BIND1(NCHAR, s, 4, lengths, NULL, 2)};
    for (int c = 0; c < 3; c++) SAY1(stmt, taos_stmt_bind_single_param_batch(stmt, &columns[c], c));
    SAY1(stmt, taos_stmt_add_batch(stmt));
    SAY1(stmt, taos_stmt_execute(stmt));
    CHECK_INT(taos_stmt_affected_rows_once(stmt), 2);
  }
  CHECK_INT(taos_stmt_affected_rows(stmt), 2 * count);
  SAY1(stmt, taos_stmt_close(stmt));
  CHECK_INT(NUMBER(taos, "select count(*) from rnd"), 2 * count);
}

/* What only later servers can do is said by the version. */
static void not_taken(TAOS *taos) {
  TAOS_STMT *stmt = taos_stmt_init(taos);
  if (taken == INSERTS) NEEDS(taos_stmt_prepare(stmt, "select v from rnd where v = ?", 0), taos_stmt_errstr(stmt), "3.1.1.15");
  int64_t ts = START, decimal = 100;
  TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, &ts, 8, NULL, NULL, 1), BIND1(DECIMAL64, &decimal, 8, NULL, NULL, 1)};
  SAY1(stmt, taos_stmt_prepare(stmt, "insert into bound values (?, ?)", 0));
  CHECK(taos_stmt_bind_param(stmt, row) != 0);
  SAY1(stmt, taos_stmt_close(stmt));
}

/* Queries: parameters of several types, results freed before the statement, after it, and never. */
static void queries(TAOS *taos) {
  TAOS_STMT *stmt = prepared(taos, "select v, s from rnd where ts >= ? and v >= ? and s = ? and v < ? order by ts");
  int insert = 1, count = 0;
  SAY1(stmt, taos_stmt_is_insert(stmt, &insert));
  CHECK_INT(insert, 0);
  SAY1(stmt, taos_stmt_num_params(stmt, &count));
  CHECK_INT(count, 4);
  TAOS_RES *res = NULL;
  for (int i = 0; i < 3; i++) {
    int64_t from = START;
    int32_t least = i, length = 3;
    double below = i + 2;
    TAOS_MULTI_BIND values[] = {BIND1(TIMESTAMP, &from, 8, NULL, NULL, 1), BIND1(INT, &least, 4, NULL, NULL, 1), BIND1(NCHAR, "\xe6\xb5\xb7", 3, &length, NULL, 1), BIND1(DOUBLE, &below, 8, NULL, NULL, 1)};
    SAY1(stmt, taos_stmt_bind_param(stmt, values));
    SAY1(stmt, taos_stmt_add_batch(stmt));
    SAY1(stmt, taos_stmt_execute(stmt));
    res = taos_stmt_use_result(stmt);
    CHECK(res != NULL);
    char expected[100];
    snprintf(expected, sizeof expected, "%d\t\xe6\xb5\xb7\n%d\t\xe6\xb5\xb7\n", i, i + 1);
    CHECK_STR(lines_of(res), expected);
    CHECK_INT(taos_stmt_affected_rows(stmt), 0);
    if (i == 0) taos_free_result(res); /* the others belong to the statement */
  }
  SAY1(stmt, taos_stmt_close(stmt));
  CHECK(taos_fetch_row(res) == NULL);
  taos_free_result(res);
}

/* A query's values bound one by one, in any order. Those that are not bound again stay. */
static void query_by_column(TAOS *taos) {
  TAOS_STMT *stmt = prepared(taos, "select v from rnd where v >= ? and s = ? and v < ? order by ts");
  for (int i = 0; i < 4; i++) {
    int32_t least = i, length = 3, below = i < 3 ? i + 2 : 6;
    TAOS_MULTI_BIND values[] = {BIND1(INT, &least, 4, NULL, NULL, 1), BIND1(NCHAR, "\xe6\xb5\xb7", 3, &length, NULL, 1), BIND1(INT, &below, 4, NULL, NULL, 1)};
    for (int k = 0; k < 3; k++) {
      int at = i == 1 ? 2 - k : k;
      if (i < 3 || at == 2) SAY1(stmt, taos_stmt_bind_single_param_batch(stmt, &values[at], at));
    }
    if (i != 2) SAY1(stmt, taos_stmt_add_batch(stmt));
    SAY1(stmt, taos_stmt_execute(stmt));
    const char *expected[] = {"0\n1\n", "1\n2\n", "2\n3\n", "2\n3\n4\n5\n"};
    TAOS_RES *res = taos_stmt_use_result(stmt);
    CHECK(res != NULL);
    if (res) CHECK_STR(lines_of(res), expected[i]);
  }
  /* The same statement all at once, and the text without what was bound before. */
  int32_t least = 4, length = 3, below = 5;
  TAOS_MULTI_BIND values[] = {BIND1(INT, &least, 4, NULL, NULL, 1), BIND1(NCHAR, "\xe6\xb5\xb7", 3, &length, NULL, 1), BIND1(INT, &below, 4, NULL, NULL, 1)};
  SAY1(stmt, taos_stmt_bind_param(stmt, values));
  SAY1(stmt, taos_stmt_execute(stmt));
  CHECK_STR(lines_of(taos_stmt_use_result(stmt)), "4\n");
  SAY1(stmt, taos_stmt_prepare(stmt, "select v from rnd where v > ? and v < ?", 0));
  SAY1(stmt, taos_stmt_bind_single_param_batch(stmt, values, 0));
  CHECK_CODE(taos_stmt_execute(stmt), 0x8000022a);
  CHECK(strstr(taos_stmt_errstr(stmt), "(parameter 2 of 2)") != NULL);
  SAY1(stmt, taos_stmt_close(stmt));
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
    int count = atoi(argv[5]);
    interleaved(taos, 30 * count);
    boundary(taos);
    forms(taos);
    rounds(taos, count);
    if (taken != INSERTS) {
      queries(taos);
      query_by_column(taos);
    }
    if (taken != ALL) not_taken(taos);
  }
  RUN(taos, "drop database %s", argv[3]);
  taos_close(taos);
  return finish();
}
