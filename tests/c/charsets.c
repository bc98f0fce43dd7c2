/* Programs in other character sets than UTF-8: by which names, how each way of reading answers a character that the set
 * does not have, and texts that are written in one set and read in another.
 *
 *   charsets HOST PORT DATABASE */
#include "stmt.h"
#include "subscriber.h"
#include <semaphore.h>

#define INTERNAL 0x800002ff
enum { TEXTS = 3 };
static const char *const texts[TEXTS] = {"电气", "😀", "é"};

/* What the native client gives for the texts, in hex; NULL where it answers an error (found.md 19). */
static const struct set {
  const char *name, *hex[TEXTS];
} sets[] = {
  {"UTF-8", {"e794b5e6b094", "f09f9880", "c3a9"}},
  {"utf8", {"e794b5e6b094", "f09f9880", "c3a9"}},
  {"GBK", {"b5e7c6f8", NULL, "a8a6"}},
  {"gbk", {"b5e7c6f8", NULL, "a8a6"}},
  {"CP936", {"b5e7c6f8", NULL, "a8a6"}},
  {"GB2312", {"b5e7c6f8", NULL, "a8a6"}},
  {"GB18030", {"b5e7c6f8", "9439fc36", "a8a6"}},
  {"BIG5", {NULL, NULL, NULL}},
  {"BIG-5", {NULL, NULL, NULL}},
  {"ISO-8859-1", {NULL, NULL, "e9"}},
  {"ISO8859-1", {NULL, NULL, "e9"}},
  {"latin1", {NULL, NULL, "e9"}},
  {"CP1252", {NULL, NULL, "e9"}},
  {"WINDOWS-1252", {NULL, NULL, "e9"}},
  {"SHIFT_JIS", {NULL, NULL, NULL}},
  {"SJIS", {NULL, NULL, NULL}},
  {"EUC-JP", {NULL, NULL, "8fabb1"}},
  {"EUC-KR", {NULL, NULL, NULL}},
  {"CP949", {NULL, NULL, NULL}},
  {"KOI8-R", {NULL, NULL, NULL}},
  {"ASCII", {NULL, NULL, NULL}},
  {"US-ASCII", {NULL, NULL, NULL}},
  {"ANSI_X3.4-1968", {NULL, NULL, NULL}},
  {"UTF-16", {"fffe3575146c", NULL, "fffee900"}},
  {"UCS-4LE", {"35750000146c0000", "00f60100", "e9000000"}},
  {"UTF-16LE", {"3575146c", "3dd800de", "e900"}},
  {"ISO-8859-15", {NULL, NULL, "e9"}},
  {"CP1251", {NULL, NULL, NULL}},
};
#define SETS (sizeof sets / sizeof *sets)

static void in_set(TAOS *taos, const char *name) { CHECK_CODE(taos_options_connection(taos, TSDB_OPTION_CONNECTION_CHARSET, name), 0); }

static const char *hex_of(const char *bytes, int len) {
  static char text[4][400];
  static int last;
  char *out = text[last = (last + 1) % 4];
  *out = 0;
  for (int i = 0; i < len && i < 199; i++) sprintf(out + 2 * i, "%02x", (uint8_t)bytes[i]);
  return out;
}

/* The first cell of the next row in hex; NULL without a row. */
static const char *next_hex(TAOS_RES *res) {
  TAOS_ROW row = taos_fetch_row(res);
  return row ? hex_of(row[0], taos_fetch_lengths(res)[0]) : NULL;
}

static void reads(TAOS *taos, const char *sql, const char *want) {
  TAOS_RES *res = query(taos, "%s", sql);
  const char *got = next_hex(res);
  if (want) {
    CHECK_STR(got, want);
    CHECK(taos_fetch_row(res) == NULL);
    CHECK_CODE(taos_errno(res), 0);
  } else {
    CHECK(got == NULL);
    CHECK_CODE(taos_errno(res), INTERNAL);
    CHECK_STR(taos_errstr(res), "Internal error");
    CHECK(taos_fetch_row(res) == NULL);
  }
  taos_free_result(res);
}

static void names(TAOS *taos) {
  char sql[200];
  for (int i = 0; i < TEXTS; i++) RUN(taos, "INSERT INTO m VALUES (%d, '%s', %d)", 1 + i, texts[i], i);
  for (size_t s = 0; s < SETS; s++) {
    int before = failures;
    in_set(taos, sets[s].name);
    CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, sets[s].name), 0);
    for (int i = 0; i < TEXTS; i++) {
      sprintf(sql, "SELECT n FROM m WHERE k = %d", i);
      reads(taos, sql, sets[s].hex[i]);
    }
    if (failures > before) printf("  (%s)\n", sets[s].name);
  }
  CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, "UTF-8"), 0);
  /* One that does not exist is refused, and the one before stays. */
  in_set(taos, "GBK");
  CHECK_CODE(taos_options_connection(taos, TSDB_OPTION_CONNECTION_CHARSET, "nosuch"), 0x80ff0016);
  CHECK(strstr(taos_errstr(NULL), "has no character set `nosuch`"));
  CHECK_CODE(taos_options_connection(taos, TSDB_OPTION_CONNECTION_CHARSET, ""), 0x80000117);
  CHECK_STR(taos_errstr(NULL), "Invalid pointer");
  CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, "nosuch"), 0x80ff0016);
  CHECK(strstr(taos_errstr(NULL), "has no character set `nosuch`"));
  CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, ""), 0x80000119);
  CHECK_PREFIX(taos_errstr(NULL), "Invalid config option");
  reads(taos, "SELECT n FROM m WHERE k = 0", "b5e7c6f8");
  in_set(taos, NULL);
  reads(taos, "SELECT n FROM m WHERE k = 1", "f09f9880");
}

static sem_t called;
static int told;
static void count(void *param, TAOS_RES *res, int rows) {
  (void)param;
  (void)res;
  told = rows;
  sem_post(&called);
}
static int wait_told(void) {
  sem_wait(&called);
  return told;
}

/* A character that the set does not have, in the middle of a block: no row of it comes (found.md 18). */
static void ways_to_read(TAOS *taos) {
  const char *all = "SELECT n, k FROM m ORDER BY ts";
  in_set(taos, "GBK");
  reads(taos, all, NULL);

  TAOS_ROW rows = NULL;
  int n = -1;
  TAOS_RES *res = query(taos, "%s", all);
  CHECK_CODE(taos_fetch_block_s(res, &n, &rows), INTERNAL);
  CHECK(n == 0 && rows == NULL);
  CHECK_CODE(taos_errno(res), INTERNAL);
  CHECK_INT(taos_fetch_block(res, &rows), 0);
  taos_free_result(res);

  res = query(taos, "%s", all);
  void *raw = NULL;
  CHECK_CODE(taos_fetch_raw_block(res, &n, &raw), 0); /* as it comes from the server */
  CHECK(n == TEXTS && raw);
  CHECK(taos_get_column_data_offset(res, 0) == NULL);
  CHECK_CODE(taos_errno(res), INTERNAL);
  taos_free_result(res);

  res = query(taos, "%s", all);
  taos_fetch_raw_block_a(res, count, NULL);
  CHECK_INT(wait_told(), TEXTS);
  CHECK(taos_get_raw_block(res) != NULL);
  taos_free_result(res);

  res = query(taos, "%s", all);
  taos_fetch_rows_a(res, count, NULL);
  CHECK_CODE(wait_told(), INTERNAL);
  CHECK_CODE(taos_errno(res), INTERNAL);
  CHECK(taos_fetch_row(res) == NULL);
  taos_free_result(res);

  res = query(taos, "SELECT n, k FROM m WHERE k = 0");
  taos_fetch_rows_a(res, count, NULL);
  CHECK_INT(wait_told(), 1);
  CHECK_STR(next_hex(res), "b5e7c6f8");
  taos_free_result(res);

  res = query(taos, "SELECT n, k FROM m WHERE k = 2");
  CHECK_CODE(taos_fetch_block_s(res, &n, &rows), 0);
  int *offsets = taos_get_column_data_offset(res, 0);
  CHECK(n == 1 && offsets && rows);
  const char *cell = (char *)rows[0] + offsets[0];
  CHECK_STR(hex_of(cell + 2, *(uint16_t *)cell), "a8a6");
  taos_free_result(res);
  in_set(taos, NULL);
}

/* Statements and what is bound are in the program's set, and stand in the database as characters. */
static void writing(TAOS *taos) {
  in_set(taos, "GBK");
  RUN(taos, "INSERT INTO m VALUES (20, '\xb5\xe7\xc6\xf8', 20)");
  CHECK_CODE(taos_validate_sql(taos, "INSERT INTO m VALUES (20, '\xb5\xe7\xc6\xf8', 20)"), 0);
  reads(taos, "SELECT n FROM m WHERE n = '\xb5\xe7\xc6\xf8' AND k = 20", "b5e7c6f8");

  struct row {
    const char *set, *text;
    int32_t len, k;
  } rows[] = {{"GBK", "\xb5\xe7\xc6\xf8", 4, 21}, {"BIG5", "\xb9\x71", 2, 22}, {"UTF-16LE", "5u\x14l", 4, 23}, {"UCS-4LE", "\0\xf6\1\0", 4, 24}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct row *row = &rows[i];
    int64_t ts = row->k;
    in_set(taos, row->set);
    TAOS_STMT2_OPTION option = {0};
    TAOS_STMT2 *stmt2 = taos_stmt2_init(taos, &option);
    SAY2(stmt2, taos_stmt2_prepare(stmt2, "INSERT INTO m VALUES (?, ?, ?)", 0));
    TAOS_STMT2_BIND binds[] = {BIND2(TIMESTAMP, &ts, NULL, NULL, 1), BIND2(NCHAR, (void *)row->text, &row->len, NULL, 1), BIND2(INT, &row->k, NULL, NULL, 1)};
    TAOS_STMT2_BIND *columns = binds;
    TAOS_STMT2_BINDV bindv = {.count = 1, .bind_cols = &columns};
    SAY2(stmt2, taos_stmt2_bind_param(stmt2, &bindv, -1));
    SAY2(stmt2, taos_stmt2_exec(stmt2, NULL));
    taos_stmt2_close(stmt2);

    TAOS_STMT *stmt = taos_stmt_init(taos);
    int64_t later = ts + 100;
    TAOS_MULTI_BIND old[] = {BIND1(TIMESTAMP, &later, 8, NULL, NULL, 1), BIND1(NCHAR, (void *)row->text, row->len, &row->len, NULL, 1), BIND1(INT, &row->k, 4, NULL, NULL, 1)};
    SAY1(stmt, taos_stmt_prepare(stmt, "INSERT INTO m VALUES (?, ?, ?)", 0));
    SAY1(stmt, taos_stmt_bind_param(stmt, old));
    SAY1(stmt, taos_stmt_add_batch(stmt));
    SAY1(stmt, taos_stmt_execute(stmt));
    taos_stmt_close(stmt);

    /* The result of a statement is in the set in which it was made. */
    stmt = taos_stmt_init(taos);
    TAOS_MULTI_BIND which[] = {BIND1(TIMESTAMP, &later, 8, NULL, NULL, 1)};
    SAY1(stmt, taos_stmt_prepare(stmt, "SELECT n FROM m WHERE ts = ?", 0));
    SAY1(stmt, taos_stmt_bind_param(stmt, which));
    SAY1(stmt, taos_stmt_add_batch(stmt));
    SAY1(stmt, taos_stmt_execute(stmt));
    TAOS_RES *res = taos_stmt_use_result(stmt);
    CHECK_STR(next_hex(res), hex_of(row->text, row->len));
    taos_stmt_close(stmt);
  }
  in_set(taos, NULL);
  CHECK_STR(ask(taos, "SELECT n, COUNT(*) FROM m WHERE k IN (21, 23) GROUP BY n"), "电气\t4\n");
  CHECK_STR(ask(taos, "SELECT n, COUNT(*) FROM m WHERE k = 22 GROUP BY n"), "電\t2\n");
  CHECK_STR(ask(taos, "SELECT n, COUNT(*) FROM m WHERE k = 24 GROUP BY n"), "😀\t2\n");

  /* Latin 1 is what it says, without the euro sign of Windows (found.md 19b). */
  in_set(taos, "ISO-8859-1");
  RUN(taos, "INSERT INTO m VALUES (30, 'a\x80', 30)");
  in_set(taos, NULL);
  reads(taos, "SELECT n FROM m WHERE k = 30", "61c280");
  RUN(taos, "INSERT INTO m VALUES (31, '5 €', 31)");
  in_set(taos, "latin1");
  reads(taos, "SELECT n FROM m WHERE k = 30", "6180");
  reads(taos, "SELECT n FROM m WHERE k = 31", NULL);
  in_set(taos, NULL);
}

/* What taos_options says counts for connections and consumers that are made later. */
static void of_the_process(char **argv, TAOS *taos) {
  RUN(taos, "CREATE TABLE t (ts TIMESTAMP, n NCHAR(10))");
  RUN(taos, "INSERT INTO t VALUES (1, '电气')");
  RUN(taos, "CREATE TOPIC %s_t AS SELECT n FROM t", argv[3]);
  CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, "CP936"), 0);
  TAOS *other = connect_to(argv, argv[3]);
  reads(other, "SELECT n FROM t", "b5e7c6f8");
  char topic[100];
  snprintf(topic, sizeof topic, "%s_t", argv[3]);
  tmq_t *tmq = SUBSCRIBER(argv, topic, "charsets", NULL);
  CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, "UTF-8"), 0);
  TAOS_RES *message = next_message(tmq);
  CHECK_STR(next_hex(message), "b5e7c6f8");
  CHECK(taos_fetch_row(message) == NULL);
  CHECK_CODE(taos_errno(message), 0);
  taos_free_result(message);
  RUN(taos, "INSERT INTO t VALUES (2, '😀')");
  message = next_message(tmq);
  CHECK(message && taos_fetch_row(message) == NULL);
  CHECK_CODE(taos_errno(message), INTERNAL);
  taos_free_result(message);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  taos_close(other);
  RUN(taos, "DROP TOPIC %s", topic);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s KEEP 36500", argv[3]);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  RUN(taos, "CREATE TABLE m (ts TIMESTAMP, n NCHAR(4), k INT)");
  sem_init(&called, 0, 0);
  names(taos);
  ways_to_read(taos);
  writing(taos);
  of_the_process(argv, taos);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
