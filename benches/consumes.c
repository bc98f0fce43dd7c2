#include "consumes.h"

#include <stdio.h>
#include <stdlib.h>

static void *subscribed(const struct bench *b, const struct table *table) {
    char port[8], topic[48], why[256] = "";
    snprintf(port, sizeof port, "%d", b->port);
    snprintf(topic, sizeof topic, "%s_%ld", table->name, table->rows);
    const char *const settings[][2] = {
        {"td.connect.ip", b->host},         {"td.connect.port", port},       {"td.connect.user", "root"},
        {"td.connect.pass", "taosdata"},    {"group.id", "bench"},           {"auto.offset.reset", "earliest"},
        {"enable.auto.commit", "false"},
    };
    void *conf = b->api->tmq_conf_new();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        b->api->tmq_conf_set(conf, settings[i][0], settings[i][1]);
    }
    void *consumer = b->api->tmq_consumer_new(conf, why, sizeof why);
    b->api->tmq_conf_destroy(conf);
    if (consumer == NULL) {
        fprintf(stderr, "bench: consumer: %s\n", why);
        return NULL;
    }
    void *topics = b->api->tmq_list_new();
    b->api->tmq_list_append(topics, topic);
    int code = b->api->tmq_subscribe(consumer, topics);
    b->api->tmq_list_destroy(topics);
    if (code == 0) return consumer;
    fprintf(stderr, "bench: subscribe to %s: %s\n", topic, b->api->tmq_err2str(code));
    b->api->tmq_consumer_close(consumer);
    return NULL;
}

static long consume(const struct bench *b, const struct bench_case *self, uint64_t *sum, int by_block) {
    const struct table *table = self->table;
    void *consumer = subscribed(b, table);
    if (consumer == NULL) return -1;
    long rows = 0;
    while (rows < table->rows) {
        TAOS_RES *message = b->api->tmq_consumer_poll(consumer, 1000);
        if (message == NULL) break;
        TAOS_ROW row;
        if (by_block) {
            for (int n; (n = b->api->taos_fetch_block(message, &row)) > 0; rows += n) {
                *sum += table->touch_block(b->api, message, row, n);
            }
        } else {
            for (; (row = b->api->taos_fetch_row(message)) != NULL; rows++) *sum += table->touch_row(row);
        }
        b->api->taos_free_result(message);
    }
    b->api->tmq_consumer_close(consumer);
    return rows;
}

long consume_by_row(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    return consume(b, self, sum, 0);
}

long consume_by_block(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    return consume(b, self, sum, 1);
}
