// What is measured: each operation, by the library and by the baseline.
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

#include "baseline.h"
#include "measure.h"
#include "taos_api.h"
#include "workload.h"

// Both clients, connected.
struct bench {
    const char *host;
    int port;
    const struct taos_api *api;
    TAOS *taos;
    // The library's again, with compression asked for.
    TAOS *compressed;
    struct baseline *baseline;
    const struct workload *work;
};

struct bench_case {
    const char *name;
    // Operations per round: enough for a round to be far longer than the clock's grain.
    int operations;
    // The table that is fetched, or NULL.
    const struct table *table;
    // One operation. Returns its rows, or -1 after a message; `sum` gets what the values add up to.
    long (*library)(const struct bench *bench, const struct bench_case *self, uint64_t *sum);
    long (*baseline)(const struct bench *bench, const struct bench_case *self);
    long expected_rows;
    // Per operation; medians over the rounds.
    struct times library_time, baseline_time;
    uint64_t sum;
    int failed;
};

enum { MAX_CASES = 24 };

// Fills `cases` and returns how many there are. `divisor` makes rounds shorter, for servers slower than the canned one.
int cases_init(struct bench_case *cases, const struct workload *work, int divisor);

// Times one case in rounds that alternate between the clients. Returns 0, or -1 after a message.
int case_run(struct bench_case *self, const struct bench *bench, int rounds);

// Fetches a whole table by row with a library, reading every value.
long fetch_by_row(const struct taos_api *api, TAOS *taos, const struct table *table, uint64_t *sum);

#endif
