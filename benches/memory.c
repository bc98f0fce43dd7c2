// Peak resident growth of a fetch, measured in a child that does nothing else.
#include "memory.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "baseline.h"
#include "cases.h"

// In the child. Returns the growth in bytes, or 0 when there is nothing to tell.
static size_t growth(const struct table *table, const char *library, const char *host, int port) {
    struct taos_api api;
    uint64_t sum = 0;
    if (taos_api_load(&api, library) != 0) return 0;
    TAOS *taos = taos_api_connect(&api, host, port);
    if (taos == NULL) return 0;
    // The code and the buffers that any query touches are not the large result's.
    TAOS_RES *res = api.taos_query(taos, "select 1");
    while (api.taos_fetch_row(res) != NULL) continue;
    api.taos_free_result(res);
    size_t before = memory_reset_peak();
    if (before == 0) {
        fprintf(stderr, "bench: this kernel does not let a process reset its peak memory\n");
        return 0;
    }
    if (fetch_by_row(&api, taos, table, &sum) != table->rows) return 0;
    size_t peak = memory_peak();
    return peak > before ? peak - before : 1;
}

static size_t largest_block(const struct table *table, const char *host, int port) {
    size_t largest = 0;
    struct baseline *client = baseline_open(host, port);
    if (client == NULL) return 0;
    if (baseline_fetch_all(client, table->sql, strlen(table->sql), &largest) != table->rows) largest = 0;
    baseline_close(client);
    return largest;
}

int memory_run(struct memory *memory, const struct table *table, const char *library, const char *host, int port) {
    *memory = (struct memory){.table = table, .block_bytes = largest_block(table, host, port), .failed = 1};
    int ends[2];
    if (memory->block_bytes == 0 || pipe(ends) != 0) return -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        size_t bytes = growth(table, library, host, port);
        ssize_t written = write(ends[1], &bytes, sizeof bytes);
        _exit(written == sizeof bytes ? 0 : 1);
    }
    close(ends[1]);
    if (child > 0) {
        ssize_t got = read(ends[0], &memory->growth_bytes, sizeof memory->growth_bytes);
        memory->failed = got != sizeof memory->growth_bytes || memory->growth_bytes == 0;
        waitpid(child, NULL, 0);
    }
    close(ends[0]);
    return memory->failed ? -1 : 0;
}
