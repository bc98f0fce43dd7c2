/* What is wrong with a call with a statement is said by its code and its text; nothing crashes, nothing half right is written.
 *
 *   stmt_mistakes HOST PORT DATABASE [alone | inserts]
 *
 * alone: without a forked child, whose lost threads valgrind takes for leaks; inserts: the server prepares no queries */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "stmt.h"

static bool queries;

#define API_ERROR 0x8000022a
#define NO_NAME 0x8000022b
#define NUMBER_OF_ROWS 0x80000236
#define INVALID 0x80000118
#define MISMATCH 0x80000200
#define TOO_LONG 0x80002653
#define NO_TABLE 0x80002603
#define ANY 1

static char name_193[194], name_of_db[300], not_utf8[] = "t\xff\xfe";
static int64_t ts[] = {START, START + 1};
static int32_t numbers[] = {1, 2}, three[] = {3, 3}, eleven[] = {11, 11}, negative[] = {-1, -1}, huge[] = {INT32_MAX, 3};
static char nulls[] = {1, 1}, text[64] = "abcabc\0\0\0\0abcabc";

static void said(int line, const char *what, int code, const char *message, unsigned want, const char *word) {
  if (want == ANY ? code == 0 : (unsigned)code != want) failed(__FILE__, line, "%s: 0x%08x, not 0x%08x (%s)", what, (unsigned)code, want, message);
  if (want && (!message || !*message || !strcmp(message, "success"))) failed(__FILE__, line, "%s: no text", what);
  if (word && (!message || !strstr(message, word))) failed(__FILE__, line, "%s: \"%s\" does not say \"%s\"", what, message, word);
}
#define WRONG1(stmt, call, code, word) do { int rc_ = (call); said(__LINE__, #call, rc_, taos_stmt_errstr(stmt), code, word); } while (0)
#define WRONG2(stmt, call, code, word) do { int rc_ = (call); said(__LINE__, #call, rc_, taos_stmt2_error(stmt), code, word); } while (0)

/* ---- one bind each, of a new statement: insert into t (ts timestamp, v int, s varchar(10), n nchar(4)), or with ? for the table */

struct mistake {
  const char *what;
  int column, type;
  void *buffer;
  int32_t *lengths;
  char *null;
  int rows;
  unsigned code;
  const char *word;
};

/* How the text names the column when the mistake was found before anything was sent: the server does not. What is wrong with the arrays
 * themselves version 1 finds before it looks for the column. */
static void names_the_column(const struct mistake *m, const char *message, bool by_name) {
  static const char *numbers_of[] = {"(column 1 of 4", "(column 2 of 4", "(column 3 of 4", "(column 4 of 4"}, *names[] = {", `ts` TIMESTAMP)", ", `v` INT)", ", `s` VARCHAR)", ", `n` NCHAR)"};
  if (!strstr(message, numbers_of[m->column])) failed(__FILE__, __LINE__, "%s: \"%s\" has no number of the column", m->what, message);
  if (by_name && !strstr(message, names[m->column])) failed(__FILE__, __LINE__, "%s: \"%s\" has no name of the column", m->what, message);
}

#define T(t) TSDB_DATA_TYPE_##t
static const struct mistake MISTAKES[] = {
  {"nothing wrong", 1, T(INT), numbers, NULL, NULL, 2, 0, NULL},
  {"another type", 1, T(BIGINT), numbers, NULL, NULL, 1, MISMATCH, "mis-match"},
  {"text for a number", 1, T(VARCHAR), text, three, NULL, 2, MISMATCH, "mis-match"},
  {"no such type", 1, 99, numbers, NULL, NULL, 2, INVALID, "buffer_type 99"},
  {"a negative type", 1, -1, numbers, NULL, NULL, 2, INVALID, "buffer_type -1"},
  {"no rows", 1, T(INT), numbers, NULL, NULL, 0, NUMBER_OF_ROWS, NULL},
  {"a negative number of rows", 2, T(VARCHAR), text, three, NULL, -1, NUMBER_OF_ROWS, NULL},
  {"one row too many", 2, T(VARCHAR), text, three, NULL, 32768, NUMBER_OF_ROWS, NULL},
  {"the greatest number of rows", 2, T(VARCHAR), text, three, NULL, INT32_MAX, NUMBER_OF_ROWS, NULL},
  {"the least number of rows", 1, T(INT), numbers, NULL, NULL, INT32_MIN, NUMBER_OF_ROWS, NULL},
  {"another number of rows", 1, T(INT), numbers, NULL, NULL, 1, MISMATCH, "same"},
  {"no buffer", 1, T(INT), NULL, NULL, NULL, 2, INVALID, "buffer is NULL"},
  {"no buffer of texts", 2, T(VARCHAR), NULL, three, NULL, 2, INVALID, "buffer is NULL"},
  {"no lengths", 2, T(VARCHAR), text, NULL, NULL, 2, INVALID, "length"},
  {"a negative length", 2, T(VARCHAR), text, negative, NULL, 2, INVALID, "length"},
  {"a length beyond the column", 2, T(VARCHAR), text, eleven, NULL, 2, TOO_LONG, "long"},
  {"a length beyond everything", 2, T(VARCHAR), text, huge, NULL, 2, ANY, NULL},
  {"too many characters", 3, T(NCHAR), text, eleven, NULL, 2, TOO_LONG, "long"},
  {"a text that is not UTF-8", 3, T(NCHAR), "\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd", three, NULL, 2, ANY, NULL},
  {"a NULL timestamp", 0, T(TIMESTAMP), ts, NULL, nulls, 2, 0x8000267b, "null"},
};

static void binds1(TAOS *taos) {
  for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++) {
    const struct mistake *m = &MISTAKES[i];
    TAOS_STMT *stmt = taos_stmt_init(taos);
    CHECK_CODE(taos_stmt_prepare(stmt, "insert into t values (?, ?, ?, ?)", 0), 0);
    TAOS_MULTI_BIND columns[] = {BIND1(TIMESTAMP, ts, 8, NULL, NULL, 2), BIND1(INT, numbers, 4, NULL, NULL, 2), BIND1(VARCHAR, text, 11, three, NULL, 2), BIND1(NCHAR, text, 11, three, NULL, 2)};
    TAOS_MULTI_BIND *c = &columns[m->column];
    *c = (TAOS_MULTI_BIND){m->type, m->buffer, m->type == T(NCHAR) && m->lengths == three ? 6 : c->buffer_length, m->lengths, m->null, m->rows};
    int rc = taos_stmt_bind_param_batch(stmt, columns);
    /* The server sees the rows at the execution only. */
    if (rc == 0) rc = taos_stmt_add_batch(stmt);
    if (rc == 0) rc = taos_stmt_execute(stmt);
    said(__LINE__, m->what, rc, taos_stmt_errstr(stmt), m->code, m->word);
    if (m->code == MISMATCH || m->code == TOO_LONG) names_the_column(m, taos_stmt_errstr(stmt), true);
    if (m->code == INVALID || m->code == NUMBER_OF_ROWS) names_the_column(m, taos_stmt_errstr(stmt), false);
    if (m->code != 0) CHECK(taos_stmt_execute(stmt) != 0);
    CHECK_INT(taos_stmt_close(stmt), 0);
    CHECK_INT(NUMBER(taos, "select count(*) from t"), 2); /* of the first case */
  }
}

static void binds2(TAOS *taos) {
  for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++) {
    const struct mistake *m = &MISTAKES[i];
    TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
    CHECK_CODE(taos_stmt2_prepare(stmt, "insert into t values (?, ?, ?, ?)", 0), 0);
    TAOS_STMT2_BIND columns[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 2), BIND2(INT, numbers, NULL, NULL, 2), BIND2(VARCHAR, text, three, NULL, 2), BIND2(NCHAR, text, three, NULL, 2)}, *list = columns;
    columns[m->column] = (TAOS_STMT2_BIND){m->type, m->buffer, m->lengths, m->null, m->rows};
    TAOS_STMT2_BINDV v = {1, NULL, NULL, &list};
    int rc = taos_stmt2_bind_param(stmt, &v, -1);
    if (rc == 0) rc = taos_stmt2_exec(stmt, NULL);
    said(__LINE__, m->what, rc, taos_stmt2_error(stmt), m->code, m->word);
    if (m->code == INVALID || m->code == NUMBER_OF_ROWS) names_the_column(m, taos_stmt2_error(stmt), true);
    if (m->code != 0) CHECK(taos_stmt2_exec(stmt, NULL) != 0);
    CHECK_INT(taos_stmt2_close(stmt), 0);
    CHECK_INT(NUMBER(taos, "select count(*) from t"), 2);
  }
}

/* ---- calls in the wrong order, arguments that are none */

static void order1(TAOS *taos) {
  int n = 0;
  TAOS_FIELD_E *fields = NULL;
  TAOS_MULTI_BIND row[] = {BIND1(TIMESTAMP, ts, 8, NULL, NULL, 1), BIND1(INT, numbers, 4, NULL, NULL, 1), BIND1(VARCHAR, text, 11, three, NULL, 1), BIND1(NCHAR, text, 11, three, NULL, 1)};
  TAOS_MULTI_BIND tag = BIND1(INT, numbers, 4, NULL, NULL, 1);
#define FRESH1(sql) stmt = taos_stmt_init(taos); if (sql) WRONG1(stmt, taos_stmt_prepare(stmt, sql, 0), 0, NULL)
  TAOS_STMT *stmt;
  FRESH1((char *)NULL);
  WRONG1(stmt, taos_stmt_bind_param(stmt, row), API_ERROR, NULL);
  WRONG1(stmt, taos_stmt_set_tbname(stmt, "t"), API_ERROR, NULL);
  WRONG1(stmt, taos_stmt_num_params(stmt, &n), API_ERROR, NULL);
  CHECK(taos_stmt_use_result(stmt) == NULL);
  WRONG1(stmt, taos_stmt_prepare(stmt, NULL, 0), INVALID, NULL);
  WRONG1(stmt, taos_stmt_prepare(stmt, not_utf8, 0), INVALID, "UTF-8");
  WRONG1(stmt, taos_stmt_prepare(stmt, "insert", (unsigned long)-1), INVALID, "length");
  taos_stmt_close(stmt);
  FRESH1("insert into t values (?, ?, ?, ?)");
  WRONG1(stmt, taos_stmt_bind_param(stmt, NULL), INVALID, NULL);
  WRONG1(stmt, taos_stmt_bind_param_batch(stmt, NULL), INVALID, NULL);
  WRONG1(stmt, taos_stmt_bind_single_param_batch(stmt, NULL, 0), INVALID, NULL);
  WRONG1(stmt, taos_stmt_is_insert(stmt, NULL), INVALID, NULL);
  WRONG1(stmt, taos_stmt_num_params(stmt, NULL), INVALID, NULL);
  WRONG1(stmt, taos_stmt_get_param(stmt, 0, NULL, NULL), INVALID, NULL);
  WRONG1(stmt, taos_stmt_get_param(stmt, INT32_MAX, &n, &n), INVALID, NULL);
  WRONG1(stmt, taos_stmt_get_col_fields(stmt, NULL, &fields), INVALID, NULL);
  WRONG1(stmt, taos_stmt_get_col_fields(stmt, &n, NULL), 0, NULL);
  WRONG1(stmt, taos_stmt_set_tbname(stmt, NULL), INVALID, NULL);
  WRONG1(stmt, taos_stmt_bind_single_param_batch(stmt, row, 4), MISMATCH, "column index");
  taos_stmt_close(stmt);
  FRESH1("insert into t values (?, ?, ?, ?)");
  WRONG1(stmt, taos_stmt_add_batch(stmt), API_ERROR, NULL);
  WRONG1(stmt, taos_stmt_prepare(stmt, "insert into t values (?, ?, ?, ?)", 0), 0, NULL); /* well again */
  WRONG1(stmt, taos_stmt_bind_param(stmt, row), 0, NULL);
  WRONG1(stmt, taos_stmt_execute(stmt), API_ERROR, NULL); /* without add_batch */
  taos_stmt_close(stmt);
  FRESH1("insert into t values (?, ?, ?, ?)");
  WRONG1(stmt, taos_stmt_set_tbname_tags(stmt, "t", &tag), API_ERROR, "tags");
  taos_stmt_close(stmt);
  FRESH1("insert into ? values (?, ?, ?, ?)");
  WRONG1(stmt, taos_stmt_bind_param(stmt, row), ANY, NULL); /* no table yet */
  taos_stmt_close(stmt);
  FRESH1("insert into ? values (?, ?, ?, ?)");
  WRONG1(stmt, taos_stmt_set_tbname(stmt, "absent"), NO_TABLE, NULL);
  taos_stmt_close(stmt);
  FRESH1("insert into ? using st tags (?) values (?, ?)");
  WRONG1(stmt, taos_stmt_set_tbname(stmt, ""), NO_NAME, NULL);
  WRONG1(stmt, taos_stmt_set_tbname(stmt, name_193), NO_NAME, "192");
  WRONG1(stmt, taos_stmt_set_tbname(stmt, not_utf8), INVALID, "UTF-8");
  WRONG1(stmt, taos_stmt_set_tags(stmt, &tag), API_ERROR, NULL); /* before the name */
  taos_stmt_close(stmt);
  if (queries) {
    FRESH1("select * from t where v = ?");
    WRONG1(stmt, taos_stmt_get_tag_fields(stmt, &n, &fields), API_ERROR, NULL);
    taos_stmt_close(stmt);
    FRESH1("select * from t where v = ?");
    tag.num = 2;
    WRONG1(stmt, taos_stmt_bind_param_batch(stmt, &tag), NUMBER_OF_ROWS, "one row of values, not 2");
    WRONG1(stmt, taos_stmt_bind_single_param_batch(stmt, &tag, 0), NUMBER_OF_ROWS, "one row of values, not 2");
    tag.num = 1;
    WRONG1(stmt, taos_stmt_bind_single_param_batch(stmt, &tag, 0), 0, NULL); /* it was refused and forgotten */
    WRONG1(stmt, taos_stmt_bind_param(stmt, &tag), API_ERROR, NULL); /* one by one, or all at once */
    taos_stmt_close(stmt);
    FRESH1("select * from t where v = ?");
    WRONG1(stmt, taos_stmt_execute(stmt), API_ERROR, NULL);
    taos_stmt_close(stmt);
    FRESH1("select * from t where v = ?");
    WRONG1(stmt, taos_stmt_bind_single_param_batch(stmt, &tag, 1), MISMATCH, "parameter 2 of 1");
    taos_stmt_close(stmt);
    FRESH1("select * from t where s = ?");
    TAOS_MULTI_BIND no_length = BIND1(VARCHAR, text, 11, NULL, NULL, 1);
    WRONG1(stmt, taos_stmt_bind_single_param_batch(stmt, &no_length, 0), INVALID, "parameter 1 of 1");
    taos_stmt_close(stmt);
  }
  /* A stride that does not fit into memory. */
  FRESH1("insert into t values (?, ?, ?, ?)");
  row[0].num = row[1].num = row[2].num = row[3].num = 2;
  row[2].buffer_length = (uintptr_t)-1;
  WRONG1(stmt, taos_stmt_bind_param_batch(stmt, row), INVALID, "buffer_length");
  taos_stmt_close(stmt);
}

static void order2(TAOS *taos) {
  int n = 0;
  TAOS_FIELD_ALL *fields = NULL;
  TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 1), BIND2(INT, numbers, NULL, NULL, 1), BIND2(VARCHAR, text, three, NULL, 1), BIND2(NCHAR, text, three, NULL, 1)}, *rows = row, *none = NULL;
  TAOS_STMT2_BIND tag = BIND2(INT, numbers, NULL, NULL, 1), *tags = &tag;
  char *name = "t";
  TAOS_STMT2_BINDV good = {1, NULL, NULL, &rows}, v = good;
#define FRESH2(sql) taos_stmt2_close(stmt); stmt = taos_stmt2_init(taos, NULL); if (sql) WRONG2(stmt, taos_stmt2_prepare(stmt, sql, 0), 0, NULL)
  TAOS_STMT2 *stmt = NULL;
  FRESH2((char *)NULL);
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &good, -1), API_ERROR, NULL);
  WRONG2(stmt, taos_stmt2_exec(stmt, NULL), API_ERROR, NULL);
  WRONG2(stmt, taos_stmt2_get_fields(stmt, &n, &fields), API_ERROR, NULL);
  CHECK(taos_stmt2_result(stmt) == NULL);
  WRONG2(stmt, taos_stmt2_prepare(stmt, NULL, 0), INVALID, NULL);
  WRONG2(stmt, taos_stmt2_prepare(stmt, not_utf8, 0), INVALID, "UTF-8");
  WRONG2(stmt, taos_stmt2_prepare(stmt, "insert", (unsigned long)-1), INVALID, "length");
  FRESH2("insert into t values (?, ?, ?, ?)");
  WRONG2(stmt, taos_stmt2_exec(stmt, &n), API_ERROR, NULL);
  CHECK(taos_stmt2_result(stmt) == NULL);
  WRONG2(stmt, taos_stmt2_bind_param(stmt, NULL, -1), INVALID, NULL);
  WRONG2(stmt, taos_stmt2_bind_param_column(stmt, NULL), INVALID, NULL);
  WRONG2(stmt, taos_stmt2_bind_param_a(stmt, &good, -1, NULL, NULL), INVALID, NULL);
  WRONG2(stmt, taos_stmt2_is_insert(stmt, NULL), INVALID, NULL);
  WRONG2(stmt, taos_stmt2_get_fields(stmt, NULL, &fields), INVALID, NULL);
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &good, 4), MISMATCH, "column index");
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &good, INT32_MIN), MISMATCH, "column index");
  const int counts[] = {0, -1, INT32_MIN};
  for (int i = 0; i < 3; i++) {
    FRESH2("insert into t values (?, ?, ?, ?)");
    v.count = counts[i];
    WRONG2(stmt, taos_stmt2_bind_param(stmt, &v, -1), INVALID, "tables");
  }
  FRESH2("insert into t values (?, ?, ?, ?)");
  v = (TAOS_STMT2_BINDV){INT32_MAX, NULL, NULL, NULL};
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &v, -1), INVALID, "bind_cols");
  FRESH2("insert into t values (?, ?, ?, ?)");
  v = (TAOS_STMT2_BINDV){1, NULL, &tags, &rows};
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &v, -1), 0, NULL); /* no tags are wanted, and none are looked at */
  WRONG2(stmt, taos_stmt2_prepare(stmt, "insert into t values (?, ?, ?, ?)", 0), 0, NULL);
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &good, -1), 0, NULL);
  /* Of a table whose name is bound: */
  char *names[] = {"", name_193, name_of_db, not_utf8, "absent"};
  const unsigned codes[] = {NO_NAME, NO_NAME, NO_NAME, INVALID, NO_TABLE};
  const char *words[] = {NULL, "192", "192", "UTF-8", NULL};
  for (int i = 0; i < 5; i++) {
    FRESH2("insert into ? values (?, ?, ?, ?)");
    v = (TAOS_STMT2_BINDV){1, &names[i], NULL, &rows};
    WRONG2(stmt, taos_stmt2_bind_param(stmt, &v, -1), codes[i], words[i]);
  }
  FRESH2("insert into ? using st tags (?) values (?, ?)");
  v = (TAOS_STMT2_BINDV){1, &name, &tags, &none}; /* no rows: there is nothing to execute */
  (void)taos_stmt2_bind_param(stmt, &v, -1);
  WRONG2(stmt, taos_stmt2_exec(stmt, NULL), ANY, NULL);
  if (!queries) {
    taos_stmt2_close(stmt);
    return;
  }
  /* A query gets all its values at once, or none. */
  FRESH2("select * from t where v = ? and s = ?");
  v = (TAOS_STMT2_BINDV){1, NULL, NULL, &none};
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &v, -1), INVALID, "2 ?");
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &good, 0), INVALID, "2 ?");
  row[1].num = 2;
  v = (TAOS_STMT2_BINDV){1, NULL, NULL, &(TAOS_STMT2_BIND *){row + 1}};
  WRONG2(stmt, taos_stmt2_bind_param(stmt, &v, -1), NUMBER_OF_ROWS, NULL);
  row[1].num = 1;
  WRONG2(stmt, taos_stmt2_exec(stmt, NULL), API_ERROR, NULL);
  CHECK(taos_stmt2_result(stmt) == NULL);
  TAOS_STMT2_COLUMN_BIND values[] = {{.buffer_type = T(INT), .buffer = numbers}, {.buffer_type = T(INT), .buffer = numbers}, {.buffer_type = T(INT), .buffer = numbers}};
  const int shapes[][2] = {{1, 1}, {3, 1}, {0, 1}, {-1, 1}, {2, 0}, {2, -1}, {2, 2}};
  for (int i = 0; i < 7; i++) {
    TAOS_STMT2_COLUMN_BINDV columns = {.num_columns = shapes[i][0], .num_rows = shapes[i][1], .columns = values};
    FRESH2("select * from t where v = ? and s = ?");
    WRONG2(stmt, taos_stmt2_bind_param_column(stmt, &columns), shapes[i][0] == 2 ? NUMBER_OF_ROWS : INVALID, shapes[i][0] == 2 ? NULL : "columns");
  }
  taos_stmt2_close(stmt);
}

/* ---- handles that are no statement of the version */

static void as_stmt1(void *wrong) {
  int n = 7;
  TAOS_FIELD_E *fields = NULL;
  TAOS_MULTI_BIND row = BIND1(INT, numbers, 4, NULL, NULL, 1);
  CHECK_CODE(taos_stmt_prepare(wrong, "select 1", 0), INVALID);
  CHECK_SAID_WHY(NULL);
  CHECK_CODE(taos_stmt_set_tbname(wrong, "t"), INVALID);
  CHECK_CODE(taos_stmt_set_sub_tbname(wrong, "t"), INVALID);
  CHECK_CODE(taos_stmt_set_tbname_tags(wrong, "t", &row), INVALID);
  CHECK_CODE(taos_stmt_set_tags(wrong, &row), INVALID);
  CHECK_CODE(taos_stmt_get_tag_fields(wrong, &n, &fields), INVALID);
  CHECK_CODE(taos_stmt_get_col_fields(wrong, &n, &fields), INVALID);
  CHECK_CODE(taos_stmt_is_insert(wrong, &n), INVALID);
  CHECK_CODE(taos_stmt_num_params(wrong, &n), INVALID);
  CHECK_CODE(taos_stmt_get_param(wrong, 0, &n, &n), INVALID);
  CHECK_CODE(taos_stmt_bind_param(wrong, &row), INVALID);
  CHECK_CODE(taos_stmt_bind_param_batch(wrong, &row), INVALID);
  CHECK_CODE(taos_stmt_bind_single_param_batch(wrong, &row, 0), INVALID);
  CHECK_CODE(taos_stmt_add_batch(wrong), INVALID);
  CHECK_CODE(taos_stmt_execute(wrong), INVALID);
  CHECK(taos_stmt_use_result(wrong) == NULL);
  CHECK_INT(taos_stmt_affected_rows(wrong), 0);
  CHECK_INT(taos_stmt_affected_rows_once(wrong), 0);
  CHECK(taos_stmt_errstr(wrong) && *taos_stmt_errstr(wrong));
  taos_stmt_reclaim_fields(wrong, NULL);
  CHECK_CODE(taos_stmt_close(wrong), INVALID);
  CHECK_INT(n, 7);
}

static void as_stmt2(void *wrong) {
  int n = 7;
  TAOS_FIELD_ALL *fields = NULL;
  TAOS_STMT2_BINDV v = {1, NULL, NULL, NULL};
  TAOS_STMT2_COLUMN_BINDV columns = {0};
  CHECK_CODE(taos_stmt2_prepare(wrong, "select 1", 0), INVALID);
  CHECK_SAID_WHY(NULL);
  CHECK_CODE(taos_stmt2_bind_param(wrong, &v, -1), INVALID);
  CHECK_CODE(taos_stmt2_bind_param_a(wrong, &v, -1, NULL, NULL), INVALID);
  CHECK_CODE(taos_stmt2_bind_param_column(wrong, &columns), INVALID);
  CHECK_CODE(taos_stmt2_exec(wrong, &n), INVALID);
  CHECK_CODE(taos_stmt2_is_insert(wrong, &n), INVALID);
  CHECK_CODE(taos_stmt2_get_fields(wrong, &n, &fields), INVALID);
  CHECK(taos_stmt2_result(wrong) == NULL);
  CHECK(taos_stmt2_error(wrong) && *taos_stmt2_error(wrong));
  taos_stmt2_free_fields(wrong, NULL);
  CHECK_CODE(taos_stmt2_close(wrong), INVALID);
  CHECK_INT(n, 7);
}

static void handles(TAOS *taos) {
  TAOS_STMT *stmt1 = taos_stmt_init(taos), *closed1 = taos_stmt_init(taos);
  TAOS_STMT2 *stmt2 = taos_stmt2_init(taos, NULL), *closed2 = taos_stmt2_init(taos, NULL);
  TAOS_RES *res = query(taos, "select 1");
  CHECK_INT(taos_stmt_close(closed1), 0);
  CHECK_INT(taos_stmt2_close(closed2), 0);
  void *wrong[] = {NULL, taos, res, closed1, closed2, (void *)16, text};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    as_stmt1(wrong[i]);
    as_stmt2(wrong[i]);
  }
  as_stmt1(stmt2);
  as_stmt2(stmt1);
  for (int i = 0; i < 2; i++) {
    void *statement = i ? stmt2 : stmt1;
    CHECK(taos_query(statement, "select 1") == NULL);
    CHECK(taos_fetch_row(statement) == NULL);
    CHECK(taos_stmt_init(statement) == NULL);
    CHECK_SAID_WHY(NULL);
    CHECK(taos_stmt2_init(statement, NULL) == NULL);
    CHECK_SAID_WHY(NULL);
    taos_free_result(statement); /* frees nothing */
    taos_close(statement);       /* closes nothing */
  }
  taos_free_result(res);
  CHECK_INT(taos_stmt_close(stmt1), 0);
  CHECK_INT(taos_stmt2_close(stmt2), 0);
}

/* ---- a statement in several hands */

static void *many_binds(void *statement) {
  TAOS_STMT2 *stmt = statement;
  for (int i = 0; i < 200; i++) {
    TAOS_STMT2_BIND row[] = {BIND2(TIMESTAMP, ts, NULL, NULL, 2), BIND2(INT, numbers, NULL, NULL, 2), BIND2(VARCHAR, text, three, NULL, 2), BIND2(NCHAR, text, three, NULL, 2)}, *rows = row;
    TAOS_STMT2_BINDV v = {1, NULL, NULL, &rows};
    WRONG2(stmt, taos_stmt2_bind_param(stmt, &v, -1), 0, NULL);
    int rc = taos_stmt2_exec(stmt, NULL); /* or the other thread has executed this bind too */
    if (rc) CHECK_CODE(rc, API_ERROR);
  }
  return NULL;
}

static void threads(TAOS *taos) {
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
  CHECK_CODE(taos_stmt2_prepare(stmt, "insert into t values (?, ?, ?, ?)", 0), 0);
  pthread_t other[3];
  for (int i = 0; i < 3; i++) pthread_create(&other[i], NULL, many_binds, stmt);
  many_binds(stmt);
  for (int i = 0; i < 3; i++) pthread_join(other[i], NULL);
  CHECK_INT(taos_stmt2_close(stmt), 0);
  CHECK_INT(NUMBER(taos, "select count(*) from t"), 2);
}

/* A child has no use of its parent's statement, and does it no harm. */
static void fork_with(TAOS *taos, bool alone) {
  TAOS_STMT *stmt1 = taos_stmt_init(taos);
  TAOS_STMT2 *stmt2 = taos_stmt2_init(taos, NULL);
  pid_t child = alone ? -1 : fork();
  if (child == 0) {
    WRONG1(stmt1, taos_stmt_prepare(stmt1, "insert into t values (?, ?, ?, ?)", 0), ANY, "fork");
    WRONG2(stmt2, taos_stmt2_prepare(stmt2, "insert into t values (?, ?, ?, ?)", 0), ANY, "fork");
    taos_stmt_close(stmt1);
    taos_stmt2_close(stmt2);
    _exit(failures != 0);
  }
  int status = -1;
  if (!alone) {
    waitpid(child, &status, 0);
    CHECK_INT(status, 0);
  }
  WRONG1(stmt1, taos_stmt_prepare(stmt1, "insert into t values (?, ?, ?, ?)", 0), 0, NULL);
  WRONG2(stmt2, taos_stmt2_prepare(stmt2, "insert into t values (?, ?, ?, ?)", 0), 0, NULL);
  /* Statements outlive their connection. */
  taos_close(taos);
  WRONG2(stmt2, taos_stmt2_prepare(stmt2, "insert into t values (?, ?, ?, ?)", 0), 0, NULL);
  CHECK_INT(taos_stmt_close(stmt1), 0);
  CHECK_INT(taos_stmt2_close(stmt2), 0);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  queries = argc < 5 || strcmp(argv[4], "inserts") != 0;
  memset(name_193, 'n', 193);
  snprintf(name_of_db, sizeof name_of_db, "%s.%s", argv[3], name_193);
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "create database %s", argv[3]);
  RUN(taos, "use %s", argv[3]);
  RUN(taos, "create table t (ts timestamp, v int, s varchar(10), n nchar(4))");
  RUN(taos, "create stable st (ts timestamp, v int) tags (g int)");
  binds1(taos);
  binds2(taos);
  order1(taos);
  order2(taos);
  handles(taos);
  threads(taos);
  TAOS *second = connect_to(argv, argv[3]);
  fork_with(second, argc > 4 && !strcmp(argv[4], "alone"));
  RUN(taos, "drop database %s", argv[3]);
  taos_close(taos);
  return finish();
}
