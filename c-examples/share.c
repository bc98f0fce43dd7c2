/* Shares data in three ways - the rows of a query, a super table, and a whole database with its tables' definitions - and
 * consumes each as another program would.
 *
 *   share HOST PORT [USER PASSWORD]
 *
 * Works in the database libtaos_example_share with topics of that name, which it drops at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <taos.h>

#define NAME "libtaos_example_share"

static const char *const setup[] = {
  "DROP TOPIC IF EXISTS " NAME "_query",
  "DROP TOPIC IF EXISTS " NAME "_table",
  "DROP TOPIC IF EXISTS " NAME "_all",
  "DROP DATABASE IF EXISTS " NAME,
  /* What was written longer ago than this cannot be consumed any more. */
  "CREATE DATABASE " NAME " WAL_RETENTION_PERIOD 3600",
  "USE " NAME,
  "CREATE STABLE meters (ts TIMESTAMP, current FLOAT, voltage INT) TAGS (location VARCHAR(24))",
  "CREATE TOPIC " NAME "_query AS SELECT ts, current, location FROM meters WHERE voltage > 219",
  "CREATE TOPIC " NAME "_table AS STABLE meters",
  "CREATE TOPIC " NAME "_all WITH META AS DATABASE " NAME,
  "INSERT INTO d1 USING meters TAGS ('Berlin') VALUES (1700000000000, 10.3, 219) (1700000001000, 12.6, 221)",
  "INSERT INTO d2 USING meters TAGS ('Paris') VALUES (1700000000000, 11.8, 220)",
};

static const char *const cleanup[] = {
  "DROP TOPIC " NAME "_query",
  "DROP TOPIC " NAME "_table",
  "DROP TOPIC " NAME "_all",
  "DROP DATABASE " NAME,
};

static int run(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  int code = taos_errno(res);
  if (code != 0) fprintf(stderr, "%s\n  failed: [0x%08x] %s\n", sql, (unsigned)code, taos_errstr(res));
  taos_free_result(res);
  return code == 0 ? 0 : -1;
}

static int print_message(TAOS_RES *message) {
  int rows = 0;
  char *definition = tmq_get_json_meta(message); /* NULL unless tables were made, changed or dropped */
  if (definition != NULL) printf("  %.60s...\n", definition);
  tmq_free_json_meta(definition);
  TAOS_ROW row;
  char line[256];
  while ((row = taos_fetch_row(message)) != NULL) {
    const char *table = tmq_get_table_name(message); /* the rows of a query are of no table */
    taos_print_row_with_size(line, sizeof line, row, taos_fetch_fields(message), taos_num_fields(message));
    printf("  %s%s%s\n", table != NULL ? table : "", table != NULL ? ": " : "", line);
    rows++;
  }
  return rows;
}

/* Prints so many rows of a topic. With automatic commits, a message is committed when the program has come back for more. */
static int consume(tmq_conf_t *conf, const char *topic, int wanted) {
  char why[512] = "";
  tmq_t *consumer = tmq_consumer_new(conf, why, sizeof why);
  if (consumer == NULL) {
    fprintf(stderr, "no consumer: %s\n", why);
    return -1;
  }
  printf("%s\n", topic);
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, topic);
  int code = tmq_subscribe(consumer, topics), rows = 0;
  tmq_list_destroy(topics);
  for (int polls = 0; code == 0 && rows < wanted && polls < 20; polls++) {
    TAOS_RES *message = tmq_consumer_poll(consumer, 1000);
    if (message == NULL) {
      code = taos_errno(NULL); /* 0 when there was no message in time */
    } else {
      rows += print_message(message);
      taos_free_result(message);
    }
  }
  if (code != 0) fprintf(stderr, "%s: [0x%08x] %s\n", topic, (unsigned)code, tmq_err2str(code));
  int closed = tmq_consumer_close(consumer);
  return code == 0 && closed == 0 && rows == wanted ? 0 : -1;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT [USER PASSWORD]\n", argv[0]);
    return 2;
  }
  const char *user = argc == 5 ? argv[3] : "root", *password = argc == 5 ? argv[4] : "taosdata";
  TAOS *taos = taos_connect(argv[1], user, password, NULL, (uint16_t)atoi(argv[2]));
  if (taos == NULL) {
    fprintf(stderr, "cannot connect: %s\n", taos_errstr(NULL));
    return 1;
  }
  int failed = 0;
  for (size_t i = 0; i < sizeof setup / sizeof setup[0] && !failed; i++) failed = run(taos, setup[i]);

  tmq_conf_t *conf = tmq_conf_new();
  tmq_conf_set(conf, "td.connect.ip", argv[1]);
  if (atoi(argv[2]) != 0) tmq_conf_set(conf, "td.connect.port", argv[2]);
  tmq_conf_set(conf, "td.connect.user", user);
  tmq_conf_set(conf, "td.connect.pass", password);
  tmq_conf_set(conf, "group.id", NAME);
  tmq_conf_set(conf, "auto.offset.reset", "earliest");
  tmq_conf_set(conf, "enable.auto.commit", "true");
  tmq_conf_set(conf, "auto.commit.interval.ms", "1000");
  if (!failed) failed = consume(conf, NAME "_query", 2);
  if (!failed) failed = consume(conf, NAME "_table", 3);
  if (!failed) failed = consume(conf, NAME "_all", 3);
  tmq_conf_destroy(conf);

  for (size_t i = 0; i < sizeof cleanup / sizeof cleanup[0]; i++) failed |= run(taos, cleanup[i]);
  taos_close(taos);
  taos_cleanup();
  return failed != 0;
}
