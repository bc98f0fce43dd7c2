/* Writes and consumes while the servers go and return, until it is told to end: a line on standard input.
 *
 *   restarts DATABASE WRITERS STEADY_PORT PORT...
 *
 * STEADY_PORT stays; the way to it is cut now and then, and two consumers read there what a thread of their own writes. Each
 * writer has a PORT of its own, a server with its data on disk that is killed and restarted. At the end each row that was
 * acknowledged is there, and no consumer has missed one. Prints what was written, failed, and took longest. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

#define MOST 4000000
#define T0 1700000000000ll
static const char *db;
static atomic_int over, drained;
static atomic_long written, failing, longest;

struct writer {
  int number, port, count;
  char *acknowledged; /* by row */
};

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void took(int64_t ms) {
  long most = longest;
  while (ms > most && !atomic_compare_exchange_weak(&longest, &most, ms)) {}
}

static TAOS *reach(int port) {
  char url[200];
  snprintf(url, sizeof url, "ws://root:taosdata@127.0.0.1:%d?retry_backoff_ms=20&retry_backoff_max_ms=200&conn_retries=3&read_timeout=10&connect_timeout=5", port);
  TAOS *taos = NULL;
  for (int i = 0; i < 600 && !taos; i++) {
    taos = taos_connect(url, NULL, NULL, NULL, 0);
    if (!taos) usleep(50000);
  }
  CHECK(taos != NULL);
  return taos;
}

static void *writes(void *arg) {
  struct writer *me = arg;
  char sql[200];
  TAOS *taos = reach(me->port);
  for (; taos && !over && me->count < MOST; me->count++) {
    snprintf(sql, sizeof sql, "INSERT INTO %s.w%d VALUES (%lld, %d)", db, me->number, T0 + me->count, me->count);
    int64_t start = now();
    TAOS_RES *res = taos_query(taos, sql);
    took(now() - start);
    if (taos_errno(res) == 0) {
      me->acknowledged[me->count] = 1;
      written++;
    } else {
      CHECK_SAID_WHY(res);
      failing++;
    }
    taos_free_result(res);
  }
  taos_close(taos);
  return NULL;
}

/* Every acknowledged row is there. */
static void compare(struct writer *w) {
  TAOS *taos = reach(w->port);
  TAOS_RES *res = query(taos, "SELECT v FROM %s.w%d", db, w->number);
  char *there = calloc(MOST, 1);
  TAOS_ROW row;
  while ((row = taos_fetch_row(res))) there[*(int32_t *)row[0]] = 1;
  CHECK_CODE(taos_errno(res), 0);
  int missing = 0;
  for (int i = 0; i < w->count; i++) missing += w->acknowledged[i] && !there[i];
  CHECK_INT(missing, 0);
  free(there);
  taos_free_result(res);
  taos_close(taos);
}

struct reader {
  int port, again;
  char *seen;
  struct writer *source;
};

static void *reads(void *arg) {
  struct reader *me = arg;
  char text[200];
  tmq_conf_t *conf = tmq_conf_new();
  snprintf(text, sizeof text, "127.0.0.1:%d", me->port);
  tmq_conf_set(conf, "td.connect.ip", text);
  snprintf(text, sizeof text, "g%p", arg);
  tmq_conf_set(conf, "group.id", text);
  tmq_conf_set(conf, "auto.offset.reset", "earliest");
  tmq_t *tmq = NULL;
  for (int i = 0; i < 600 && !tmq; i++)
    if (!(tmq = tmq_consumer_new(conf, NULL, 0))) usleep(50000);
  tmq_conf_destroy(conf);
  CHECK(tmq != NULL);
  tmq_list_t *topics = tmq_list_new();
  snprintf(text, sizeof text, "%s_t", db);
  tmq_list_append(topics, text);
  int code = -1;
  for (int i = 0; i < 600 && code; i++)
    if ((code = tmq_subscribe(tmq, topics))) usleep(50000);
  CHECK_CODE(code, 0);
  tmq_list_destroy(topics);
  int quiet = 0;
  while (!drained || quiet < 3) {
    int64_t start = now();
    TAOS_RES *message = tmq_consumer_poll(tmq, 300), *m = message;
    took(now() - start);
    quiet = message || taos_errno(NULL) ? 0 : quiet + 1;
    for (TAOS_ROW row; m && (row = taos_fetch_row(m));) {
      int v = *(int32_t *)row[1];
      me->again += me->seen[v];
      me->seen[v] = 1;
    }
    taos_free_result(message);
  }
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  db = argv[1];
  int count = atoi(argv[2]), steady = atoi(argv[3]), ports = argc - 4, again = 0;
  struct writer writers[64] = {{0}};
  struct reader readers[2] = {{0}};
  pthread_t threads[64], reading[2];
  for (int i = 0; i <= count; i++) {
    writers[i] = (struct writer){.number = i, .port = i < count ? atoi(argv[4 + i % ports]) : steady, .acknowledged = calloc(MOST, 1)};
    TAOS *taos = reach(writers[i].port);
    RUN(taos, "CREATE DATABASE IF NOT EXISTS %s WAL_RETENTION_PERIOD 3600", db);
    RUN(taos, "CREATE TABLE %s.w%d (ts TIMESTAMP, v INT)", db, i);
    if (i == count) RUN(taos, "CREATE TOPIC %s_t AS SELECT ts, v FROM %s.w%d", db, db, i);
    taos_close(taos);
  }
  printf("ready\n");
  fflush(stdout);
  for (int i = 0; i <= count; i++) pthread_create(&threads[i], NULL, writes, &writers[i]);
  for (int i = 0; i < 2; i++) {
    readers[i] = (struct reader){.port = steady, .seen = calloc(MOST, 1), .source = &writers[count]};
    pthread_create(&reading[i], NULL, reads, &readers[i]);
  }
  while (getchar() != '\n') {}
  over = 1;
  for (int i = 0; i <= count; i++) pthread_join(threads[i], NULL);
  drained = 1;
  for (int i = 0; i < 2; i++) pthread_join(reading[i], NULL);
  for (int i = 0; i <= count; i++) compare(&writers[i]);
  for (int i = 0; i < 2; i++) {
    int missed = 0;
    for (int v = 0; v < writers[count].count; v++) missed += writers[count].acknowledged[v] && !readers[i].seen[v];
    CHECK_INT(missed, 0);
    again += readers[i].again;
    free(readers[i].seen);
  }
  for (int i = 0; i <= count; i++) free(writers[i].acknowledged);
  CHECK(longest < 30000); /* every deadline above, and as long again */
  printf("%ld rows, %ld calls failed, the longest took %ld ms, %d rows came twice\n", (long)written, (long)failing, (long)longest, again);
  return finish();
}
