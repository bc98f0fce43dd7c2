/* What the programs about prepared statements share: binds in a line, and calls that must work. */
#ifndef STMT_H
#define STMT_H
#include "cells.h"
#include "check.h"

#define START INT64_C(1700000000000)
#define SAY1(stmt, call) \
  do { \
    int rc_ = (call); \
    if (rc_) failed(__FILE__, __LINE__, "%s: 0x%08x %s", #call, (unsigned)rc_, taos_stmt_errstr(stmt)); \
  } while (0)
#define SAY2(stmt, call) \
  do { \
    int rc_ = (call); \
    if (rc_) failed(__FILE__, __LINE__, "%s: 0x%08x %s", #call, (unsigned)rc_, taos_stmt2_error(stmt)); \
  } while (0)

/* `num` values of a version 1 statement, `width` bytes from each other. */
#define BIND1(type, values, width, lengths, nulls, rows) \
  (TAOS_MULTI_BIND) { .buffer_type = TSDB_DATA_TYPE_##type, .buffer = (values), .buffer_length = (width), .length = (lengths), .is_null = (nulls), .num = (rows) }
/* The same of version 2: values of variable types stand one behind the other. */
#define BIND2(type, values, lengths, nulls, rows) \
  (TAOS_STMT2_BIND) { .buffer_type = TSDB_DATA_TYPE_##type, .buffer = (values), .length = (lengths), .is_null = (nulls), .num = (rows) }

/* The rows of a result, as lines of text. */
__attribute__((unused))
static char *lines_of(TAOS_RES *res) {
  static char text[1 << 16];
  FILE *out = fmemopen(text, sizeof text - 1, "w");
  for (TAOS_ROW row; (row = taos_fetch_row(res));) {
    put_row(out, row, taos_fetch_fields(res), taos_fetch_lengths(res), taos_num_fields(res));
    fputc('\n', out);
  }
  if (taos_errno(res)) fprintf(out, "error 0x%08x %s\n", (unsigned)taos_errno(res), taos_errstr(res));
  fputc(0, out);
  fclose(out);
  return text;
}

__attribute__((unused, format(printf, 2, 3)))
static char *ask(TAOS *taos, const char *format, ...) {
  char sql[2000];
  va_list args;
  va_start(args, format);
  vsnprintf(sql, sizeof sql, format, args);
  va_end(args);
  TAOS_RES *res = query(taos, "%s", sql);
  char *text = lines_of(res);
  taos_free_result(res);
  return text;
}

/* Connects as argv says (HOST PORT DATABASE PRECISION …) and makes the database; `unit` are its ticks in a millisecond. */
__attribute__((unused))
static TAOS *database_of(char **argv, int64_t *unit) {
  TAOS *taos = connect_to(argv, NULL);
  *unit = !strcmp(argv[4], "ms") ? 1 : !strcmp(argv[4], "us") ? 1000 : 1000000;
  RUN(taos, "create database if not exists %s precision '%s'", argv[3], argv[4]);
  RUN(taos, "use %s", argv[3]);
  return taos;
}

/* Connects as argv says (HOST PORT DATABASE …), and makes a database with an ordinary table t, a super table s and its child c1. */
__attribute__((unused))
static TAOS *with_tables(char **argv) {
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "create database %s", argv[3]);
  RUN(taos, "use %s", argv[3]);
  RUN(taos, "create table t (ts timestamp, v int)");
  RUN(taos, "create table s (ts timestamp, v int) tags (id int)");
  RUN(taos, "create table c1 using s tags (1)");
  return taos;
}

/* What the server takes: everything; what version 1's actions carry, which servers before 3.3.3.0 have; of these inserts only. */
enum { INSERTS, OLD, ALL };
__attribute__((unused))
static int taken_by(const char *server) {
  return !server ? ALL : !strcmp(server, "inserts") ? INSERTS : !strcmp(server, "old") ? OLD : ALL;
}
/* A call that must fail, and say from which version on it would not. */
#define NEEDS(code, text, version) \
  do { \
    int rc_ = (code); \
    const char *text_ = (text); \
    if ((unsigned)rc_ != 0x80000100 || !strstr(text_, "needs a server from " version)) failed(__FILE__, __LINE__, "%s: 0x%08x %s", #code, (unsigned)rc_, text_); \
  } while (0)

/* A column of each type but JSON, which only a tag can have, and BLOB; decimals come last, as old servers have none. */
#define OLD_COLUMNS \
  "b bool, i8 tinyint, i16 smallint, i32 int, i64 bigint, u8 tinyint unsigned, u16 smallint unsigned, u32 int unsigned, u64 bigint unsigned, " \
  "f float, d double, v varchar(20), n nchar(20), x varbinary(20), g geometry(100)"
#define ALL_COLUMNS OLD_COLUMNS ", m decimal(10,2), q decimal(38,5)"
#define OLD_COUNT 15
#define ALL_COUNT 17

/* The values bound to them in two rows; the third row is NULL everywhere. */
struct all {
  int64_t ts[3];
  int8_t b[3], i8[3];
  int16_t i16[3];
  int32_t i32[3];
  int64_t i64[3];
  uint8_t u8[3];
  uint16_t u16[3];
  uint32_t u32[3];
  uint64_t u64[3];
  float f[3];
  double d[3];
  int64_t m[3];
  __extension__ __int128 q[3];
};
#define NCHAR_1 "\xe4\xb8\x80" "a\xf0\x9f\x98\x80"
/* POINT(1 2), little-endian WKB. */
#define POINT "\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"
#define POINT_LENGTH 21
static const struct all VALUES = {
  {START, START + 1, START + 2}, {1, 0, 0}, {-128, 127, 0}, {-32768, 32767, 0}, {INT32_MIN, INT32_MAX, 0}, {INT64_MIN + 1, INT64_MAX, 0},
  {0, 255, 0}, {0, 65535, 0}, {0, UINT32_MAX, 0}, {0, UINT64_MAX, 0}, {-1.5f, 3.25f, 0}, {-1e300, 0.1, 0}, {-12345, 9999999999, 0}, {-100000, 1, 0}};
/* As cells.h prints them, without the timestamp. */
#define OLD_PRINTED_1 "1\t-128\t-32768\t-2147483648\t-9223372036854775807\t0\t0\t0\t0\t-1.5\t-1.0000000000000001e+300\tabc\t" NCHAR_1 "\t0x00ff\t0x0101000000000000000000f03f0000000000000040"
#define OLD_PRINTED_2 "0\t127\t32767\t2147483647\t9223372036854775807\t255\t65535\t4294967295\t18446744073709551615\t3.25\t0.10000000000000001\t\t\t0x\t0x0101000000000000000000f03f0000000000000040"
#define ALL_PRINTED_1 OLD_PRINTED_1 "\t-123.45\t-1.00000"
#define ALL_PRINTED_2 OLD_PRINTED_2 "\t99999999.99\t0.00001"
#define ALL_NULL OLD_NULL "\t\\N\t\\N"
#define OLD_NULL "\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N"

#endif
