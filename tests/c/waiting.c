/* Prints the processor time, in ticks, that ten seconds take in which the server is gone: with a connection that is dead and a
 * consumer that polls; and how many ticks ten seconds have.
 *
 *   waiting HOST PORT DATABASE */
#include <time.h>
#include <sys/times.h>
#include <unistd.h>
#include "check.h"

#define SECONDS 10

int main(int argc, char **argv) {
  if (argc < 4) return 2;
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

  struct tms before, after;
  times(&before);
  time_t end = time(NULL) + SECONDS;
  while (time(NULL) < end) {
    CHECK(tmq_consumer_poll(tmq, 1000) == NULL);
    CHECK_SAID_WHY(NULL);
  }
  times(&after);
  printf("%ld %ld\n", (long)(after.tms_utime + after.tms_stime - before.tms_utime - before.tms_stime), SECONDS * sysconf(_SC_CLK_TCK));
  tmq_consumer_close(tmq);
  taos_close(taos);
  return finish();
}
