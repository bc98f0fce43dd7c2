/* Schemaless rows in all protocols and ways of giving them, read back by SQL, and what is wrong with rows that cannot be
 * written.
 *
 *   schemaless HOST PORT DATABASE KIND(all|old) */
#include <pthread.h>
#include "check.h"

enum { LINE = TSDB_SML_LINE_PROTOCOL, TELNET = TSDB_SML_TELNET_PROTOCOL, JSON = TSDB_SML_JSON_PROTOCOL };
enum { NONE = TSDB_SML_TIMESTAMP_NOT_CONFIGURED, MS = TSDB_SML_TIMESTAMP_MILLI_SECONDS };

static bool old_server;

/* The result of rows that must be written: exactly so many. */
static void written(const char *file, int line, TAOS_RES *res, int rows) {
  if (!res || taos_errno(res) != 0)
    failed(file, line, "not written: 0x%08x %s", (unsigned)taos_errno(res), taos_errstr(res));
  else if (taos_affected_rows(res) != rows || taos_affected_rows64(res) != rows)
    failed(file, line, "%d rows written, not %d", taos_affected_rows(res), rows);
  else if (!taos_is_update_query(res) || taos_num_fields(res) != 0 || taos_fetch_row(res) != NULL)
    failed(file, line, "a result with rows");
  taos_free_result(res);
}
#define WRITTEN(res, rows) written(__FILE__, __LINE__, res, rows)

/* The result of rows that must be refused, with this code and a text that begins so. */
static void refused(const char *file, int line, TAOS_RES *res, unsigned code, const char *text) {
  if (!res)
    failed(file, line, "NULL: 0x%08x %s", (unsigned)taos_errno(NULL), taos_errstr(NULL));
  else if ((unsigned)taos_errno(res) != code || strncmp(taos_errstr(res), text, strlen(text)) || taos_affected_rows(res) != 0)
    failed(file, line, "0x%08x \"%s\" with %d rows, not 0x%08x \"%s\"", (unsigned)taos_errno(res), taos_errstr(res), taos_affected_rows(res), code, text);
  else if ((unsigned)taos_errno(NULL) != code)
    failed(file, line, "the thread's last error is 0x%08x", (unsigned)taos_errno(NULL));
  taos_free_result(res);
}
#define REFUSED(res, code, text) refused(__FILE__, __LINE__, res, code, text)

/* The rows of a query as text, a line each. */
static const char *rows_of(TAOS *taos, const char *sql) {
  static char text[8192];
  TAOS_RES *res = query(taos, "%s", sql);
  TAOS_FIELD *fields = taos_fetch_fields(res);
  TAOS_ROW row;
  text[0] = 0;
  while ((row = taos_fetch_row(res))) {
    size_t at = strlen(text);
    taos_print_row_with_size(text + at, (uint32_t)(sizeof text - at - 2), row, fields, taos_num_fields(res));
    strcat(text, "\n");
  }
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
  return text;
}
#define ROWS(taos, sql, want) CHECK_STR(rows_of(taos, sql), want)

static TAOS_RES *one(TAOS *taos, const char *line, int protocol, int precision) {
  char *lines[] = {(char *)line};
  return taos_schemaless_insert(taos, lines, 1, protocol, precision);
}

static void line_protocol(TAOS *taos) {
  char *lines[] = {
      "types,site=north,note=a\\ b\\,c i8=-128i8,u8=255u8,i16=-32768i16,u16=65535u16,i32=-2147483648i32,u32=4294967295u32,i64=-9223372036854775807i64,"
      "u64=18446744073709551615u64,i=5i,u=6u,f32=1.5f32,f64=-2.25f64,d=1e300,t=t,f=FALSE,s=\"a, b=\\\"c\\\" \\\\\",n=L\"文字 é\",x=B\"\\xff00\" 1700000000000",
      "types,site=south i8=1i8 1700000000001", /* everything else is NULL */
      "other,site=north v=1 1700000000000",
  };
  WRITTEN(taos_schemaless_insert(taos, lines, 3, LINE, MS), 3);
  ROWS(taos, "SELECT i8, u8, i16, u16, i32, u32, i64, u64, i, u FROM types ORDER BY _ts",
       "-128 255 -32768 65535 -2147483648 4294967295 -9223372036854775807 18446744073709551615 5 6\n1 NULL NULL NULL NULL NULL NULL NULL NULL NULL\n");
  ROWS(taos, "SELECT f32, f64, d = 1e300, t, f, s, n, site, note FROM types ORDER BY _ts",
       "1.5 -2.25 1 1 0 a, b=\"c\" \\ 文字 é north a b,c\nNULL NULL NULL NULL NULL NULL NULL south NULL\n");
  TAOS_RES *res = query(taos, "SELECT x FROM types WHERE i8 = -128");
  TAOS_ROW row = taos_fetch_row(res);
  CHECK(row && taos_fetch_lengths(res)[0] == 2 && !memcmp(row[0], "\xff\0", 2));
  taos_free_result(res);
  if (!old_server) {
    WRITTEN(one(taos, "shapes p=G\"POINT(1 2)\" 1700000000000", LINE, MS), 1);
    CHECK_INT(NUMBER(taos, "SELECT COUNT(p) FROM shapes"), 1);
  }

  /* The same time again changes what is given and keeps the rest; new columns and tags, longer texts. */
  WRITTEN(one(taos, "types,site=south i8=2i8,new=7i 1700000000001", LINE, MS), 1);
  WRITTEN(one(taos, "types,site=south,more=x s=\"a text that is longer than the one before it\" 1700000000002", LINE, MS), 1);
  ROWS(taos, "SELECT i8, new, s, more FROM types WHERE _ts > 1700000000000 ORDER BY _ts",
       "2 7 NULL NULL\nNULL NULL a text that is longer than the one before it x\n");
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM types"), 3);
}

static void precisions(TAOS *taos) {
  static const char *times[] = {"1700000000000000000", "472222", "28333333", "1700000000", "1700000000000", "1700000000000000", "1700000000000000000"};
  static const int64_t want[] = {1700000000000, 1699999200000, 1699999980000, 1700000000000, 1700000000000, 1700000000000, 1700000000000};
  for (int i = 0; i < 7; i++) {
    char line[100];
    snprintf(line, sizeof line, "p%d v=1i %s", i, times[i]);
    WRITTEN(one(taos, line, LINE, i), 1);
    CHECK_INT(NUMBER(taos, "SELECT CAST(_ts AS BIGINT) FROM p%d", i), want[i]);
  }
  WRITTEN(one(taos, "now v=1i", LINE, MS), 1);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM now WHERE _ts > NOW() - 1h"), 1);
  REFUSED(one(taos, "q v=1 1", LINE, 7), 0x80003001, "precision invalidate for line protocol");
  REFUSED(one(taos, "q v=1 1", LINE, -1), 0x80003001, "precision invalidate for line protocol");
  /* The others tell the unit by the digits. */
  WRITTEN(one(taos, "tp 1700000000 1i v=s", TELNET, 99), 1);
  WRITTEN(one(taos, "tp 1700000000001 2i v=ms", TELNET, NONE), 1);
  ROWS(taos, "SELECT CAST(_ts AS BIGINT), _value, v FROM tp ORDER BY _ts", "1700000000000 1 s\n1700000000001 2 ms\n");
}

static void telnet_protocol(TAOS *taos) {
  char *lines[] = {"meters.current 1700000000000 10.3 location=a group=2", "meters.current 1700000000001 11.8 location=é group=3", "meters.voltage 1700000000 219i32 location=a"};
  WRITTEN(taos_schemaless_insert(taos, lines, 3, TELNET, NONE), 3);
  ROWS(taos, "SELECT _value, location, `group` FROM meters_current ORDER BY _ts", "10.3 a 2\n11.8 é 3\n");
  ROWS(taos, "SELECT _value, location FROM meters_voltage", "219 a\n");
  REFUSED(one(taos, "m notatime 1 t=1", TELNET, NONE), 0x80000127, "SML telnet parse timestamp failed: 1 t=1");
  REFUSED(one(taos, "m 1700000000000 1", TELNET, NONE), 0x80000203, "SML telnet invalid value:");
  REFUSED(one(taos, "m 1700000000000 abc t=1", TELNET, NONE), 0x80000203, "invalid data:abc t=1");
  REFUSED(one(taos, "", TELNET, NONE), 0x8000020a, "SML telnet invalid measure:");
}

static void json_protocol(TAOS *taos) {
  WRITTEN(one(taos, "[{\"metric\":\"j.a\",\"timestamp\":1700000000000,\"value\":10.5,\"tags\":{\"loc\":\"x\",\"id\":1}},\n"
                    " {\"metric\":\"j.a\",\"timestamp\":1700000000001,\"value\":11,\"tags\":{\"loc\":\"文\",\"id\":2}}]", JSON, NONE), 2);
  ROWS(taos, "SELECT _value, loc, id FROM j_a ORDER BY _ts", "10.5 x 1\n11 文 2\n");
  WRITTEN(one(taos, "{\"metric\":\"j.b\",\"timestamp\":{\"value\":1700000000,\"type\":\"s\"},\"value\":{\"value\":\"txt\",\"type\":\"nchar\"},"
                    "\"tags\":{\"t1\":{\"value\":true,\"type\":\"bool\"},\"t2\":{\"value\":5,\"type\":\"int\"}}}", JSON, NONE), 1);
  ROWS(taos, "SELECT CAST(_ts AS BIGINT), _value, t1, t2 FROM j_b", "1700000000000 txt 1 5\n");
  REFUSED(one(taos, "not json", JSON, NONE), 0x80000221, "Invalid JSON format");
  REFUSED(one(taos, "[]", JSON, NONE), 0x8000070f, "invalid input");
  REFUSED(one(taos, "", JSON, NONE), 0x80000221, "Invalid JSON format");
}

/* A text without a NUL behind it: an array of its own size, so that valgrind sees a byte too far. */
static TAOS_RES *raw(TAOS *taos, const char *text, size_t length, int32_t *total, int protocol) {
  char *copy = malloc(length + !length);
  memcpy(copy, text, length);
  TAOS_RES *res = taos_schemaless_insert_raw(taos, copy, (int)length, total, protocol, MS);
  free(copy);
  return res;
}

static void texts(TAOS *taos) {
  int32_t total = -7;
  const char *two = "raw,t=a v=1i 1700000000000\nraw,t=b v=2i 1700000000001";
  WRITTEN(raw(taos, two, strlen(two), &total, LINE), 2);
  CHECK_INT(total, 2);
  WRITTEN(raw(taos, two, strlen(two), NULL, LINE), 2);
  const char *ended = "# a comment\nraw,t=c v=3i 1700000000002\n";
  WRITTEN(raw(taos, ended, strlen(ended), &total, LINE), 1);
  CHECK_INT(total, 1);
  ROWS(taos, "SELECT t, v FROM raw ORDER BY _ts", "a 1\nb 2\nc 3\n");
  const char *blank = "raw,t=d v=3i 1700000000002\n\nraw,t=e v=4i 1700000000003\n";
  REFUSED(raw(taos, blank, strlen(blank), &total, LINE), 0x8000020a, "SML line measure is empty or too large than 192");
  CHECK_INT(total, 3);
  const char *bad = "raw,t=d v=3i 1700000000002\nbroken line\n";
  REFUSED(raw(taos, bad, strlen(bad), &total, LINE), 0x8000021f, "SML line invalid key or key is too long than 64:line\n");
  CHECK_INT(total, 2);
  REFUSED(raw(taos, "", 0, &total, LINE), 0x80003002, "line num is invalid");
  CHECK_INT(total, 0);
  /* The other side would take the text to end at the NUL, and lose the rest. */
  REFUSED(raw(taos, "raw v=1 1700000000009\nraw\0v=1", 27, &total, LINE), 0x80000118, "Invalid parameters: byte 26 of the text, in line 2, is NUL");
  REFUSED(raw(taos, "raw s=\"a\" 1700000000009\nraw s=\"\xff\" 1700000000009", 47, &total, LINE), 0x80000118, "Invalid parameters: line 2 is not UTF-8 from byte 32 of the text on");
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM raw"), 3);
  const char *telnet = "rawt 1700000000000 1 a=b\nrawt 1700000000001 2 a=c";
  WRITTEN(raw(taos, telnet, strlen(telnet), &total, TELNET), 2);
  const char *json = "{\"metric\":\"rawj\",\n\"timestamp\":1700000000000,\"value\":1,\"tags\":{\"a\":\"b\"}}";
  WRITTEN(raw(taos, json, strlen(json), &total, JSON), 1);
  total = -7;
  CHECK(taos_schemaless_insert_raw(taos, NULL, 5, &total, LINE, MS) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000118);
  CHECK(taos_schemaless_insert_raw(taos, (char *)two, -1, &total, LINE, MS) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000118);
  CHECK_INT(total, -7);
}

static int64_t ttl_of(TAOS *taos, const char *database, const char *stable) {
  return NUMBER(taos, "SELECT `ttl` FROM information_schema.ins_tables WHERE db_name = '%s' AND stable_name = '%s'", database, stable);
}

static void every_function(TAOS *taos, const char *database) {
  char *lines[] = {"e1 v=1i 1700000000000", "e1 v=2i 1700000000001"}, *more[] = {"e2 v=1i 1700000000000"}, *third[] = {"e3 v=1i 1700000000000"};
  char *keyed[] = {"k,tb=first,t=c v=5i 1700000000000", "k,tb=second,t=d v=6i 1700000000001"};
  char text[] = "e4 v=1i 1700000000000\ne4 v=2i 1700000000001", fifth[] = "e5 v=1i 1700000000000", sixth[] = "e6 v=1i 1700000000000";
  char keyed_text[] = "k,tb=third,t=c v=7i 1700000000002";
  int length = (int)strlen(text), one_line = (int)strlen(fifth);
  int32_t total = 0;
  WRITTEN(taos_schemaless_insert_with_reqid(taos, lines, 2, LINE, MS, 0x77), 2);
  WRITTEN(taos_schemaless_insert_with_reqid(taos, lines, 2, LINE, MS, INT64_MIN), 2);
  WRITTEN(taos_schemaless_insert_ttl(taos, more, 1, LINE, MS, 100), 1);
  WRITTEN(taos_schemaless_insert_ttl_with_reqid(taos, third, 1, LINE, MS, 200, 0x78), 1);
  WRITTEN(taos_schemaless_insert_raw_with_reqid(taos, text, length, &total, LINE, MS, 0x79), 2);
  CHECK_INT(total, 2);
  WRITTEN(taos_schemaless_insert_raw_ttl(taos, fifth, one_line, &total, LINE, MS, 50), 1);
  CHECK_INT(total, 1);
  WRITTEN(taos_schemaless_insert_raw_ttl_with_reqid(taos, sixth, one_line, NULL, LINE, MS, 60, 0x80), 1);
  CHECK_INT(ttl_of(taos, database, "e1"), 0);
  CHECK_INT(ttl_of(taos, database, "e2"), 100);
  CHECK_INT(ttl_of(taos, database, "e3"), 200);
  CHECK_INT(ttl_of(taos, database, "e4"), 0);
  CHECK_INT(ttl_of(taos, database, "e5"), 50);
  CHECK_INT(ttl_of(taos, database, "e6"), 60);
  /* A table that is there keeps its time to live. */
  WRITTEN(taos_schemaless_insert_ttl(taos, more, 1, LINE, MS, 7), 1);
  CHECK_INT(ttl_of(taos, database, "e2"), 100);

  /* No key, and an empty one, leave the names to the server. */
  WRITTEN(taos_schemaless_insert_ttl_with_reqid_tbname_key(taos, lines, 2, LINE, MS, 0, 0x81, NULL), 2);
  WRITTEN(taos_schemaless_insert_raw_ttl_with_reqid_tbname_key(taos, text, length, NULL, LINE, MS, 0, 0x82, ""), 2);
  if (old_server) { /* it would not look at the key */
    REFUSED(taos_schemaless_insert_ttl_with_reqid_tbname_key(taos, keyed, 2, LINE, MS, 0, 0x83, "tb"), 0x80000100, "Operation not supported: naming tables by a tag needs a server from 3.3.3.0; this one is 3.0.7.0");
    CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM information_schema.ins_stables WHERE db_name = '%s' AND stable_name = 'k'", database), 0);
    return;
  }
  WRITTEN(taos_schemaless_insert_ttl_with_reqid_tbname_key(taos, keyed, 2, LINE, MS, 0, 0x83, "tb"), 2);
  WRITTEN(taos_schemaless_insert_raw_ttl_with_reqid_tbname_key(taos, keyed_text, (int)strlen(keyed_text), &total, LINE, MS, 0, 0x84, "tb"), 1);
  ROWS(taos, "SELECT tbname, t, v FROM k ORDER BY tbname", "first c 5\nsecond d 6\nthird c 7\n");
  REFUSED(taos_schemaless_insert_ttl_with_reqid_tbname_key(taos, keyed, 2, LINE, MS, 0, 0x85, "t\xff"), 0x80000118, "Invalid parameters: tbnameKey is not UTF-8");
}

/* Rows as fgets gives them. A break at the end of a row is no part of it; elsewhere it would make two of one. */
static void line_ends(TAOS *taos, const char *database) {
  char *lines[] = {"ends,t=a v=1i 1700000000000\n", "ends,t=b v=2i 1700000000001\r\n", "ends,t=c v=3i 1700000000002\n\n", "ends,t=d v=4i 1700000000003"};
  WRITTEN(taos_schemaless_insert(taos, lines, 4, LINE, MS), 4);
  WRITTEN(taos_schemaless_insert_with_reqid(taos, lines, 2, LINE, MS, 0x91), 2);
  WRITTEN(taos_schemaless_insert_ttl(taos, lines + 1, 1, LINE, MS, 0), 1);
  WRITTEN(taos_schemaless_insert_ttl_with_reqid(taos, lines, 3, LINE, MS, 0, 0x92), 3);
  WRITTEN(taos_schemaless_insert_ttl_with_reqid_tbname_key(taos, lines, 4, LINE, MS, 0, 0x93, NULL), 4);
  const char *text = "ends,t=e v=5i 1700000000004\r\nends,t=f v=6i 1700000000005\r\n";
  WRITTEN(raw(taos, text, strlen(text), NULL, LINE), 2);
  ROWS(taos, "SELECT t, v FROM ends ORDER BY _ts", "a 1\nb 2\nc 3\nd 4\ne 5\nf 6\n");
  WRITTEN(one(taos, "ends,t=now v=7i\n", LINE, MS), 1);
  CHECK_INT(NUMBER(taos, "SELECT v FROM ends WHERE t = 'now'"), 7);

  char *telnet[] = {"endst 1700000000000 1 t=a\n", "endst 1700000000001 2 t=b\r\n", "endst 1700000000002 3 t=c"};
  WRITTEN(taos_schemaless_insert(taos, telnet, 3, TELNET, NONE), 3);
  ROWS(taos, "SELECT t, _value, LENGTH(t) FROM endst ORDER BY _ts", "a 1 4\nb 2 4\nc 3 4\n");
  WRITTEN(one(taos, "{\"metric\":\"endsj\",\"timestamp\":1700000000000,\"value\":1,\"tags\":{\"t\":\"a\"}}\r\n", JSON, NONE), 1);

  static const struct { const char *line; int protocol; unsigned code; const char *text; } refused_ones[] = {
      {"\n", LINE, 0x8000020a, "SML line measure is empty"},
      {"\r\n", TELNET, 0x8000020a, "SML telnet invalid measure:"},
      {"two v=1i 1700000000000\ntwo v=2i 1700000000001\n", LINE, 0x80003002, "Invalid data format: line 1 has a line break at byte 23"},
      {"\ntwo v=1i 1700000000000\n", LINE, 0x80003002, "Invalid data format: line 1 has a line break at byte 1"},
      {"two 1700000000000 1 t=a\nb", TELNET, 0x80003002, "Invalid data format: line 1 has a line break at byte 24"},
  };
  for (size_t i = 0; i < sizeof refused_ones / sizeof *refused_ones; i++)
    REFUSED(one(taos, refused_ones[i].line, refused_ones[i].protocol, MS), refused_ones[i].code, refused_ones[i].text);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM information_schema.ins_stables WHERE db_name = '%s' AND stable_name = 'two'", database), 0);
}

static void bad_rows(TAOS *taos, const char *database) {
  char *mix[] = {"bad v=1i 1700000000000", "broken", "bad v=2i 1700000000001"};
  REFUSED(taos_schemaless_insert(taos, mix, 3, LINE, MS), 0x80003002, "SML line cols is empty");
  mix[1] = "";
  REFUSED(taos_schemaless_insert(taos, mix, 3, LINE, MS), 0x8000020a, "SML line measure is empty");
  mix[1] = NULL;
  REFUSED(taos_schemaless_insert(taos, mix, 3, LINE, MS), 0x80000118, "Invalid parameters: line 2 of 3 is NULL");
  mix[1] = "bad s=\"\xc3(\" 1";
  REFUSED(taos_schemaless_insert(taos, mix, 3, LINE, MS), 0x80000118, "Invalid parameters: line 2 is not UTF-8 from its byte 8 on");
  mix[1] = "bad s=\"a\nb\" 1700000000000";
  REFUSED(taos_schemaless_insert(taos, mix, 3, LINE, MS), 0x80003002, "Invalid data format: line 2 has a line break at byte 9");
  mix[2] = "";
  mix[1] = "bad v=2i 1700000000001"; /* an empty line at the end counts as well */
  REFUSED(taos_schemaless_insert(taos, mix, 3, LINE, MS), 0x8000020a, "SML line measure is empty");
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM information_schema.ins_stables WHERE db_name = '%s' AND stable_name = 'bad'", database), 0);

  static const struct { const char *line; unsigned code; const char *text; } bad[] = {
      {"m f=abc 1700000000000", 0x80000203, "invalid data:abc 1700000000000"},
      {"m f=300i8 1700000000000", 0x80000203, "tiny int out of range[-128,127]:300i8 1700000000000"},
      {"m f=1i notatime", 0x80000127, "SML line invalid timestamp:notatime"},
      {"m f=\"open 1700000000000", 0x80003002, "SML line unbalanced quotes:\"open 1700000000000"},
      {"m f=1i,f=2i 1700000000000", 0x8000263c, "Duplicated column names"},
      {"m f=1i -1", 0x80000127, "Invalid timestamp format"},
      {"m f=1i 1", 0x8000060b, "Timestamp data out of range"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) REFUSED(one(taos, bad[i].line, LINE, MS), bad[i].code, bad[i].text);
  WRITTEN(one(taos, "typed v=1i 1700000000000", LINE, MS), 1);
  TAOS_RES *res = one(taos, "typed v=1.5 1700000000000", LINE, MS);
  CHECK_CODE(taos_errno(res), 0x80003002);
  CHECK(strstr(taos_errstr(res), "db type:BIGINT, point type:DOUBLE, key:v=1.5 1700000000000") != NULL);
  taos_free_result(res);

  char *good[] = {"m v=1i 1700000000000"};
  REFUSED(taos_schemaless_insert(taos, good, 1, 0, MS), 0x80003000, "protocol invalidate");
  REFUSED(taos_schemaless_insert(taos, good, 1, 9, MS), 0x80003000, "protocol invalidate");
  REFUSED(taos_schemaless_insert(taos, good, 0, LINE, MS), 0x80003002, "line num is invalid");
  REFUSED(taos_schemaless_insert(taos, good, -5, LINE, MS), 0x80003002, "line num is invalid");
  CHECK(taos_schemaless_insert(taos, NULL, 1, LINE, MS) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000118);
  CHECK_STR(taos_errstr(NULL), "Invalid parameters");
  CHECK(taos_schemaless_insert(NULL, good, 1, LINE, MS) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);
  CHECK(taos_schemaless_insert_raw(NULL, good[0], 5, NULL, LINE, MS) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);

  /* A line of its own that begins with # is a row, not a comment that goes without a word. */
  WRITTEN(one(taos, "#odd v=1i 1700000000000", LINE, MS), 1);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM `#odd`"), 1);
}

static void no_database(char **argv) {
  char *good[] = {"m v=1i 1700000000000"};
  TAOS *taos = connect_to(argv, NULL);
  REFUSED(taos_schemaless_insert(taos, good, 1, LINE, MS), 0x80002616, "Database not specified");
  REFUSED(taos_schemaless_insert(taos, good, 1, 9, MS), 0x80002616, "Database not specified");
  /* Handles of another kind and closed ones are noticed. */
  TAOS_RES *res = query(taos, "SELECT 1");
  CHECK(taos_schemaless_insert(res, good, 1, LINE, MS) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);
  taos_free_result(res);
  taos_close(taos);
  CHECK(taos_schemaless_insert(taos, good, 1, LINE, MS) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000213);
  CHECK(taos_schemaless_insert_raw(taos, good[0], 5, NULL, LINE, MS) == NULL);
  CHECK_SAID_WHY(NULL);
}

/* Rows in GBK: NCHAR is the same characters to everybody. What is bytes to the server - VARCHAR and names - cannot go
 * as it is in a message of UTF-8, and is refused rather than stored as other bytes than natively. */
#define UNSENT "Operation not supported: "
static void other_charsets(TAOS *taos, char **argv, const char *database) {
  TAOS *gbk = connect_to(argv, database);
  int32_t total = -1;
  CHECK_CODE(taos_options_connection(gbk, TSDB_OPTION_CONNECTION_CHARSET, "gbk"), 0);
  WRITTEN(one(gbk, "charset,t=a n=L\"b\",s=\"ascii\" 1700000000000", LINE, MS), 1);
  char *lines[] = {"charset,t=\xb5\xe7 n=L\"\xc6\xf8 , =\",s=\"ascii\" 1700000000001", "charset,t=a n=L\"\x8f\x5c\" 1700000000002"};
  WRITTEN(taos_schemaless_insert(gbk, lines, 2, LINE, MS), 2);
  const char *text = "# \xb5\xe7\ncharset,t=\xb5\xe7 n=L\"\xb5\xe7\" 1700000000003";
  WRITTEN(raw(gbk, text, strlen(text), &total, LINE), 1);
  CHECK_INT(total, 1);
  WRITTEN(one(gbk, "charset_telnet 1700000000000 1 t=\xb5\xe7", TELNET, NONE), 1);
  WRITTEN(one(gbk, "{\"metric\":\"charset_json\",\"timestamp\":1700000000000,\"value\":{\"value\":\"\xb5\xe7\",\"type\":\"nchar\"},\"tags\":{\"t\":1}}", JSON, NONE), 1);
  /* In the set itself and in UTF-8. */
  ROWS(gbk, "SELECT t, n, s FROM charset ORDER BY _ts",
       "a b ascii\n\xb5\xe7 \xc6\xf8 , = ascii\na \x8f\x5c NULL\n\xb5\xe7 \xb5\xe7 NULL\n");
  ROWS(taos, "SELECT t, n, s FROM charset ORDER BY _ts", "a b ascii\n电 气 , = ascii\na 廫 NULL\n电 电 NULL\n");
  ROWS(taos, "SELECT t FROM charset_telnet", "电\n");
  ROWS(taos, "SELECT _value FROM charset_json", "电\n");

  REFUSED(one(gbk, "charset s=\"\xb5\xe7\" 1700000000001", LINE, MS), 0x80000100, UNSENT "line 1: a VARCHAR has characters that are not ASCII");
  REFUSED(one(gbk, "\xb5\xe7 v=1 1700000000001", LINE, MS), 0x80000100, UNSENT "line 1: a table's name has");
  const char *named = "x,\xb5\xe7=1 v=1 1";
  REFUSED(raw(gbk, named, strlen(named), &total, LINE), 0x80000100, UNSENT "the text: the name of a tag or column has");
  REFUSED(one(gbk, "charset_telnet 1700000000000 1 \xb5\xe7=1", TELNET, NONE), 0x80000100, UNSENT "line 1: the name of a tag or column has");
  REFUSED(one(gbk, "charset n=L\"\xb5\" 1700000000001", LINE, MS), 0x80000118, "Invalid parameters: line 1 is no text in gbk");
  char *keyed[] = {"charset,tb=\xb5\xe7 v=1 1700000000001"};
  REFUSED(taos_schemaless_insert_ttl_with_reqid_tbname_key(gbk, keyed, 1, LINE, MS, 0, 0x86, "tb"), 0x80000100, UNSENT "line 1: a table's name has");

  /* They go where the connection is by now, and to nowhere when that is nowhere. */
  RUN(gbk, "CREATE DATABASE %s_2", database);
  RUN(gbk, "USE %s_2", database);
  WRITTEN(one(gbk, "elsewhere,t=\xb5\xe7 v=1i 1700000000001", LINE, MS), 1);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM %s_2.elsewhere WHERE t = '电'", database), 1);
  taos_reset_current_db(gbk);
  REFUSED(one(gbk, "elsewhere,t=\xb5\xe7 v=1i 1700000000002", LINE, MS), 0x80002616, "Database not specified");
  RUN(taos, "DROP DATABASE %s_2", database);

  CHECK_CODE(taos_options_connection(gbk, TSDB_OPTION_CONNECTION_CHARSET, "UTF-16LE"), 0);
  CHECK_CODE(taos_select_db(gbk, database), 0);
  REFUSED(one(gbk, "charset n=L\"5u\x14l\xff\" 1700000000001", LINE, MS), 0x80000100, UNSENT "schemaless rows in UTF-16LE");
  CHECK_CODE(taos_options_connection(gbk, TSDB_OPTION_CONNECTION_CHARSET, NULL), 0);
  REFUSED(one(gbk, "charset n=L\"\xb5\xe7\" 1700000000001", LINE, MS), 0x80000118, "Invalid parameters: line 1 is not UTF-8 from its byte 13 on");
  taos_close(gbk);
}

static void many(TAOS *taos) {
  enum { ROWS = 10000, ROOM = 80 };
  char *room = malloc((size_t)ROWS * ROOM), **lines = malloc(ROWS * sizeof *lines);
  int64_t sum = 0;
  for (int i = 0; i < ROWS; i++) {
    lines[i] = room + (size_t)i * ROOM;
    snprintf(lines[i], ROOM, "many,t=t%d v=%di,s=\"row %d\" %" PRId64, i % 50, i, i, 1700000000000 + i);
    sum += i;
  }
  WRITTEN(taos_schemaless_insert(taos, lines, ROWS, LINE, MS), ROWS);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM many"), ROWS);
  CHECK_INT(NUMBER(taos, "SELECT SUM(v) FROM many"), sum);
  free(lines);
  free(room);

  /* One row of the longest text that a column takes. */
  enum { LONGEST = 65517 };
  char *line = malloc(LONGEST + 100);
  int at = sprintf(line, "long s=\"");
  memset(line + at, 'x', LONGEST);
  strcpy(line + at + LONGEST, "\" 1700000000000");
  WRITTEN(one(taos, line, LINE, MS), 1);
  TAOS_RES *res = query(taos, "SELECT s FROM long");
  CHECK(taos_fetch_row(res) && taos_fetch_lengths(res)[0] == LONGEST);
  taos_free_result(res);
  free(line);
}

enum { THREADS = 8, CALLS = 40 };
static TAOS *shared;

static void *write_some(void *arg) {
  int me = (int)(intptr_t)arg;
  for (int i = 0; i < CALLS; i++) {
    char a[100], b[100], *lines[] = {a, b};
    snprintf(a, sizeof a, "together,t=t%d v=%di 1700000000%03d", me, i, i);
    snprintf(b, sizeof b, "together,t=t%d c%d=%di 1700000000%03d", me, me, i, i);
    if (i % 10 == 9) { /* an error now and then is its thread's own */
      snprintf(b, sizeof b, "together v=bad%d 1", me);
      TAOS_RES *res = taos_schemaless_insert(shared, lines, 2, LINE, MS);
      snprintf(a, sizeof a, "invalid data:bad%d 1", me);
      CHECK_STR(taos_errstr(res), a);
      taos_free_result(res);
    } else {
      WRITTEN(taos_schemaless_insert(shared, lines, 2, LINE, MS), 2);
    }
  }
  return NULL;
}

static void several_threads(TAOS *taos) {
  pthread_t threads[THREADS];
  shared = taos;
  for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, write_some, (void *)(intptr_t)i) == 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM together"), THREADS * CALLS * 9 / 10);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(c3) FROM together"), CALLS * 9 / 10);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  old_server = !strcmp(argv[4], "old");
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  line_protocol(taos);
  precisions(taos);
  telnet_protocol(taos);
  json_protocol(taos);
  texts(taos);
  every_function(taos, argv[3]);
  line_ends(taos, argv[3]);
  bad_rows(taos, argv[3]);
  no_database(argv);
  if (!old_server) other_charsets(taos, argv, argv[3]);
  many(taos);
  several_threads(taos);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
