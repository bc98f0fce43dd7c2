// Peak resident growth of a fetch, measured in a child that does nothing else.
#include "memory.h"

#include <stdio.h>
#include <string.h>

#include "baseline.h"
#include "cases.h"
#include "child.h"

struct question {
    const struct table *table;
    const char *library, *host;
    int port;
};

// In the child: `answer` is the growth in bytes.
static int growth(const void *question, void *answer) {
    const struct question *q = question;
    struct taos_api api;
    uint64_t sum = 0;
    if (taos_api_load(&api, q->library) != 0) return -1;
    TAOS *taos = taos_api_connect(&api, q->host, q->port, NULL);
    if (taos == NULL) return -1;
    // The code and the buffers that any query touches are not the large result's.
    TAOS_RES *res = api.taos_query(taos, "select 1");
    while (api.taos_fetch_row(res) != NULL) continue;
    api.taos_free_result(res);
    size_t before = memory_reset_peak();
    if (before == 0) {
        fprintf(stderr, "bench: this kernel does not let a process reset its peak memory\n");
        return -1;
    }
    if (fetch_by_row(&api, taos, q->table, &sum) != q->table->rows) return -1;
    size_t peak = memory_peak();
    *(size_t *)answer = peak > before ? peak - before : 1;
    return 0;
}

static size_t largest_block(const struct table *table, const char *host, int port) {
    size_t largest = 0;
    struct baseline *client = baseline_open(host, port, NULL);
    if (client == NULL) return 0;
    if (baseline_fetch_all(client, table->sql, strlen(table->sql), &largest) != table->rows) largest = 0;
    baseline_close(client);
    return largest;
}

int memory_run(struct memory *memory, const struct table *table, const char *library, const char *host, int port) {
    const struct question question = {table, library, host, port};
    *memory = (struct memory){.table = table, .block_bytes = largest_block(table, host, port)};
    memory->failed = memory->block_bytes == 0 ||
                     in_child(growth, &question, &memory->growth_bytes, sizeof memory->growth_bytes) != 0;
    return memory->failed ? -1 : 0;
}
