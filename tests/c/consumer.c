/* Subscriptions, from the topic to the commit: consumer HOST PORT DATABASE. Topics are named after the database. */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

#define T0 1700000000000ll
#define INVALID_PARA 0x80000118u
#define NOT_SUBSCRIBED 0x80004017u
#define NO_TOPIC 0x800003e1u
#define INVALID_MSG 0x80004000u
#define CLOSED 0x80004002u
#define OUT_OF_RANGE 0x80004007u
#define NOT_ITS_VGROUP 0x80004008u
#define NOT_ITS_TOPIC 0x80004009u

static char **where;
static const char *db;
static pthread_t main_thread;

static void set(tmq_conf_t *conf, const char *key, const char *value) { CHECK_INT(tmq_conf_set(conf, key, value), TMQ_CONF_OK); }

static tmq_conf_t *conf_of(const char *group) {
  tmq_conf_t *conf = tmq_conf_new();
  set(conf, "td.connect.ip", where[1]);
  if (atoi(where[2])) set(conf, "td.connect.port", where[2]);
  set(conf, "group.id", group);
  set(conf, "auto.offset.reset", "earliest");
  set(conf, "enable.auto.commit", "false");
  return conf;
}

/* A consumer of this configuration, which is freed. */
static tmq_t *consumer_of(tmq_conf_t *conf) {
  char why[256] = "";
  tmq_t *tmq = tmq_consumer_new(conf, why, sizeof why);
  tmq_conf_destroy(conf);
  if (!tmq) {
    printf("no consumer: %s\n", why);
    exit(2);
  }
  return tmq;
}

static int subscribe(tmq_t *tmq, const char *kind) {
  char topic[200];
  snprintf(topic, sizeof topic, "%s_%s", db, kind);
  tmq_list_t *topics = tmq_list_new();
  CHECK_INT(tmq_list_append(topics, topic), 0);
  int code = tmq_subscribe(tmq, topics);
  tmq_list_destroy(topics);
  return code;
}

static tmq_t *subscriber(const char *group, const char *kind) {
  tmq_t *tmq = consumer_of(conf_of(group));
  CHECK_CODE(subscribe(tmq, kind), 0);
  return tmq;
}

static const char *topic_of(const char *kind) {
  static char topic[200];
  snprintf(topic, sizeof topic, "%s_%s", db, kind);
  return topic;
}

/* The next message, or NULL after some seconds without one. */
static TAOS_RES *next(tmq_t *tmq) {
  for (int i = 0; i < 20; i++) {
    TAOS_RES *message = tmq_consumer_poll(tmq, 500);
    if (message) return message;
    CHECK_CODE(taos_errno(NULL), 0);
  }
  return NULL;
}

/* The sum of column v of a message's rows; *rows counts them. */
static int64_t sum_of(TAOS_RES *message, int *rows) {
  int64_t sum = 0;
  TAOS_ROW row;
  while ((row = taos_fetch_row(message))) {
    CHECK(taos_num_fields(message) >= 2);
    CHECK_STR(taos_fetch_fields(message)[1].name, "v");
    sum += *(int32_t *)row[1];
    ++*rows;
  }
  return sum;
}

/* Reads until there were so many rows; the sum of their values. */
static int64_t read_rows(tmq_t *tmq, int wanted) {
  int rows = 0;
  int64_t sum = 0;
  while (rows < wanted) {
    TAOS_RES *message = next(tmq);
    CHECK(message != NULL);
    if (!message) break;
    sum += sum_of(message, &rows);
    taos_free_result(message);
  }
  CHECK_INT(rows, wanted);
  return sum;
}

static int32_t vgroup_of(tmq_t *tmq, const char *kind, tmq_topic_assignment *out) {
  tmq_topic_assignment *list = NULL;
  int32_t count = -1;
  CHECK_CODE(tmq_get_topic_assignment(tmq, topic_of(kind), &list, &count), 0);
  CHECK_INT(count, 1);
  *out = list[0];
  int32_t vgroup = list[0].vgId;
  tmq_free_assignment(list);
  return vgroup;
}

static void set_up(TAOS *taos) {
  RUN(taos, "CREATE DATABASE IF NOT EXISTS %s VGROUPS 1 WAL_RETENTION_PERIOD 3600", db);
  RUN(taos, "USE %s", db);
  RUN(taos, "CREATE STABLE st (ts TIMESTAMP, v INT, n NCHAR(20)) TAGS (g INT)");
  RUN(taos, "INSERT INTO c1 USING st TAGS (1) VALUES (%lld, 1, '一') (%lld, 2, NULL)", T0, T0 + 1);
  RUN(taos, "INSERT INTO c2 USING st TAGS (2) VALUES (%lld, 4, 'Grüße')", T0);
  RUN(taos, "CREATE TOPIC %s_q AS SELECT ts, v, n FROM st WHERE v > 0", db);
  RUN(taos, "CREATE TOPIC %s_st AS STABLE st", db);
  RUN(taos, "CREATE TOPIC %s_meta WITH META AS DATABASE %s", db, db);
}

/* Rows, table names, texts; a message outlives the next poll and its consumer. */
static void reads(void) {
  tmq_t *tmq = subscriber("reads", "st");
  TAOS_RES *first = next(tmq);
  CHECK(first != NULL);
  CHECK_INT(tmq_get_res_type(first), TMQ_RES_DATA);
  CHECK_STR(tmq_get_topic_name(first), topic_of("st"));
  CHECK_STR(tmq_get_db_name(first), db);
  CHECK(tmq_get_vgroup_id(first) > 0 && tmq_get_vgroup_offset(first) >= 0);
  CHECK_INT(taos_num_fields(first), 0);
  CHECK(tmq_get_table_name(first) == NULL && tmq_get_json_meta(first) == NULL);
  tmq_consumer_poll(tmq, 0);
  TAOS_RES *held = query(tmq_get_connect(tmq), "SELECT 7");
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  CHECK_INT(first_number(held), 7);
  CHECK_CODE(tmq_consumer_close(tmq), INVALID_PARA);

  TAOS_ROW row = taos_fetch_row(first);
  CHECK(row && *(int32_t *)row[1] == 1);
  CHECK_STR(tmq_get_table_name(first), "c1");
  CHECK_INT(taos_fetch_lengths(first)[2], 3);
  CHECK(!memcmp(row[2], "一", 3));
  CHECK_INT(taos_result_precision(first), 0);
  CHECK(!taos_is_update_query(first));
  row = taos_fetch_row(first);
  CHECK(row && row[2] == NULL && *(int32_t *)row[1] == 2);
  CHECK_CODE(taos_errno(first), 0);
  taos_free_result(first);
  CHECK_INT(tmq_get_res_type(first), TMQ_RES_INVALID);
}

static void offsets(TAOS *taos) {
  tmq_t *tmq = subscriber("offsets", "q");
  CHECK_INT(read_rows(tmq, 3), 7);
  tmq_topic_assignment at;
  int32_t vgroup = vgroup_of(tmq, "q", &at);
  const char *topic = topic_of("q");
  CHECK(at.begin <= at.end);
  int64_t position = tmq_position(tmq, topic, vgroup);
  CHECK(position > 0);
  CHECK_CODE(tmq_committed(tmq, topic, vgroup), 0x80004011);
  CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
  CHECK_INT(tmq_committed(tmq, topic, vgroup), position);

  CHECK_CODE(tmq_offset_seek(tmq, topic, vgroup, at.begin), 0);
  CHECK_INT(read_rows(tmq, 3), 7);
  CHECK_CODE(tmq_offset_seek(tmq, topic, vgroup, at.end + 1000), OUT_OF_RANGE);
  CHECK_CODE(tmq_offset_seek(tmq, topic, 999999, at.begin), NOT_ITS_VGROUP);
  CHECK_CODE(tmq_offset_seek(tmq, "nope", vgroup, at.begin), NOT_ITS_TOPIC);
  CHECK_CODE(tmq_commit_offset_sync(tmq, topic, vgroup, at.end + 1000), OUT_OF_RANGE);
  CHECK_CODE(tmq_commit_offset_sync(tmq, topic, vgroup, at.begin), 0);
  CHECK_INT(tmq_committed(tmq, topic, vgroup), at.begin);

  /* a message of another subscription, and a result that is none */
  tmq_t *other = subscriber("others", "st");
  TAOS_RES *message = next(other), *plain = query(taos, "SELECT 1");
  CHECK_CODE(tmq_commit_sync(tmq, message), NOT_ITS_TOPIC);
  CHECK_CODE(tmq_commit_sync(tmq, plain), INVALID_MSG);
  CHECK_CODE(tmq_commit_sync(other, message), 0);
  taos_free_result(plain);
  taos_free_result(message);
  CHECK_CODE(tmq_commit_sync(other, message), INVALID_PARA);
  CHECK_CODE(tmq_consumer_close(other), 0);

  CHECK_CODE(tmq_unsubscribe(tmq), 0);
  tmq_list_t *topics = NULL;
  CHECK_CODE(tmq_subscription(tmq, &topics), 0);
  CHECK_INT(tmq_list_get_size(topics), 0);
  CHECK(tmq_list_to_c_array(topics) == NULL);
  tmq_list_destroy(topics);
  CHECK(tmq_consumer_poll(tmq, 10) == NULL); /* there is nothing to come, as the program wants it */
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
  CHECK_CODE(subscribe(tmq, "q"), 0);
  CHECK_INT(read_rows(tmq, 3), 7);
  CHECK_CODE(subscribe(tmq, "no_such"), NO_TOPIC);
  CHECK_CODE(subscribe(tmq, "q"), 0);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

struct heard {
  tmq_t *tmq;
  int count, code, on_main;
};

static void hear(tmq_t *tmq, int32_t code, void *param) {
  struct heard *heard = param;
  heard->tmq = tmq;
  heard->code = code;
  heard->on_main |= pthread_equal(pthread_self(), main_thread);
  __atomic_add_fetch(&heard->count, 1, __ATOMIC_SEQ_CST);
}

static void hear_late(tmq_t *tmq, int32_t code, void *param) {
  usleep(20000);
  hear(tmq, code, param);
}

static void wait_for(struct heard *heard, int count) {
  for (int i = 0; i < 2000 && __atomic_load_n(&heard->count, __ATOMIC_SEQ_CST) < count; i++) usleep(10000);
  CHECK_INT(__atomic_load_n(&heard->count, __ATOMIC_SEQ_CST), count);
  CHECK(!heard->on_main);
}

/* Every asynchronous commit is answered once, on another thread; also those that the close finds under way. */
static void callbacks(void) {
  tmq_t *tmq = subscriber("callbacks", "q");
  struct heard all = {0}, one = {0}, bad = {0}, closing = {0}, null = {0}, refused = {0};
  TAOS_RES *message = next(tmq);
  int rows = 0;
  sum_of(message, &rows);
  int32_t vgroup = tmq_get_vgroup_id(message);
  tmq_commit_async(tmq, message, hear, &one);
  wait_for(&one, 1);
  CHECK_CODE(one.code, 0);
  CHECK(one.tmq == tmq);
  CHECK_INT(tmq_committed(tmq, topic_of("q"), vgroup), tmq_position(tmq, topic_of("q"), vgroup));
  tmq_commit_async(tmq, NULL, hear, &all);
  tmq_commit_async(tmq, NULL, NULL, NULL);
  wait_for(&all, 1);
  CHECK_CODE(all.code, 0);
  tmq_commit_offset_async(tmq, "nope", vgroup, 0, hear, &bad);
  wait_for(&bad, 1);
  CHECK_CODE(bad.code, NOT_ITS_TOPIC);
  tmq_commit_async(NULL, NULL, hear, &null);
  wait_for(&null, 1);
  CHECK_CODE(null.code, INVALID_PARA);
  for (int i = 0; i < 50; i++) tmq_commit_offset_async(tmq, topic_of("q"), vgroup, i % 2, hear_late, &closing);
  tmq_commit_offset_async(tmq, "nope", vgroup, 0, hear_late, &refused);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  CHECK_INT(closing.count, 50); /* all have returned: what they were given may go */
  CHECK_CODE(closing.code, 0);
  CHECK_INT(refused.count, 1);
  taos_free_result(message);
}

/* What was given is committed by the polls that follow, and at the end; the group goes on behind it. */
static void automatic(TAOS *taos) {
  struct heard heard = {0};
  tmq_conf_t *conf = conf_of("automatic");
  set(conf, "enable.auto.commit", "true");
  set(conf, "auto.commit.interval.ms", "0");
  tmq_conf_set_auto_commit_cb(conf, hear, &heard);
  tmq_t *tmq = consumer_of(conf);
  CHECK_CODE(subscribe(tmq, "q"), 0);
  CHECK_INT(read_rows(tmq, 3), 7);
  for (int i = 0; i < 200 && !__atomic_load_n(&heard.count, __ATOMIC_SEQ_CST); i++) CHECK(tmq_consumer_poll(tmq, 20) == NULL);
  CHECK(heard.count > 0 && heard.code == 0 && heard.tmq == tmq && !heard.on_main);
  RUN(taos, "INSERT INTO %s.c1 VALUES (%lld, 8, 'x')", db, T0 + 10);
  CHECK_INT(read_rows(tmq, 1), 8);
  CHECK_CODE(tmq_consumer_close(tmq), 0);

  RUN(taos, "INSERT INTO %s.c1 VALUES (%lld, 16, 'x')", db, T0 + 11);
  tmq = subscriber("automatic", "q");
  CHECK_INT(read_rows(tmq, 1), 16);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  /* nothing was committed: it comes again */
  tmq = subscriber("automatic", "q");
  CHECK_INT(read_rows(tmq, 1), 16);
  CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

/* What is in a database goes into another one, message by message. */
static void copies(TAOS *taos) {
  TAOS *target = connect_to(where, NULL);
  RUN(target, "CREATE DATABASE %s_copy VGROUPS 1", db);
  RUN(target, "USE %s_copy", db);
  tmq_t *tmq = subscriber("copies", "meta");
  int kinds = 0;
  for (int idle = 0; idle < 2;) {
    TAOS_RES *message = tmq_consumer_poll(tmq, 500);
    if (!message) {
      CHECK_CODE(taos_errno(NULL), 0);
      idle++;
      continue;
    }
    kinds |= 1 << tmq_get_res_type(message);
    char *meta = tmq_get_json_meta(message);
    CHECK((meta != NULL) == (tmq_get_res_type(message) != TMQ_RES_DATA));
    if (meta) CHECK(meta[0] == '{' && strstr(meta, "\"type\":"));
    tmq_free_json_meta(meta);
    tmq_raw_data raw = {0};
    CHECK_CODE(tmq_get_raw(message, &raw), 0);
    CHECK(raw.raw && raw.raw_len);
    CHECK_CODE(tmq_write_raw(target, raw), 0);
    tmq_free_raw(raw);
    taos_free_result(message);
  }
  CHECK(kinds & 1 << TMQ_RES_TABLE_META);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  CHECK_INT(NUMBER(target, "SELECT COUNT(*) FROM st"), NUMBER(taos, "SELECT COUNT(*) FROM %s.st", db));
  CHECK_INT(NUMBER(target, "SELECT SUM(v) FROM st"), NUMBER(taos, "SELECT SUM(v) FROM %s.st", db));
  char junk[16] = "junk";
  CHECK_CODE(tmq_write_raw(target, (tmq_raw_data){junk, 4, 2}), INVALID_PARA);
  CHECK_CODE(tmq_write_raw(target, (tmq_raw_data){NULL, 4, 2}), INVALID_PARA);
  CHECK_CODE(tmq_write_raw(NULL, (tmq_raw_data){junk, 4, 2}), INVALID_PARA);
  RUN(target, "DROP DATABASE %s_copy", db);
  taos_close(target);
}

/* Only what is written after the subscription. */
static void latest(TAOS *taos) {
  tmq_conf_t *conf = conf_of("latest");
  set(conf, "auto.offset.reset", "latest");
  tmq_t *tmq = consumer_of(conf);
  CHECK_CODE(subscribe(tmq, "q"), 0);
  CHECK(tmq_consumer_poll(tmq, 100) == NULL);
  RUN(taos, "INSERT INTO %s.c1 VALUES (%lld, 32, 'x')", db, T0 + 20);
  CHECK_INT(read_rows(tmq, 1), 32);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static void *commits(void *tmq) {
  for (int i = 0; i < 30; i++) CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
  return NULL;
}

static void *waits(void *tmq) {
  CHECK(tmq_consumer_poll(tmq, -1) == NULL);
  CHECK_CODE(taos_errno(NULL), CLOSED);
  return NULL;
}

/* One thread polls, others commit; closing ends the wait of a poll without an end. */
static void threads(void) {
  tmq_t *tmq = subscriber("threads", "q");
  pthread_t others[3];
  for (int i = 0; i < 3; i++) pthread_create(&others[i], NULL, commits, tmq);
  for (int i = 0; i < 10; i++) taos_free_result(tmq_consumer_poll(tmq, 20));
  for (int i = 0; i < 3; i++) pthread_join(others[i], NULL);
  pthread_create(&others[0], NULL, waits, tmq);
  usleep(300000);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  pthread_join(others[0], NULL);
}

static void statements(void) {
  tmq_t *tmq = consumer_of(conf_of("statements"));
  TAOS *taos = tmq_get_connect(tmq);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM %s.c2", db), 1);
  CHECK(tmq_get_connect(tmq) == taos);
  tmq_list_t *twice = tmq_list_new();
  for (int i = 0; i < 2; i++) CHECK_CODE(tmq_list_append(twice, topic_of("q")), 0);
  CHECK_CODE(tmq_subscribe(tmq, twice), 0);
  tmq_list_destroy(twice);
  twice = NULL;
  CHECK_CODE(tmq_subscription(tmq, &twice), 0);
  CHECK_INT(tmq_list_get_size(twice), 1);
  tmq_list_destroy(twice);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  CHECK(taos_query(taos, "SELECT 1") == NULL);
}

static void *subscribes(void *tmq) {
  usleep(300000);
  CHECK_CODE(subscribe(tmq, "q"), 0);
  return NULL;
}

/* A poll needs a subscription first; after the last one there is nothing to come, until there is another. */
static void without_topics(void) {
  tmq_t *tmq = consumer_of(conf_of("without"));
  for (int i = 0; i < 2; i++) {
    CHECK(tmq_consumer_poll(tmq, i ? -1 : 100) == NULL);
    CHECK_CODE(taos_errno(NULL), NOT_SUBSCRIBED);
    CHECK_STR(taos_errstr(NULL), "Invalid status, please subscribe topic first");
    /* nothing to end: still an error */
    CHECK_CODE(tmq_unsubscribe(tmq), 0);
  }
  CHECK_CODE(subscribe(tmq, "no_such"), NO_TOPIC);
  CHECK(tmq_consumer_poll(tmq, 0) == NULL);
  CHECK_CODE(taos_errno(NULL), NOT_SUBSCRIBED);
  CHECK_CODE(subscribe(tmq, "q"), 0);
  CHECK_CODE(tmq_unsubscribe(tmq), 0);
  for (int timeout = 0; timeout <= 300; timeout += 300) {
    CHECK(tmq_consumer_poll(tmq, timeout) == NULL);
    CHECK_CODE(taos_errno(NULL), 0);
    CHECK_STR(taos_errstr(NULL), "success");
  }
  /* the wait of one thread ends with what another one subscribes to */
  pthread_t other;
  pthread_create(&other, NULL, subscribes, tmq);
  TAOS_RES *message = tmq_consumer_poll(tmq, -1);
  CHECK_INT(tmq_get_res_type(message), TMQ_RES_DATA);
  taos_free_result(message);
  pthread_join(other, NULL);
  /* … or with its end */
  CHECK_CODE(tmq_unsubscribe(tmq), 0);
  pthread_create(&other, NULL, waits, tmq);
  usleep(300000);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  pthread_join(other, NULL);
}

/* The server takes 192 bytes of a group's name: those that begin alike are one. */
static void long_names(void) {
  char id[251];
  for (int round = 0; round < 2; round++) {
    memset(id, 'i', 250);
    id[250] = 0;
    id[249] = (char)('a' + round);
    tmq_conf_t *conf = conf_of(id);
    set(conf, "client.id", id);
    tmq_t *tmq = consumer_of(conf);
    CHECK_CODE(subscribe(tmq, "q"), 0);
    if (round) {
      CHECK(tmq_consumer_poll(tmq, 300) == NULL);
      CHECK_CODE(taos_errno(NULL), 0);
    } else {
      TAOS_RES *message;
      for (int idle = 0; idle < 2;) {
        if (!(message = tmq_consumer_poll(tmq, 300))) idle++;
        taos_free_result(message);
      }
      CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
    }
    CHECK_CODE(tmq_consumer_close(tmq), 0);
  }
}

static void wrong(TAOS *taos) {
  char why[400];
  tmq_conf_t *conf = conf_of("wrong");
  CHECK_INT(tmq_conf_set(conf, "no.such.key", "1"), TMQ_CONF_UNKNOWN);
  CHECK_INT(tmq_conf_set(conf, "read_timeout", "soon"), TMQ_CONF_INVALID);
  CHECK_INT(tmq_conf_set(conf, "client.id", "\xff\xfe"), TMQ_CONF_INVALID);
  set(conf, "td.connect.pass", "wrong");
  CHECK(tmq_consumer_new(conf, why, sizeof why) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000357);
  CHECK_STR(why, "init tscObj failed: Authentication failure");
  /* not what they are taken for: a connection, a freed configuration, garbage */
  CHECK(tmq_consumer_new((tmq_conf_t *)taos, why, sizeof why) == NULL);
  CHECK_CODE(taos_errno(NULL), INVALID_PARA);
  CHECK_PREFIX(why, "configure is null: Invalid parameters: ");
  CHECK_SAID_WHY(NULL);
  tmq_conf_destroy(conf);
  conf = tmq_conf_new();
  CHECK_INT(tmq_conf_set(conf, "gruop.id", "g"), TMQ_CONF_UNKNOWN);
  CHECK(strstr(taos_errstr(NULL), "a consumer has no key `gruop.id`; is group.id meant?") != NULL);
  CHECK(tmq_consumer_new(conf, why, sizeof why) == NULL);
  CHECK_CODE(taos_errno(NULL), INVALID_PARA);
  CHECK_PREFIX(taos_errstr(NULL), "Invalid parameters: group.id is not set");
  CHECK_PREFIX(why, "malloc tmq element failed or group is empty: Invalid parameters: group.id is not set");
  tmq_conf_destroy(conf);
  CHECK(tmq_consumer_new(conf, why, sizeof why) == NULL);
  CHECK_INT(tmq_conf_set(conf, "group.id", "g"), TMQ_CONF_INVALID);
  tmq_conf_destroy(conf);
  CHECK(tmq_consumer_poll((tmq_t *)taos, 10) == NULL);
  CHECK_CODE(taos_errno(NULL), INVALID_PARA);
  CHECK_CODE(tmq_commit_sync((tmq_t *)&conf, NULL), INVALID_PARA);
  CHECK_CODE(tmq_subscription(NULL, NULL), INVALID_PARA);
  CHECK_CODE(tmq_consumer_close((tmq_t *)taos), INVALID_PARA);
  tmq_list_t *list = tmq_list_new();
  CHECK_CODE(tmq_list_append(list, "\xff"), INVALID_PARA);
  /* its text outlives calls that succeed, as a program's cleaning up */
  char before[400];
  const char *text = tmq_err2str(INVALID_PARA);
  snprintf(before, sizeof before, "%s", text);
  CHECK(strstr(before, "UTF-8") != NULL);
  CHECK_CODE(tmq_list_append(list, "twice"), 0);
  CHECK_CODE(tmq_list_append(list, "twice"), 0);
  CHECK_STR(text, before);
  CHECK_STR(taos_errstr(NULL), "success");
  tmq_list_destroy(list);
  tmq_list_destroy(list);
  CHECK_CODE(tmq_list_append(list, "x"), INVALID_PARA);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  where = argv;
  db = argv[3];
  main_thread = pthread_self();
  TAOS *taos = connect_to(argv, NULL);
  set_up(taos);
  reads();
  offsets(taos);
  callbacks();
  automatic(taos);
  copies(taos);
  latest(taos);
  threads();
  statements();
  without_topics();
  long_names();
  wrong(taos);
  RUN(taos, "DROP TOPIC %s_q", db);
  RUN(taos, "DROP TOPIC %s_st", db);
  RUN(taos, "DROP TOPIC %s_meta", db);
  taos_close(taos);
  return finish();
}
