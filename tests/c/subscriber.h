/* Consumers for the C programs: made, subscribed, polled, in one line each. */
#ifndef SUBSCRIBER_H
#define SUBSCRIBER_H
#include "check.h"

/* A consumer of a topic of the server that argv names; `more` are pairs of keys and values, up to a NULL. Ends the program
 * when there is none; *code, unless NULL, gets what the subscription answered, which otherwise must be 0. */
__attribute__((unused))
static tmq_t *subscriber(char **argv, const char *topic, const char *group, const char *const *more, int *code) {
  char why[300] = "";
  tmq_conf_t *conf = tmq_conf_new();
  const char *usual[] = {"td.connect.ip", argv[1], "group.id", group, "auto.offset.reset", "earliest", "enable.auto.commit", "false", NULL};
  for (const char *const *pair = usual; *pair; pair += 2) CHECK_INT(tmq_conf_set(conf, pair[0], pair[1]), TMQ_CONF_OK);
  if (atoi(argv[2])) CHECK_INT(tmq_conf_set(conf, "td.connect.port", argv[2]), TMQ_CONF_OK);
  for (const char *const *pair = more; pair && *pair; pair += 2) CHECK_INT(tmq_conf_set(conf, pair[0], pair[1]), TMQ_CONF_OK);
  tmq_t *tmq = tmq_consumer_new(conf, why, sizeof why);
  tmq_conf_destroy(conf);
  if (!tmq) {
    printf("no consumer: %s\n", why);
    exit(2);
  }
  tmq_list_t *topics = tmq_list_new();
  CHECK_INT(tmq_list_append(topics, topic), 0);
  int subscribed = tmq_subscribe(tmq, topics);
  tmq_list_destroy(topics);
  if (code) *code = subscribed;
  else CHECK_CODE(subscribed, 0);
  return tmq;
}

/* The same; pairs of keys and values, and a NULL. */
#define SUBSCRIBER(argv, topic, group, ...) subscriber(argv, topic, group, (const char *const[]){__VA_ARGS__}, NULL)

/* The next message, or NULL after some seconds without one. */
__attribute__((unused))
static TAOS_RES *next_message(tmq_t *tmq) {
  for (int i = 0; i < 20; i++) {
    TAOS_RES *message = tmq_consumer_poll(tmq, 500);
    if (message) return message;
    CHECK_CODE(taos_errno(NULL), 0);
  }
  return NULL;
}
#endif
