/* Prints the processor time, in microseconds, of some seconds in which the server is gone: first of a dead connection and a dead
 * consumer that nobody uses, then of a consumer that polls.
 *
 *   waiting HOST PORT DATABASE SECONDS */
#include <time.h>
#include <unistd.h>
#include "check.h"

static int64_t used_us(void) {
  struct timespec used;
  CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0);
  return used.tv_sec * (int64_t)1000000 + used.tv_nsec / 1000;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  int seconds = atoi(argv[4]);
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  RUN(taos, "CREATE TABLE %s.t (ts TIMESTAMP, v INT)", argv[3]);
  RUN(taos, "CREATE TOPIC %s_t AS SELECT * FROM %s.t", argv[3], argv[3]);
  tmq_conf_t *conf = tmq_conf_new();
  tmq_conf_set(conf, "td.connect.ip", argv[1]);
  tmq_conf_set(conf, "td.connect.port", argv[2]);
  tmq_conf_set(conf, "group.id", "g");
  tmq_t *tmq = tmq_consumer_new(conf, NULL, 0);
  tmq_conf_destroy(conf);
  char topic[200];
  snprintf(topic, sizeof topic, "%s_t", argv[3]);
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, topic);
  CHECK_CODE(tmq_subscribe(tmq, topics), 0);
  tmq_list_destroy(topics);
  CHECK(tmq_consumer_poll(tmq, 10) == NULL);
  printf("ready\n");
  fflush(stdout);
  while (getchar() != '\n') {}

  sleep(1); /* the end of the connections is noticed once */
  int64_t before = used_us();
  sleep((unsigned)seconds);
  printf("%" PRId64, used_us() - before);
  before = used_us();
  time_t end = time(NULL) + seconds;
  while (time(NULL) < end) {
    CHECK(tmq_consumer_poll(tmq, 1000) == NULL);
    CHECK_SAID_WHY(NULL);
  }
  printf(" %" PRId64 "\n", used_us() - before);
  tmq_consumer_close(tmq);
  taos_close(taos);
  return finish();
}
