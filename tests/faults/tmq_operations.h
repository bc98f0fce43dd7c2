/* The operations of subscriptions. */
#ifndef TMQ_OPERATIONS_H
#define TMQ_OPERATIONS_H
#include "harness.h"

#define MESSAGES 5
#ifndef LIMIT
#define LIMIT "1.5"
#endif
static const char *proxy_port;
static char topic[100];

static void set_up_topic(void) {
  snprintf(topic, sizeof topic, "%s_topic", db);
  RUN(direct, "create stable %s.st (ts timestamp, v int) tags (g int)", db);
  RUN(direct, "create table %s.c1 using %s.st tags (1)", db, db);
  for (int i = 0; i < MESSAGES; i++) RUN(direct, "insert into %s.c1 values (%lld, %d)", db, (long long)START + i, i);
  RUN(direct, "create topic %s as stable %s.st", topic, db);
}

static void drop_topic(void) { RUN(direct, "drop topic force %s", topic); }

static tmq_t *new_consumer(char *why, int size) {
  const char *pairs[][2] = {{"td.connect.ip", "127.0.0.1"}, {"td.connect.port", proxy_port}, {"group.id", operation}, {"auto.offset.reset", "earliest"},
                            {"enable.auto.commit", "false"}, {"connect_timeout", LIMIT}, {"read_timeout", LIMIT}, {"conn_retries", "1"}, {"retry_backoff_ms", "20"}};
  tmq_conf_t *conf = tmq_conf_new();
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) CHECK_INT(tmq_conf_set(conf, pairs[i][0], pairs[i][1]), TMQ_CONF_OK);
  tmq_t *tmq = tmq_consumer_new(conf, why, size);
  tmq_conf_destroy(conf);
  return tmq;
}

static int subscribe(tmq_t *tmq) {
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, topic);
  int code = tmq_subscribe(tmq, topics);
  tmq_list_destroy(topics);
  return code;
}

/* Which rows came, and how often. */
static int came[MESSAGES], in_all;

static void note_rows(TAOS_RES *message) {
  for (TAOS_ROW row; message && (row = taos_fetch_row(message));) {
    int v = row[1] ? *(int32_t *)row[1] : -1;
    if (v >= 0 && v < MESSAGES) came[v]++;
    else if (!garbled) failed(__FILE__, __LINE__, "%s: a row that nobody wrote: %d", operation, v);
    in_all++;
  }
  taos_free_result(message);
}

/* A consumer that was given the first message; NULL when there is none though nothing is wrong. */
static tmq_t *subscriber(int32_t *vgroup, int64_t *at, TAOS_RES **message) {
  char why[300] = "";
  tmq_t *tmq = new_consumer(why, sizeof why);
  TAOS_RES *first = NULL;
  memset(came, 0, sizeof came);
  in_all = 0;
  if (!tmq || subscribe(tmq)) failed(__FILE__, __LINE__, "%s: no subscription: %s %s", operation, why, taos_errstr(NULL));
  for (int i = 0; tmq && i < 20 && !first; i++) first = tmq_consumer_poll(tmq, 1000);
  if (!first) {
    failed(__FILE__, __LINE__, "%s: no message: %s", operation, taos_errstr(NULL));
    return tmq;
  }
  *vgroup = tmq_get_vgroup_id(first);
  *at = tmq_get_vgroup_offset(first);
  if (message) *message = first;
  else note_rows(first);
  return tmq;
}

/* What has not come yet comes now, each row once: nothing is missing, nothing comes again. */
static void check_rest(tmq_t *tmq) {
  for (int i = 0; i < 20 && in_all < MESSAGES; i++) note_rows(tmq_consumer_poll(tmq, 1000));
  note_rows(tmq_consumer_poll(tmq, 100));
  for (int i = 0; i < MESSAGES && !garbled; i++)
    if (came[i] != 1) failed(__FILE__, __LINE__, "%s: row %d came %d times", operation, i, came[i]);
}

static void end_consumer(tmq_t *tmq) {
  check_rest(tmq);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static void op_tmq_consumer_new(void) {
  char why[300] = "";
  arm();
  tmq_t *tmq = new_consumer(why, sizeof why);
  int code = tmq ? 0 : taos_errno(NULL);
  heal();
  outcome(code, why);
  if (tmq) tmq_consumer_close(tmq);
}

static void op_tmq_subscribe(void) {
  char why[300] = "";
  tmq_t *tmq = new_consumer(why, sizeof why);
  arm();
  int code = subscribe(tmq);
  const char *text = taos_errstr(NULL);
  heal();
  outcome(code, text);
  if (code) CHECK_CODE(subscribe(tmq), 0);
  memset(came, 0, sizeof came);
  in_all = 0;
  end_consumer(tmq);
}

static void op_tmq_consumer_poll(void) {
  int32_t vgroup;
  int64_t at;
  tmq_t *tmq = subscriber(&vgroup, &at, NULL);
  arm();
  TAOS_RES *message = tmq_consumer_poll(tmq, 500);
  int code = message ? 0 : taos_errno(NULL);
  const char *text = taos_errstr(NULL);
  heal();
  outcome(code, text);
  note_rows(message);
  end_consumer(tmq);
}

/* An operation of a consumer that was given a message; the others come afterwards. */
#define CONSUMER(name, call) \
  static void op_##name(void) { \
    int32_t vgroup = 0; \
    int64_t at = 0; \
    tmq_t *tmq = subscriber(&vgroup, &at, NULL); \
    (void)vgroup, (void)at; \
    arm(); \
    int64_t code = (call); \
    const char *text = taos_errstr(NULL); \
    heal(); \
    outcome(code < 0 ? (int)code : 0, text); \
    end_consumer(tmq); \
  }

static int assignment(tmq_t *tmq) {
  tmq_topic_assignment *list = NULL;
  int32_t count = 0;
  int code = tmq_get_topic_assignment(tmq, topic, &list, &count);
  tmq_free_assignment(list);
  return code;
}
CONSUMER(tmq_commit_sync, tmq_commit_sync(tmq, NULL))
CONSUMER(tmq_commit_offset_sync, tmq_commit_offset_sync(tmq, topic, vgroup, at))
CONSUMER(tmq_get_topic_assignment, assignment(tmq))
CONSUMER(tmq_position, tmq_position(tmq, topic, vgroup))

static void committed(tmq_t *tmq, int32_t code, void *param) {
  (void)tmq;
  call_back(param, NULL, code);
}

static void op_tmq_commit_async(void) {
  int32_t vgroup;
  int64_t at;
  struct called called = CALLED;
  tmq_t *tmq = subscriber(&vgroup, &at, NULL);
  arm();
  tmq_commit_async(tmq, NULL, committed, &called);
  int code = await(&called, 1);
  heal();
  outcome(code, tmq_err2str(code));
  end_consumer(tmq);
}

static void op_tmq_committed(void) {
  int32_t vgroup;
  int64_t at;
  tmq_t *tmq = subscriber(&vgroup, &at, NULL);
  CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
  arm();
  int64_t code = tmq_committed(tmq, topic, vgroup);
  const char *text = taos_errstr(NULL);
  heal();
  outcome(code < 0 ? (int)code : 0, text);
  end_consumer(tmq);
}

/* Back to the first message; whether it comes again depends on what came of it. */
static void op_tmq_offset_seek(void) {
  int32_t vgroup;
  int64_t at;
  tmq_t *tmq = subscriber(&vgroup, &at, NULL);
  int given = in_all;
  arm();
  int code = tmq_offset_seek(tmq, topic, vgroup, at);
  const char *text = taos_errstr(NULL);
  heal();
  outcome(code, text);
  if (!code) {
    in_all -= given;
    memset(came, 0, sizeof came);
  }
  for (int i = 0; i < 20 && in_all < MESSAGES; i++) note_rows(tmq_consumer_poll(tmq, 1000));
  note_rows(tmq_consumer_poll(tmq, 100));
  for (int i = 0; i < MESSAGES && !garbled; i++)
    if (came[i] < 1 || (!code && came[i] > 1)) failed(__FILE__, __LINE__, "%s (0x%08x): row %d came %d times", operation, (unsigned)code, i, came[i]);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static void op_tmq_unsubscribe(void) {
  int32_t vgroup;
  int64_t at;
  tmq_t *tmq = subscriber(&vgroup, &at, NULL);
  arm();
  int code = tmq_unsubscribe(tmq);
  const char *text = taos_errstr(NULL);
  heal();
  outcome(code, text);
  if (code) CHECK_CODE(tmq_unsubscribe(tmq), 0);
  CHECK_CODE(subscribe(tmq), 0);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static void op_tmq_consumer_close(void) {
  int32_t vgroup;
  int64_t at;
  tmq_t *tmq = subscriber(&vgroup, &at, NULL);
  arm();
  int code = tmq_consumer_close(tmq);
  const char *text = taos_errstr(NULL);
  heal();
  outcome(code, text);
}

static void free_raw(void *raw) { tmq_free_raw(*(tmq_raw_data *)raw); }

static void op_tmq_write_raw(void) {
  int32_t vgroup;
  int64_t at;
  TAOS_RES *message = NULL;
  tmq_raw_data raw = {0};
  tmq_t *tmq = subscriber(&vgroup, &at, &message);
  CHECK_CODE(tmq_get_raw(message, &raw), 0);
  pthread_cleanup_push(free_raw, &raw); /* the thread may be cancelled while it writes */
  arm();
  int code = tmq_write_raw(taos, raw); /* into the table that it comes from: the same rows again */
  const char *text = taos_errstr(NULL);
  heal();
  outcome(code, text);
  pthread_cleanup_pop(1);
  note_rows(message);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}
#endif
