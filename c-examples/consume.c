/* Subscribes to a topic and prints what comes, until there has been nothing for some seconds.
 *
 *   consume HOST PORT TOPIC [GROUP]
 *
 * A group's next consumer goes on behind what was committed, so running this twice prints nothing new the second time.
 * The topic is made with, for example: CREATE TOPIC readings AS SELECT ts, current FROM meters */
#include <stdio.h>
#include <taos.h>

/* How long the program waits for a first, or another, message. */
#define WAIT_MS 2000

static tmq_t *new_consumer(const char *host, const char *port, const char *group) {
  const char *const settings[][2] = {
    {"td.connect.ip", host}, /* also a list of hosts, or a connection string such as "wss://user:password@host:port" */
    {"td.connect.port", port},
    {"td.connect.user", "root"},
    {"td.connect.pass", "taosdata"},
    {"group.id", group},
    {"auto.offset.reset", "earliest"}, /* where a group starts that has committed nothing */
    {"enable.auto.commit", "false"},
    {"msg.with.table.name", "true"},
  };
  tmq_conf_t *conf = tmq_conf_new();
  for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
    if (tmq_conf_set(conf, settings[i][0], settings[i][1]) != TMQ_CONF_OK) {
      fprintf(stderr, "%s: %s\n", settings[i][0], taos_errstr(NULL));
      tmq_conf_destroy(conf);
      return NULL;
    }
  }
  char why[512] = "";
  tmq_t *consumer = tmq_consumer_new(conf, why, sizeof why);
  tmq_conf_destroy(conf);
  if (consumer == NULL) fprintf(stderr, "no consumer: %s\n", why);
  return consumer;
}

/* A message is a result: it may hold rows of several tables, one block behind the other, each with columns of its own. */
static int print_rows(TAOS_RES *message) {
  TAOS_ROW row;
  char line[1024];
  int rows = 0;
  while ((row = taos_fetch_row(message)) != NULL) {
    const char *table = tmq_get_table_name(message); /* of this row */
    taos_print_row_with_size(line, sizeof line, row, taos_fetch_fields(message), taos_num_fields(message));
    printf("%s: %s\n", table != NULL ? table : tmq_get_topic_name(message), line);
    rows++;
  }
  return rows;
}

static int consume(tmq_t *consumer, const char *topic) {
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, topic);
  int code = tmq_subscribe(consumer, topics);
  tmq_list_destroy(topics);
  if (code != 0) {
    fprintf(stderr, "cannot subscribe to %s: [0x%08x] %s\n", topic, (unsigned)code, tmq_err2str(code));
    return -1;
  }
  int rows = 0;
  TAOS_RES *message;
  while ((message = tmq_consumer_poll(consumer, WAIT_MS)) != NULL) {
    rows += print_rows(message);
    /* Only now: should the program end before, the message comes again. */
    code = tmq_commit_sync(consumer, message);
    taos_free_result(message);
    if (code != 0) {
      fprintf(stderr, "cannot commit: [0x%08x] %s\n", (unsigned)code, tmq_err2str(code));
      return -1;
    }
  }
  /* NULL is no message, or an error: a server that is gone is looked for again by the next poll. */
  if (taos_errno(NULL) != 0) {
    fprintf(stderr, "cannot poll: [0x%08x] %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
    return -1;
  }
  return rows;
}

int main(int argc, char **argv) {
  if (argc != 4 && argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT TOPIC [GROUP]\n", argv[0]);
    return 2;
  }
  tmq_t *consumer = new_consumer(argv[1], argv[2], argc == 5 ? argv[4] : "libtaos_example");
  if (consumer == NULL) return 1;
  int rows = consume(consumer, argv[3]);
  if (rows >= 0) printf("%d rows\n", rows);
  tmq_consumer_close(consumer);
  taos_cleanup();
  return rows < 0;
}
