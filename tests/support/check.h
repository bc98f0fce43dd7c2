/* Checks for the C programs of the tests: a failed check says where and what, the program goes on and exits with 1. */
#ifndef CHECK_H
#define CHECK_H
#include <dirent.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "taos.h"

static int failures;

__attribute__((unused, format(printf, 3, 4)))
static void failed(const char *file, int line, const char *format, ...) {
  va_list args;
  printf("%s:%d: ", file, line);
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  printf("\n");
  __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
}

#define CHECK(condition) \
  do { \
    if (!(condition)) failed(__FILE__, __LINE__, "not so: %s", #condition); \
  } while (0)
#define CHECK_INT(got, want) \
  do { \
    int64_t got_ = (int64_t)(got), want_ = (int64_t)(want); \
    if (got_ != want_) failed(__FILE__, __LINE__, "%s is %" PRId64 " (0x%08x), not %" PRId64 " (0x%08x)", #got, got_, (unsigned)got_, want_, (unsigned)want_); \
  } while (0)
/* Error codes are 32-bit patterns: 0x80002603 and its negative int are one code. */
#define CHECK_CODE(got, want) \
  do { \
    uint32_t got_ = (uint32_t)(got), want_ = (uint32_t)(want); \
    if (got_ != want_) failed(__FILE__, __LINE__, "%s is 0x%08x, not 0x%08x", #got, got_, want_); \
  } while (0)
#define CHECK_STR(got, want) \
  do { \
    const char *got_ = (got), *want_ = (want); \
    if (!got_ || strcmp(got_, want_)) failed(__FILE__, __LINE__, "%s is %s%s%s, not \"%s\"", #got, got_ ? "\"" : "", got_ ? got_ : "NULL", got_ ? "\"" : "", want_); \
  } while (0)
#define CHECK_PREFIX(got, want) \
  do { \
    const char *got_ = (got), *want_ = (want); \
    if (!got_ || strncmp(got_, want_, strlen(want_))) failed(__FILE__, __LINE__, "%s is \"%s\", not \"%s…\"", #got, got_ ? got_ : "NULL", want_); \
  } while (0)
/* The last error of this thread is a failure that says something. */
#define CHECK_SAID_WHY(res) \
  do { \
    const char *why_ = taos_errstr(res); \
    if (taos_errno(res) == 0) failed(__FILE__, __LINE__, "no error code"); \
    if (!why_ || !*why_ || !strcmp(why_, "success")) failed(__FILE__, __LINE__, "no error text: %s", why_ ? why_ : "NULL"); \
  } while (0)

/* How many entries a folder has; of /proc/self/fd and /proc/self/task, how many descriptors and threads there are. */
__attribute__((unused))
static int entries(const char *folder) {
  DIR *dir = opendir(folder);
  int count = 0;
  while (dir && readdir(dir)) count++;
  if (dir) closedir(dir);
  return count;
}

/* Connects as argv says (HOST PORT …), or ends the program. */
__attribute__((unused))
static TAOS *connect_to(char **argv, const char *db) {
  TAOS *taos = taos_connect(argv[1], "root", "taosdata", db, (uint16_t)atoi(argv[2]));
  if (!taos) {
    printf("cannot connect to %s port %s: 0x%08x %s\n", argv[1], argv[2], (unsigned)taos_errno(NULL), taos_errstr(NULL));
    exit(2);
  }
  return taos;
}

/* The result of a statement that must work. */
__attribute__((unused, format(printf, 2, 3)))
static TAOS_RES *query(TAOS *taos, const char *format, ...) {
  char *sql = NULL;
  va_list args;
  va_start(args, format);
  if (vasprintf(&sql, format, args) < 0) exit(2);
  va_end(args);
  TAOS_RES *res = taos_query(taos, sql);
  if (!res || taos_errno(res)) {
    printf("failed: 0x%08x %s\n  in: %.300s\n", (unsigned)taos_errno(res), taos_errstr(res), sql);
    exit(2);
  }
  free(sql);
  return res;
}

/* Runs a statement that must work; returns its affected rows. */
#define RUN(taos, ...) run_statement(query(taos, __VA_ARGS__))
__attribute__((unused))
static int run_statement(TAOS_RES *res) {
  int affected = taos_affected_rows(res);
  taos_free_result(res);
  return affected;
}

/* The first cell of a one-row query of a whole number. */
#define NUMBER(taos, ...) first_number(query(taos, __VA_ARGS__))
__attribute__((unused))
static int64_t first_number(TAOS_RES *res) {
  TAOS_ROW row = taos_fetch_row(res);
  TAOS_FIELD *field = taos_fetch_fields(res);
  int64_t value = INT64_MIN;
  if (row && row[0] && field) {
    if (field->bytes == 8) memcpy(&value, row[0], 8);
    if (field->bytes == 4) { int32_t v; memcpy(&v, row[0], 4); value = v; }
  }
  taos_free_result(res);
  return value;
}

/* Ends the program: stops the library's threads, and tells how the checks went. */
__attribute__((unused))
static int finish(void) {
  taos_cleanup();
  if (failures) printf("%d checks failed\n", failures);
  return failures != 0;
}
#endif
