/* What the operations under faults share: the proxy's control port, what came of a call, rows and counts that must be true. */
#ifndef HARNESS_H
#define HARNESS_H
#include <arpa/inet.h>
#include <pthread.h>
#include <unistd.h>
#include "../c/stmt.h"

#define ROWS 9000 /* three of the sandbox's blocks */
#ifndef DEADLINES
#define DEADLINES "connect_timeout=1.5&read_timeout=1.5&conn_retries=1&retry_backoff_ms=20"
#endif

static const char *fault, *operation, *db;
static bool garbled; /* the fault changes bytes that nothing proves */
static int control;
static char through[200]; /* the connection string by way of the proxy */
static TAOS *taos;        /* by way of the proxy */
static TAOS *direct;      /* not through it */

static void command(const char *line) {
  char answer[8];
  if (write(control, line, strlen(line)) < 0 || read(control, answer, sizeof answer) < 3) {
    printf("the proxy has gone\n");
    exit(2);
  }
}

/* What the program does besides. */
static void (*when_armed)(void);

/* From here on the fault is in force. */
static void arm(void) {
  char line[200];
  snprintf(line, sizeof line, "arm %s %s\n", fault, operation);
  command(line);
  if (when_armed) when_armed();
}

static void heal(void) { command("heal\n"); }

static int dial(int port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&at, sizeof at)) {
    perror("control");
    exit(2);
  }
  return fd;
}

/* What the operation answered: success, or a code and a text that says why. */
__attribute__((unused))
static void outcome(int code, const char *text) {
  /* A code of the server's that a fault made up may be one without a text. */
  bool wordless = !text || (!*text && !garbled) || !strcmp(text, "success");
  if (code && (code > 0 || wordless)) failed(__FILE__, __LINE__, "%s: an error without a word: 0x%08x %s", operation, (unsigned)code, text ? text : "NULL");
  printf("outcome %s 0x%08x %s\n", operation, (unsigned)code, code && text ? text : "");
}

static TAOS *connect_through(void) {
  TAOS *made = taos_connect(through, "root", "taosdata", db, 0);
  if (!made) failed(__FILE__, __LINE__, "%s: no connection through the healthy proxy: 0x%08x %s", operation, (unsigned)taos_errno(NULL), taos_errstr(NULL));
  return made;
}

enum way { BY_ROW, BY_BLOCK, BY_RAW, BY_CALLBACK };

struct called {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int times, code;
  TAOS_RES *res;
};
#define CALLED (struct called) { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER }

static void call_back(void *param, TAOS_RES *res, int code) {
  struct called *called = param;
  pthread_mutex_lock(&called->lock);
  called->times++;
  called->code = code;
  called->res = res;
  pthread_cond_signal(&called->changed);
  pthread_mutex_unlock(&called->lock);
}

/* Waits for the callback's n-th call; its code, which counts rows when it is positive. */
static int await(struct called *called, int times) {
  pthread_mutex_lock(&called->lock);
  while (called->times < times) pthread_cond_wait(&called->changed, &called->lock);
  CHECK_INT(called->times, times);
  int code = called->code;
  pthread_mutex_unlock(&called->lock);
  return code;
}

static void check_row(TAOS_ROW row, int number) {
  if (garbled) return;
  if (!row[0] || !row[1] || *(int64_t *)row[0] != START + number || *(int32_t *)row[1] != number) failed(__FILE__, __LINE__, "%s: row %d is another", operation, number);
}

/* Reads all of `select ts, v from t`: rows that are right, and all of them or an error. */
__attribute__((unused))
static int read_rows(TAOS_RES *res, enum way way) {
  int seen = 0, code = 0;
  if (way == BY_ROW) {
    for (TAOS_ROW row; (row = taos_fetch_row(res));) check_row(row, seen++);
    code = taos_errno(res);
  } else if (way == BY_BLOCK) {
    int count;
    for (TAOS_ROW columns; !(code = taos_fetch_block_s(res, &count, &columns)) && count;)
      for (int i = 0; i < count; i++) {
        void *row[] = {(int64_t *)columns[0] + i, (int32_t *)columns[1] + i};
        check_row(row, seen++);
      }
  } else if (way == BY_RAW) {
    int count;
    for (void *data; !(code = taos_fetch_raw_block(res, &count, &data)) && count;) seen += count;
  } else {
    struct called called = CALLED;
    for (int times = 1;; times++) {
      taos_fetch_rows_a(res, call_back, &called);
      code = await(&called, times);
      if (code <= 0) break;
      for (int i = 0; i < code; i++) {
        TAOS_ROW row = taos_fetch_row(res);
        CHECK(row != NULL);
        if (row) check_row(row, seen);
        seen++;
      }
    }
  }
  if (!garbled && (seen > ROWS || (!code && seen != ROWS))) failed(__FILE__, __LINE__, "%s: %d rows and code 0x%08x", operation, seen, (unsigned)code);
  return code;
}

/* A write that answered success is there once; one that answered an error, at most once. */
__attribute__((unused))
static void check_written(const char *table, int code, int rows) {
  int64_t there = NUMBER(direct, "select count(*) from %s.%s", db, table);
  if (code ? there != 0 && there != rows : there != rows) failed(__FILE__, __LINE__, "%s: code 0x%08x and %lld rows, not %d", operation, (unsigned)code, (long long)there, rows);
}

/* The next call on the same connection, now that nothing is wrong. */
__attribute__((unused))
static void check_healthy(void) {
  TAOS_RES *res = taos_query(taos, "select v from one");
  TAOS_ROW row = taos_fetch_row(res);
  if (taos_errno(res) || !row || *(int32_t *)row[0] != 42) failed(__FILE__, __LINE__, "after %s: 0x%08x %s", operation, (unsigned)taos_errno(res), taos_errstr(res));
  taos_free_result(res);
}

/* Threads of the process, as soon as they are so many: one that has been joined may be seen for a moment until the kernel has
 * taken it down. */
__attribute__((unused))
static int threads_left(int wanted) {
  int count = entries("/proc/self/task");
  for (int i = 0; i < 1000 && count != wanted; i++, count = entries("/proc/self/task")) usleep(1000);
  return count;
}

/* `t` with ROWS rows, and `one` with one. */
static void set_up(int port) {
  char host[] = "127.0.0.1";
  direct = taos_connect(host, "root", "taosdata", NULL, (uint16_t)port);
  if (!direct) exit(2);
  RUN(direct, "create database %s vgroups 1 wal_retention_period 3600", db);
  RUN(direct, "create table %s.one (ts timestamp, v int)", db);
  RUN(direct, "insert into %s.one values (now, 42)", db);
  RUN(direct, "create table %s.t (ts timestamp, v int)", db);
  static char values[1 << 17];
  for (int first = 0; first < ROWS; first += ROWS / 3) {
    char *at = values;
    for (int i = first; i < first + ROWS / 3; i++) at += sprintf(at, "(%lld, %d)", (long long)START + i, i);
    RUN(direct, "insert into %s.t values %s", db, values);
  }
}
#endif
