// Opens many connections in a child, and looks at what it has become.
#include "connections.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "child.h"
#include "measure.h"
#include "taos_api.h"

struct question {
    const char *library, *host;
    int port, count, idle;
};

static int descriptors(void) {
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    while (folder != NULL && readdir(folder) != NULL) count++;
    if (folder != NULL) closedir(folder);
    return count;
}

static void raise_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// In the child.
static int open_many(const void *question, void *answer) {
    const struct question *q = question;
    struct connections *c = answer;
    struct taos_api api;
    raise_limit();
    TAOS **all = malloc((size_t)q->count * sizeof *all);
    struct times *took = malloc((size_t)q->count * sizeof *took);
    if (all == NULL || took == NULL) abort();
    // Resident before it is counted.
    memset(all, 1, (size_t)q->count * sizeof *all);
    memset(took, 1, (size_t)q->count * sizeof *took);
    if (taos_api_load(&api, q->library) != 0) return -1;
    // What the library keeps for all connections is not the first one's.
    TAOS *other = taos_api_connect(&api, q->host, q->port, NULL);
    if (other == NULL) return -1;
    api.taos_free_result(api.taos_query(other, "select 1"));
    int before = descriptors();
    size_t resident = memory_resident();
    for (int i = 0; i < q->count; i++) {
        struct times start = times_now();
        all[i] = taos_api_connect(&api, q->host, q->port, NULL);
        took[i] = times_since(start);
        if (all[i] == NULL) {
            fprintf(stderr, "bench: connection %d of %d failed; a process may have as many descriptors as ulimit -n says\n",
                    i + 1, q->count);
            return -1;
        }
    }
    int some = q->count / 20 > 0 ? q->count / 20 : 1;
    c->descriptors = (double)(descriptors() - before) / q->count;
    c->bytes = ((double)memory_resident() - (double)resident) / q->count;
    c->first = times_median(took, some).wall;
    c->last = times_median(took + q->count - some, some).wall;
    struct times start = times_now();
    struct timespec pause = {.tv_sec = q->idle};
    nanosleep(&pause, NULL);
    struct times idle = times_since(start);
    c->idle_seconds = idle.wall;
    c->idle_cpu = idle.cpu;
    for (int i = 0; i < q->count; i++) api.taos_close(all[i]);
    return 0;
}

int connections_run(struct connections *connections, int count, int idle, const char *library, const char *host, int port) {
    const struct question question = {library, host, port, count, idle};
    *connections = (struct connections){.count = count};
    connections->failed = in_child(open_many, &question, connections, sizeof *connections) != 0;
    connections->count = count;
    return connections->failed ? -1 : 0;
}
