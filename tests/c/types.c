/* Every type of a column, its extremes, its empty value and its NULL, written by SQL and read back by row, by block and
 * as printed text.
 *
 *   types HOST PORT DATABASE PRECISION(ms|us|ns) KIND(all|old)     old: without the types old servers have not */
#include "cells.h"
#include "check.h"

#define ROWS 4
static const struct column {
  const char *name, *declared;
  int type, recent;
  const char *sql[ROWS], *read[ROWS];
} columns[] = {
  {"b", "BOOL", 1, 0, {"true", "false", "NULL", "1"}, {"1", "0", "\\N", "1"}},
  {"i8", "TINYINT", 2, 0, {"-127", "127", "NULL", "-128"}, {"-127", "127", "\\N", "-128"}},
  {"i16", "SMALLINT", 3, 0, {"-32767", "32767", "NULL", "-32768"}, {"-32767", "32767", "\\N", "-32768"}},
  {"i32", "INT", 4, 0, {"-2147483647", "2147483647", "NULL", "-2147483648"}, {"-2147483647", "2147483647", "\\N", "-2147483648"}},
  {"i64", "BIGINT", 5, 0, {"-9223372036854775807", "9223372036854775807", "NULL", "0"}, {"-9223372036854775807", "9223372036854775807", "\\N", "0"}},
  {"u8", "TINYINT UNSIGNED", 11, 0, {"0", "255", "NULL", "128"}, {"0", "255", "\\N", "128"}},
  {"u16", "SMALLINT UNSIGNED", 12, 0, {"0", "65535", "NULL", "32768"}, {"0", "65535", "\\N", "32768"}},
  {"u32", "INT UNSIGNED", 13, 0, {"0", "4294967295", "NULL", "2147483648"}, {"0", "4294967295", "\\N", "2147483648"}},
  {"u64", "BIGINT UNSIGNED", 14, 0, {"0", "18446744073709551615", "NULL", "9223372036854775808"},
   {"0", "18446744073709551615", "\\N", "9223372036854775808"}},
  {"f", "FLOAT", 6, 0, {"1.5", "-3.4e38", "NULL", "0.1"}, {"1.5", "-3.39999995e+38", "\\N", "0.100000001"}},
  {"d", "DOUBLE", 7, 0, {"-0.25", "1.7e308", "NULL", "123456789.12345679"}, {"-0.25", "1.6999999999999999e+308", "\\N", "123456789.12345679"}},
  {"t", "TIMESTAMP", 9, 0, {"1", "-1", "NULL", "1600000000000"}, {"1", "-1", "\\N", "1600000000000"}},
  {"v", "VARCHAR(24)", 8, 0, {"'abc'", "'\346\226\207\345\255\227 \360\237\230\200'", "NULL", "''"}, {"abc", "\346\226\207\345\255\227 \360\237\230\200", "\\N", ""}},
  {"n", "NCHAR(10)", 10, 0, {"'abc'", "'\303\251\342\202\254\344\270\255\360\237\230\200'", "NULL", "''"}, {"abc", "\303\251\342\202\254\344\270\255\360\237\230\200", "\\N", ""}},
  {"x", "VARBINARY(16)", 16, 1, {"'\\x00ff10'", "'\\x5c78'", "NULL", "'\\x'"}, {"0x00ff10", "0x5c78", "\\N", "0x"}},
  {"g", "GEOMETRY(100)", 20, 1, {"'POINT(1 2)'", "'POINT(-1.5 0)'", "NULL", "NULL"},
   {"0x0101000000000000000000f03f0000000000000040", "0x0101000000000000000000f8bf0000000000000000", "\\N", "\\N"}},
  {"m", "DECIMAL(10,2)", 21, 1, {"12.34", "-99999999.99", "NULL", "0"}, {"12.34", "-99999999.99", "\\N", "0"}},
  {"q", "DECIMAL(30,5)", 17, 1, {"-1234567890123456789.12345", "9999999999999999999999999.99999", "NULL", "0.00001"},
   {"-1234567890123456789.12345", "9999999999999999999999999.99999", "\\N", "0.00001"}},
  {"bl", "BLOB", 18, 1, {"'\\x00ff10'", "'hello'", "NULL", "NULL"}, {"0x00ff10", "0x68656c6c6f", "\\N", "\\N"}},
};
#define COLUMNS ((int)(sizeof columns / sizeof *columns))

static int recent;
static const char *precision;

static const char *time_of(int row) {
  static char text[40];
  const char *fraction = !strcmp(precision, "ms") ? "" : !strcmp(precision, "us") ? "456" : "456789";
  snprintf(text, sizeof text, "170000000%d123%s", row, fraction);
  return text;
}

static int used(int i) { return recent || !columns[i].recent; }

static void write_rows(TAOS *taos) {
  static char sql[20000];
  int at = sprintf(sql, "CREATE TABLE t (ts TIMESTAMP");
  for (int i = 0; i < COLUMNS; i++)
    if (used(i)) at += sprintf(sql + at, ", %s %s", columns[i].name, columns[i].declared);
  sprintf(sql + at, ")");
  RUN(taos, "%s", sql);
  for (int r = 0; r < ROWS; r++) {
    at = sprintf(sql, "INSERT INTO t VALUES (%s", time_of(r));
    for (int i = 0; i < COLUMNS; i++)
      if (used(i)) at += sprintf(sql + at, ", %s", columns[i].sql[r]);
    sprintf(sql + at, ")");
    CHECK_INT(RUN(taos, "%s", sql), 1);
  }
}

/* What a row must read as, cells by tabs. */
static const char *expected(int row) {
  static char line[4000];
  int at = sprintf(line, "%s", time_of(row));
  for (int i = 0; i < COLUMNS; i++)
    if (used(i)) at += sprintf(line + at, "\t%s", columns[i].read[row]);
  return line;
}

static void check_fields(TAOS_RES *res) {
  TAOS_FIELD_E *fields = taos_fetch_fields_e(res);
  int at = 1;
  CHECK_INT(taos_result_precision(res), !strcmp(precision, "ms") ? 0 : !strcmp(precision, "us") ? 1 : 2);
  CHECK_INT(fields[0].type, 9);
  for (int i = 0; i < COLUMNS; i++) {
    if (!used(i)) continue;
    CHECK_STR(fields[at].name, columns[i].name);
    CHECK_INT(fields[at].type, columns[i].type);
    if (columns[i].type == 21) { CHECK_INT(fields[at].precision, 10); CHECK_INT(fields[at].scale, 2); }
    if (columns[i].type == 17) { CHECK_INT(fields[at].precision, 30); CHECK_INT(fields[at].scale, 5); }
    at++;
  }
  CHECK_INT(taos_num_fields(res), at);
}

static void read_by_row(TAOS *taos) {
  TAOS_RES *res = query(taos, "SELECT * FROM t ORDER BY ts");
  check_fields(res);
  TAOS_FIELD *fields = taos_fetch_fields(res);
  int count = taos_num_fields(res), rows = 0;
  TAOS_ROW row;
  while ((row = taos_fetch_row(res)) && rows < ROWS) {
    char *line;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    put_row(out, row, fields, taos_fetch_lengths(res), count);
    fclose(out);
    CHECK_STR(line, expected(rows));
    free(line);
    rows++;
  }
  CHECK_INT(rows, ROWS);
  taos_free_result(res);
}

static void read_by_block(TAOS *taos) {
  TAOS_RES *res = query(taos, "SELECT * FROM t ORDER BY ts");
  int count = taos_num_fields(res), rows, seen = 0, widths[64];
  TAOS_FIELD *fields = taos_fetch_fields(res);
  TAOS_ROW block;
  for (int i = 0; i < count; i++) widths[i] = stride(fields[i].type, fields[i].bytes);
  while ((rows = taos_fetch_block(res, &block)) > 0) {
    for (int r = 0; r < rows; r++, seen++) {
      char *line;
      size_t size;
      FILE *out = open_memstream(&line, &size);
      for (int c = 0; c < count; c++) {
        if (c) fputc('\t', out);
        put_block_cell(out, res, block, &fields[c], c, r, widths[c]);
      }
      fclose(out);
      CHECK_STR(line, expected(seen));
      free(line);
    }
    for (int c = 1; c < count; c++) { /* NULLs by column: of rows 0 to 3, row 2, and of some columns row 3 */
      bool nulls[ROWS];
      int n = ROWS;
      CHECK_CODE(taos_is_null_by_column(res, c, nulls, &n), 0);
      CHECK_INT(n, rows);
      for (int r = 0; r < n && r < ROWS; r++) {
        int i = 0, at = 0;
        while (at < c) at += used(i++);
        CHECK_INT(nulls[r], !strcmp(columns[i - 1].read[r], "\\N"));
      }
    }
  }
  CHECK_INT(seen, ROWS);
  taos_free_result(res);
}

/* JSON is the type of a tag, not of a column. */
static void json_tags(TAOS *taos) {
  RUN(taos, "CREATE STABLE j (ts TIMESTAMP, v INT) TAGS (info JSON)");
  RUN(taos, "INSERT INTO j1 USING j TAGS ('{\"a\":1,\"b\":\"\303\251\"}') VALUES (%s, 1)", time_of(0));
  RUN(taos, "INSERT INTO j2 USING j TAGS (NULL) VALUES (%s, 2)", time_of(1));
  TAOS_RES *res = query(taos, "SELECT v, info FROM j ORDER BY ts");
  CHECK_INT(taos_fetch_fields(res)[1].type, 15);
  TAOS_ROW row = taos_fetch_row(res);
  char text[100] = "";
  if (row && row[1]) snprintf(text, sizeof text, "%.*s", taos_fetch_lengths(res)[1], (char *)row[1]);
  CHECK_STR(text, "{\"a\":1,\"b\":\"\303\251\"}");
  row = taos_fetch_row(res);
  CHECK(row && row[1] == NULL);
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  precision = argv[4];
  recent = !strcmp(argv[5], "all");
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s PRECISION '%s'", argv[3], precision);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  write_rows(taos);
  read_by_row(taos);
  read_by_block(taos);
  json_tags(taos);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
