// How much memory a large fetch takes, in blocks.
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include "workload.h"

struct memory {
    const struct table *table;
    size_t block_bytes;
    // Of the resident size, from before the query to the highest point while fetching by row.
    size_t growth_bytes;
    int failed;
};

// Measures in a process of its own, so that no earlier result has left memory to be reused. To be called before this
// process loads the library or has threads. Returns 0, or -1 after a message.
int memory_run(struct memory *memory, const struct table *table, const char *library, const char *host, int port);

#endif
