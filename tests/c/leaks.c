/* Memory and descriptors stay flat over many connections, statements, failed connects and consumers.
 *
 *   leaks HOST PORT DATABASE COUNT: COUNT of each; a fifth as many consumers */
#include <unistd.h>
#include "check.h"

static char **where;
static const char *db;
static TAOS *taos;

static long resident_kib(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%*d %ld", &pages) != 1) CHECK(!"statm");
  if (file) fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int descriptors(void) { return entries("/proc/self/fd"); }

static void connects(void) { taos_close(connect_to(where, db)); }

static void fails(void) {
  CHECK(taos_connect("127.0.0.1", "root", "taosdata", NULL, 1) == NULL);
}

static void wrong_password(void) {
  CHECK(taos_connect(where[1], "root", "wrong", NULL, (uint16_t)atoi(where[2])) == NULL);
}

static void statements(void) {
  static int64_t ts = 1700000000000;
  int32_t v = 1, eight = 8, four = 4;
  ts++;
  TAOS_STMT2_OPTION option = {0};
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, &option);
  CHECK_CODE(taos_stmt2_prepare(stmt, "INSERT INTO t VALUES (?, ?)", 0), 0);
  TAOS_STMT2_BIND row[2] = {{TSDB_DATA_TYPE_TIMESTAMP, &ts, &eight, NULL, 1}, {TSDB_DATA_TYPE_INT, &v, &four, NULL, 1}}, *rows = row;
  TAOS_STMT2_BINDV binds = {1, NULL, NULL, &rows};
  CHECK_CODE(taos_stmt2_bind_param(stmt, &binds, -1), 0);
  if (ts % 16 == 0) CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0);
  taos_stmt2_close(stmt);
}

static void queries(void) { CHECK_INT(NUMBER(taos, "SELECT 7"), 7); }

static void consumers(void) {
  static int n;
  char topic[200];
  tmq_conf_t *conf = tmq_conf_new();
  tmq_conf_set(conf, "td.connect.ip", where[1]);
  tmq_conf_set(conf, "td.connect.port", where[2]);
  tmq_conf_set(conf, "group.id", n++ % 2 ? "one" : "two");
  tmq_t *tmq = tmq_consumer_new(conf, NULL, 0);
  tmq_conf_destroy(conf);
  snprintf(topic, sizeof topic, "%s_t", db);
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, topic);
  CHECK_CODE(tmq_subscribe(tmq, topics), 0);
  tmq_list_destroy(topics);
  taos_free_result(tmq_consumer_poll(tmq, 0));
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static void many(const char *what, void (*one)(void), int count) {
  for (int i = 0; i < count / 5; i++) one(); /* what is kept for later is there then */
  long before = resident_kib();
  int open_before = descriptors();
  for (int i = 0; i < count && !failures; i++) one();
  long grown = resident_kib() - before;
  printf("%s: %d, %ld KiB more, %d descriptors more\n", what, count, grown, descriptors() - open_before);
  CHECK_INT(descriptors(), open_before);
  CHECK(grown < 1024 + count / 100); /* ten bytes for each would be a leak */
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  int count = atoi(argv[4]);
  where = argv;
  db = argv[3];
  TAOS *first = connect_to(argv, NULL);
  RUN(first, "CREATE DATABASE %s", db);
  RUN(first, "CREATE TABLE %s.t (ts TIMESTAMP, v INT)", db);
  RUN(first, "CREATE TOPIC %s_t AS SELECT ts, v FROM %s.t", db, db);
  taos_close(first);
  taos = connect_to(argv, db);
  many("queries", queries, count);
  many("statements", statements, count);
  many("connections", connects, count);
  many("failed connects", fails, count);
  many("wrong passwords", wrong_password, count / 10);
  many("consumers", consumers, count / 5);
  taos_close(taos);
  return finish();
}
