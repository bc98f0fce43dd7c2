/* How long polls wait, who gets what, where a consumer stands: polling HOST PORT DATABASE. */
#include <pthread.h>
#include <unistd.h>
#include "subscriber.h"

#define INVALID_PARA 0x80000118u
#define NOT_POLLED 0x80004010u
#define NO_COMMITTED 0x80004011u
#define OUT_OF_RANGE 0x80004007u
#define ROWS 20

static char **where;
static char topic[200];

static void insert(TAOS *taos, int value) { RUN(taos, "INSERT INTO t VALUES (%lld, %d)", 1700000000000ll + value, value); }

/* The first value of a message, which is freed; -1 for none. */
static int value_of(TAOS_RES *message) {
  TAOS_ROW row = message ? taos_fetch_row(message) : NULL;
  int value = row ? *(int32_t *)row[1] : -1;
  taos_free_result(message);
  return value;
}

static void *waits(void *tmq) {
  TAOS_RES *message = tmq_consumer_poll(tmq, -1);
  return (void *)(intptr_t)value_of(message);
}

/* A poll without an end returns with the row that another thread writes; one of 0 finds what is there, or nothing. */
static void timeouts(TAOS *taos) {
  tmq_t *tmq = SUBSCRIBER(where, topic, "timeouts", "auto.offset.reset", "latest", NULL);
  CHECK(tmq_consumer_poll(tmq, 0) == NULL);
  CHECK_CODE(taos_errno(NULL), 0);
  pthread_t thread;
  pthread_create(&thread, NULL, waits, tmq);
  usleep(700000);
  insert(taos, ROWS);
  void *value;
  pthread_join(thread, &value);
  CHECK_INT((intptr_t)value, ROWS);
  insert(taos, ROWS + 1);
  TAOS_RES *message = NULL;
  for (int i = 0; i < 1000 && !message; i++) message = tmq_consumer_poll(tmq, 0);
  CHECK_INT(value_of(message), ROWS + 1);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static int seen[ROWS];

static void *reads(void *tmq) {
  for (int idle = 0; idle < 3;) {
    TAOS_RES *message = tmq_consumer_poll(tmq, 200);
    idle = message ? 0 : idle + 1;
    for (TAOS_ROW row; message && (row = taos_fetch_row(message));) {
      int value = *(int32_t *)row[1];
      if (value < ROWS) __atomic_add_fetch(&seen[value], 1, __ATOMIC_SEQ_CST);
    }
    taos_free_result(message);
  }
  return NULL;
}

static void two_threads(void) {
  tmq_t *tmq = SUBSCRIBER(where, topic, "two", "min.poll.rows", "1", NULL);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, reads, tmq);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < ROWS; i++) CHECK_INT(seen[i], 1);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

/* Back to the beginning, into the middle, to the end and behind it; positions and commits along the way. */
static void places(void) {
  tmq_t *tmq = SUBSCRIBER(where, topic, "places", "min.poll.rows", "1", NULL);
  tmq_topic_assignment *list = NULL;
  int32_t count = 0;
  CHECK_CODE(tmq_get_topic_assignment(tmq, topic, &list, &count), 0);
  CHECK_INT(count, 1);
  tmq_topic_assignment at = list[0];
  tmq_free_assignment(list);
  CHECK_CODE(tmq_committed(tmq, topic, at.vgId), NO_COMMITTED);
  int64_t middle = -1, behind = -1;
  int first = -1;
  for (int i = 0; i < 10; i++) {
    TAOS_RES *message = next_message(tmq);
    if (i == 5) middle = tmq_get_vgroup_offset(message);
    int value = value_of(message);
    if (i == 5) first = value;
    behind = tmq_position(tmq, topic, at.vgId);
  }
  CHECK(first > 0 && middle > at.begin && behind > middle && behind < at.end);
  CHECK_CODE(tmq_committed(tmq, topic, at.vgId), NO_COMMITTED);
  CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
  CHECK_INT(tmq_committed(tmq, topic, at.vgId), behind);
  CHECK_CODE(tmq_offset_seek(tmq, topic, at.vgId, middle), 0);
  CHECK_INT(tmq_position(tmq, topic, at.vgId), middle);
  CHECK_INT(tmq_committed(tmq, topic, at.vgId), behind);
  CHECK_INT(value_of(next_message(tmq)), first);
  CHECK_CODE(tmq_offset_seek(tmq, topic, at.vgId, at.begin), 0);
  CHECK_INT(value_of(next_message(tmq)), 0);
  CHECK_CODE(tmq_get_topic_assignment(tmq, topic, &list, &count), 0);
  at = list[0];
  tmq_free_assignment(list);
  CHECK_CODE(tmq_offset_seek(tmq, topic, at.vgId, at.end + 1), OUT_OF_RANGE);
  CHECK_CODE(tmq_offset_seek(tmq, topic, at.vgId, at.end), 0);
  CHECK(tmq_consumer_poll(tmq, 200) == NULL);
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  /* where it stood is not where its group goes on: that is the commit */
  tmq = SUBSCRIBER(where, topic, "places", "min.poll.rows", "1", NULL);
  CHECK_INT(value_of(next_message(tmq)), 10);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

/* Silent for longer than the server waits for a poll: the consumer loses its vgroup, and finds back with nothing lost. */
static void busy(TAOS *taos) {
  tmq_t *tmq = SUBSCRIBER(where, topic, "busy", "min.poll.rows", "1", "max.poll.interval.ms", "1000", "session.timeout.ms", "6000", NULL);
  for (int i = 0; i < ROWS; i++) {
    TAOS_RES *message = next_message(tmq);
    if (i == 4) {
      CHECK_CODE(tmq_commit_sync(tmq, message), 0);
      sleep(3);
      insert(taos, ROWS + 2);
    }
    CHECK_INT(value_of(message), i);
  }
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static int calls;

static void hear(tmq_t *tmq, int32_t code, void *param) {
  (void)tmq;
  CHECK_CODE(code, (uint32_t)(uintptr_t)param);
  __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
}

static void closed(void) {
  tmq_t *tmq = SUBSCRIBER(where, topic, "closed", NULL);
  TAOS_RES *message = next_message(tmq);
  tmq_commit_async(tmq, message, hear, (void *)0);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  tmq_topic_assignment *list;
  tmq_list_t *topics = tmq_list_new();
  int32_t count;
  CHECK(tmq_consumer_poll(tmq, 10) == NULL);
  CHECK_CODE(taos_errno(NULL), INVALID_PARA);
  CHECK_CODE(tmq_subscribe(tmq, topics), INVALID_PARA);
  CHECK_CODE(tmq_unsubscribe(tmq), INVALID_PARA);
  CHECK_CODE(tmq_commit_sync(tmq, message), INVALID_PARA);
  CHECK_CODE(tmq_offset_seek(tmq, topic, 2, 0), INVALID_PARA);
  CHECK_CODE(tmq_position(tmq, topic, 2), INVALID_PARA);
  CHECK_CODE(tmq_committed(tmq, topic, 2), INVALID_PARA);
  CHECK_CODE(tmq_get_topic_assignment(tmq, topic, &list, &count), INVALID_PARA);
  CHECK(tmq_get_connect(tmq) == NULL);
  tmq_commit_async(tmq, message, hear, (void *)(uintptr_t)INVALID_PARA);
  tmq_commit_async(tmq, NULL, hear, (void *)(uintptr_t)INVALID_PARA);
  for (int i = 0; i < 1000 && __atomic_load_n(&calls, __ATOMIC_SEQ_CST) < 3; i++) usleep(10000);
  CHECK_INT(calls, 3);
  CHECK_INT(value_of(message), 0);
  tmq_list_destroy(topics);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  where = argv;
  snprintf(topic, sizeof topic, "%s_polling", argv[3]);
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s VGROUPS 1 WAL_RETENTION_PERIOD 3600", argv[3]);
  RUN(taos, "USE %s", argv[3]);
  RUN(taos, "CREATE TABLE t (ts TIMESTAMP, v INT)");
  RUN(taos, "CREATE TOPIC %s AS SELECT ts, v FROM t", topic);
  for (int i = 0; i < ROWS; i++) insert(taos, i);
  timeouts(taos);
  two_threads();
  places();
  busy(taos);
  closed();
  RUN(taos, "DROP TOPIC %s", topic);
  taos_close(taos);
  return finish();
}
