/* Reads a row of every type and a row of NULLs: as text by taos_print_row, and value by value as a program does.
 *
 *   query HOST PORT [USER PASSWORD]
 *
 * Works in the database libtaos_example_query, which it drops at the end. Needs a server from 3.3.7.0, the first with
 * BLOB; without that column, from 3.3.6.0, the first with DECIMAL. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <taos.h>

#define DATABASE "libtaos_example_query"

static const char *const setup[] = {
  "DROP DATABASE IF EXISTS " DATABASE,
  "CREATE DATABASE " DATABASE " PRECISION 'us'",
  "USE " DATABASE,
  "CREATE STABLE every (ts TIMESTAMP, b BOOL, i8 TINYINT, i16 SMALLINT, i32 INT, i64 BIGINT, u8 TINYINT UNSIGNED,"
  " u16 SMALLINT UNSIGNED, u32 INT UNSIGNED, u64 BIGINT UNSIGNED, f FLOAT, d DOUBLE, t VARCHAR(16), n NCHAR(16),"
  " x VARBINARY(16), g GEOMETRY(64), m DECIMAL(10, 2), q DECIMAL(30, 5), bl BLOB) TAGS (info JSON)",
  "CREATE TABLE one USING every TAGS ('{\"site\":\"roof\"}')",
  "INSERT INTO one VALUES (1700000000123456, true, -128, -32768, -2147483648, -9223372036854775808, 255, 65535, 4294967295,"
  " 18446744073709551615, 1.5, 0.1, 'plain', '\xe6\x96\x87\xe5\xad\x97', '\\xc0ffee', 'POINT(1 2)', 12.34,"
  " 1234567890123456789.12345, '\\x00ff')",
  "INSERT INTO one (ts) VALUES (1700000000123457)",
};

static int fail(TAOS_RES *res, const char *what) {
  fprintf(stderr, "%s\n  failed: [0x%08x] %s\n", what, (unsigned)taos_errno(res), taos_errstr(res));
  taos_free_result(res);
  return -1;
}

static int run(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  if (taos_errno(res) != 0) return fail(res, sql);
  taos_free_result(res);
  return 0;
}

/* A row as one line. JSON and GEOMETRY are left out: taos_print_row writes nothing for the one, raw bytes for the other. */
static int print_as_text(TAOS *taos) {
  const char *sql = "SELECT ts, b, i8, u64, f, d, t, n, x, m, q, bl FROM every ORDER BY ts";
  TAOS_RES *res = taos_query(taos, sql);
  if (taos_errno(res) != 0) return fail(res, sql);
  TAOS_FIELD *fields = taos_fetch_fields(res);
  int columns = taos_num_fields(res);
  TAOS_ROW row;
  char line[1024]; /* must hold the longest row; taos_print_row_with_size is for rows of unknown length */
  while ((row = taos_fetch_row(res)) != NULL) {
    taos_print_row(line, row, fields, columns);
    printf("%s\n", line);
  }
  if (taos_errno(res) != 0) return fail(res, sql);
  taos_free_result(res);
  return 0;
}

static void print_hex(const void *bytes, int length) {
  for (int i = 0; i < length; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
}

/* A value of fixed size. It may stand at any address: it is copied out, not read through a cast pointer. */
union number {
  int8_t i8;
  int16_t i16;
  int32_t i32;
  int64_t i64;
  uint8_t u8;
  uint16_t u16;
  uint32_t u32;
  uint64_t u64;
  float f;
  double d;
};

/* One value. `length` is that of taos_fetch_lengths; strings and bytes have no NUL at their end. */
static void print_value(int type, const void *cell, int length, int precision) {
  static const char *const unit[] = {"ms", "us", "ns"};
  union number v = {0};
  if (cell == NULL) {
    printf("NULL");
    return;
  }
  if (length <= (int)sizeof v) memcpy(&v, cell, (size_t)length);
  switch (type) {
    case TSDB_DATA_TYPE_BOOL: printf(v.i8 ? "true" : "false"); break;
    case TSDB_DATA_TYPE_TINYINT: printf("%" PRId8, v.i8); break;
    case TSDB_DATA_TYPE_SMALLINT: printf("%" PRId16, v.i16); break;
    case TSDB_DATA_TYPE_INT: printf("%" PRId32, v.i32); break;
    case TSDB_DATA_TYPE_BIGINT: printf("%" PRId64, v.i64); break;
    case TSDB_DATA_TYPE_UTINYINT: printf("%" PRIu8, v.u8); break;
    case TSDB_DATA_TYPE_USMALLINT: printf("%" PRIu16, v.u16); break;
    case TSDB_DATA_TYPE_UINT: printf("%" PRIu32, v.u32); break;
    case TSDB_DATA_TYPE_UBIGINT: printf("%" PRIu64, v.u64); break;
    case TSDB_DATA_TYPE_FLOAT: printf("%g", v.f); break;
    case TSDB_DATA_TYPE_DOUBLE: printf("%.17g", v.d); break;
    case TSDB_DATA_TYPE_TIMESTAMP: printf("%" PRId64 " %s since 1970", v.i64, unit[precision]); break;
    case TSDB_DATA_TYPE_VARCHAR:
    case TSDB_DATA_TYPE_NCHAR: /* UTF-8, like VARCHAR */
    case TSDB_DATA_TYPE_JSON: printf("%.*s", length, (const char *)cell); break;
    case TSDB_DATA_TYPE_DECIMAL:
    case TSDB_DATA_TYPE_DECIMAL64: printf("%s", (const char *)cell); break; /* text, with a NUL */
    default: print_hex(cell, length); /* VARBINARY, BLOB, and GEOMETRY as well-known binary */
  }
}

/* VARCHAR for TSDB_DATA_TYPE_VARCHAR. taos_data_type knows all types but one, which is newer than it. */
static const char *name_of(int type) {
  return type == TSDB_DATA_TYPE_DECIMAL64 ? "DECIMAL64" : taos_data_type(type) + strlen("TSDB_DATA_TYPE_");
}

/* Each column of each row. The second row has nothing but its time and its tag. */
static int print_values(TAOS *taos) {
  const char *sql = "SELECT * FROM every ORDER BY ts";
  TAOS_RES *res = taos_query(taos, sql);
  if (taos_errno(res) != 0) return fail(res, sql);
  TAOS_FIELD *fields = taos_fetch_fields(res);
  int columns = taos_num_fields(res), precision = taos_result_precision(res);
  TAOS_ROW row;
  for (int number = 1; (row = taos_fetch_row(res)) != NULL; number++) {
    int *lengths = taos_fetch_lengths(res); /* of this row */
    printf("row %d\n", number);
    for (int i = 0; i < columns; i++) {
      printf("  %-5s %-10s ", fields[i].name, name_of(fields[i].type));
      print_value(fields[i].type, row[i], lengths[i], precision);
      printf("\n");
    }
  }
  if (taos_errno(res) != 0) return fail(res, sql);
  taos_free_result(res);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT [USER PASSWORD]\n", argv[0]);
    return 2;
  }
  TAOS *taos = taos_connect(argv[1], argc == 5 ? argv[3] : NULL, argc == 5 ? argv[4] : NULL, NULL, (uint16_t)atoi(argv[2]));
  if (taos == NULL) {
    fprintf(stderr, "cannot connect: [0x%08x] %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
    return 1;
  }
  int good = 1;
  for (size_t i = 0; good && i < sizeof setup / sizeof *setup; i++) good = run(taos, setup[i]) == 0;
  good = good && print_as_text(taos) == 0 && print_values(taos) == 0;
  if (run(taos, "DROP DATABASE IF EXISTS " DATABASE) != 0) good = 0;
  taos_close(taos);
  taos_cleanup();
  return good ? 0 : 1;
}
