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
    // Both again, to the server whose replies come late; NULL where there is none.
    TAOS *late;
    struct baseline *late_baseline;
    const struct workload *work;
};

struct bench_case {
    const char *name;
    // Operations per round: enough for a round to be far longer than the clock's grain.
    int operations;
    // How many of them a call does; 0 is one.
    int at_once;
    // The table that is fetched, or NULL.
    const struct table *table;
    // One operation, or those that are done at once. Returns its rows, or -1 after a message; `sum` gets what the values add up to.
    long (*library)(const struct bench *bench, const struct bench_case *self, uint64_t *sum);
    long (*baseline)(const struct bench *bench, const struct bench_case *self);
    long expected_rows;
    // Per operation; medians over the rounds.
    struct times library_time, baseline_time;
    uint64_t sum;
    int failed;
};

enum { MAX_CASES = 32 };

// Fills `cases` and returns how many there are: those of the canned server only if `canned`. For slower servers rounds are shorter.
int cases_init(struct bench_case *cases, const struct workload *work, int canned);

// Times one case in rounds that alternate between the clients. Returns 0, or -1 after a message.
int case_run(struct bench_case *self, const struct bench *bench, int rounds);

// One query of one row, by either client.
long one_row_library(const struct bench *b, const struct bench_case *self, uint64_t *sum);
long one_row_baseline(const struct bench *b, const struct bench_case *self);

// Fetches a whole table by row with a library, reading every value.
long fetch_by_row(const struct taos_api *api, TAOS *taos, const struct table *table, uint64_t *sum);

#endif
