/* Writes, reads and consumes while each server of a cluster is restarted, until it is told to end: a line on standard input.
 *
 *   rolling PORT DATABASE WRITERS
 *
 * Only one server is named; the others are told. Each writer has a table and writes one row after the other, and now and then
 * reads what it has written. A row whose connection was lost while it was in flight may be there or not: the writer looks, and writes it
 * again if it is not, as a further attempt. Two consumers, each of a group of its own, get all that is written. At the end each row is there
 * once, and each consumer had each attempt that was executed once. Prints the numbers. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#include "check.h"

#define MOST_WRITERS 16
#define MOST_ROWS 200000
#define MOST_ATTEMPTS 4
#define T0 1700000000000ll
static const char *db;
static int port, writers;
static atomic_int over, drained;
static atomic_long queries, unsure, executed, again;
static int rows[MOST_WRITERS];

struct consumer {
  tmq_t *tmq;
  long got, twice;
  unsigned char *seen[MOST_WRITERS]; /* by row: a bit for each attempt */
};

static TAOS *reach(const char *discover) {
  char url[200];
  snprintf(url, sizeof url, "ws://root:taosdata@127.0.0.1:%d?discover=%s", port, discover);
  TAOS *taos = taos_connect(url, NULL, NULL, NULL, 0);
  CHECK(taos != NULL);
  return taos;
}

/* The number in the first column of the only row. Every statement that reads has to be answered, and its row to be had. */
static long long number(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  CHECK_CODE(taos_errno(res), 0);
  TAOS_ROW row = taos_fetch_row(res);
  CHECK_CODE(taos_errno(res), 0);
  if (taos_errno(res)) fprintf(stderr, "%s\n", taos_errstr(res));
  long long value = row && row[0] ? *(int64_t *)row[0] : -1;
  taos_free_result(res);
  queries++;
  return value;
}

static void write_row(TAOS *taos, int me, int row) {
  char sql[200], look[200];
  snprintf(look, sizeof look, "SELECT COUNT(*) FROM %s.w%d WHERE ts = %lld", db, me, T0 + row);
  for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    snprintf(sql, sizeof sql, "INSERT INTO %s.w%d VALUES (%lld, %d, %d, %d)", db, me, T0 + row, me, row, attempt);
    TAOS_RES *res = taos_query(taos, sql);
    int code = taos_errno(res);
    if (code) CHECK_CODE(code, 0x80000018); /* it was in flight; whatever else fails is tried elsewhere */
    if (code) CHECK_SAID_WHY(res);
    taos_free_result(res);
    if (!code) return;
    unsure++;
    if (number(taos, look) == 1) {
      executed++;
      return;
    }
    again++;
  }
  CHECK(!"a row could be written");
}

static void *writes(void *arg) {
  int me = (int)(intptr_t)arg;
  char sql[200];
  TAOS *taos = reach("balance");
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s.w%d", db, me);
  for (; !over && rows[me] < MOST_ROWS; rows[me]++) {
    write_row(taos, me, rows[me]);
    if (rows[me] % 5 == 0) CHECK(number(taos, sql) == rows[me] + 1);
  }
  taos_close(taos);
  return NULL;
}

static void subscribe(struct consumer *me, const char *group) {
  char text[200];
  tmq_conf_t *conf = tmq_conf_new();
  snprintf(text, sizeof text, "127.0.0.1:%d", port);
  tmq_conf_set(conf, "td.connect.ip", text);
  tmq_conf_set(conf, "group.id", group);
  tmq_conf_set(conf, "auto.offset.reset", "earliest");
  tmq_conf_set(conf, "discover", "balance");
  me->tmq = tmq_consumer_new(conf, NULL, 0);
  CHECK(me->tmq != NULL);
  tmq_conf_destroy(conf);
  tmq_list_t *topics = tmq_list_new();
  snprintf(text, sizeof text, "%s_t", db);
  tmq_list_append(topics, text);
  CHECK_CODE(tmq_subscribe(me->tmq, topics), 0);
  tmq_list_destroy(topics);
  for (int i = 0; i < writers; i++) me->seen[i] = calloc(MOST_ROWS, 1);
}

static void *consumes(void *arg) {
  struct consumer *me = arg;
  int quiet = 0;
  while (!drained || quiet < 3) {
    TAOS_RES *message = tmq_consumer_poll(me->tmq, 300);
    quiet = message || taos_errno(NULL) ? 0 : quiet + 1;
    for (TAOS_ROW row; message && (row = taos_fetch_row(message));) {
      unsigned char *seen = &me->seen[*(int32_t *)row[1]][*(int32_t *)row[2]], bit = 1 << *(int32_t *)row[3];
      me->got++;
      me->twice += (*seen & bit) != 0;
      *seen |= bit;
    }
    taos_free_result(message);
  }
  CHECK_CODE(tmq_consumer_close(me->tmq), 0);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  port = atoi(argv[1]);
  db = argv[2];
  writers = atoi(argv[3]);
  char sql[200];
  struct consumer consumers[2] = {{0}};
  pthread_t writing[MOST_WRITERS], consuming[2];
  TAOS *taos = reach("failover");
  RUN(taos, "CREATE DATABASE IF NOT EXISTS %s WAL_RETENTION_PERIOD 3600", db);
  RUN(taos, "CREATE STABLE %s.s (ts TIMESTAMP, w INT, v INT, a INT) TAGS (n INT)", db);
  for (int i = 0; i < writers; i++) RUN(taos, "CREATE TABLE %s.w%d USING %s.s TAGS (%d)", db, i, db, i);
  RUN(taos, "CREATE TOPIC %s_t AS SELECT ts, w, v, a FROM %s.s", db, db);
  subscribe(&consumers[0], "g0");
  subscribe(&consumers[1], "g1");
  for (intptr_t i = 0; i < writers; i++) pthread_create(&writing[i], NULL, writes, (void *)i);
  for (int i = 0; i < 2; i++) pthread_create(&consuming[i], NULL, consumes, &consumers[i]);
  printf("ready\n");
  fflush(stdout);
  while (getchar() != '\n') {}
  over = 1;
  for (int i = 0; i < writers; i++) pthread_join(writing[i], NULL);
  drained = 1;
  long all = 0, lost = 0, twice = 0, got = 0;
  for (int i = 0; i < 2; i++) pthread_join(consuming[i], NULL);
  for (int w = 0; w < writers; w++) {
    all += rows[w];
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s.w%d", db, w);
    CHECK_INT(number(taos, sql), rows[w]);
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s.w%d WHERE ts >= %lld AND ts < %lld", db, w, T0, T0 + rows[w]);
    CHECK_INT(number(taos, sql), rows[w]);
  }
  for (int i = 0; i < 2; i++) {
    for (int w = 0; w < writers; w++) {
      for (int row = 0; row < rows[w]; row++) lost += !consumers[i].seen[w][row];
      free(consumers[i].seen[w]);
    }
    twice += consumers[i].twice;
    got += consumers[i].got;
  }
  CHECK_INT(lost, 0);
  CHECK_INT(twice, 0);
  taos_close(taos);
  printf("%ld rows written; %ld writes in flight when their connection was lost, of which %ld were there and %ld written again; "
         "%ld reads answered; two consumers got %ld rows, %ld missed, %ld twice\n",
         all, (long)unsure, (long)executed, (long)again, (long)queries, got, lost, twice);
  return finish();
}
