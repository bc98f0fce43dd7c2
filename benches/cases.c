// The operations, and how they are timed.
#include "cases.h"

#include "binds.h"
#include "consumes.h"
#include "together.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static TAOS_RES *query(const struct taos_api *api, TAOS *taos, const char *sql) {
    TAOS_RES *res = api->taos_query(taos, sql);
    if (res != NULL && api->taos_errno(res) == 0) return res;
    fprintf(stderr, "bench: %s: %.60s\n", api->taos_errstr(res), sql);
    api->taos_free_result(res);
    return NULL;
}

// The end of the rows is also what an error looks like.
static long finish(const struct taos_api *api, TAOS_RES *res, long rows) {
    if (api->taos_errno(res) != 0) {
        fprintf(stderr, "bench: fetch: %s\n", api->taos_errstr(res));
        rows = -1;
    }
    api->taos_free_result(res);
    return rows;
}

static long connect_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    TAOS *taos = taos_api_connect(b->api, b->host, b->port, NULL);
    if (taos == NULL) return -1;
    b->api->taos_close(taos);
    return 0;
}

static long connect_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    struct baseline *client = baseline_open(b->host, b->port, NULL);
    if (client == NULL) return -1;
    baseline_close(client);
    return 0;
}

long one_row_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self;
    TAOS_RES *res = query(b->api, b->taos, b->work->query);
    if (res == NULL) return -1;
    long rows = 0;
    for (TAOS_ROW row; (row = b->api->taos_fetch_row(res)) != NULL; rows++) {
        if (row[0] != NULL) *sum += *(const unsigned char *)row[0];
    }
    return finish(b->api, res, rows);
}

long one_row_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    return baseline_fetch_all(b->baseline, b->work->query, strlen(b->work->query), NULL);
}

static long insert_library(const struct bench *b, const char *sql) {
    TAOS_RES *res = query(b->api, b->taos, sql);
    if (res == NULL) return -1;
    long rows = b->api->taos_affected_rows(res);
    b->api->taos_free_result(res);
    return rows;
}

static long insert_one_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    return insert_library(b, b->work->insert_one);
}

static long insert_one_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    return baseline_execute(b->baseline, b->work->insert_one, strlen(b->work->insert_one));
}

static long insert_many_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    return insert_library(b, b->work->insert_many);
}

static long insert_compressed_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    struct bench compressed = *b;
    compressed.taos = b->compressed;
    return insert_many_library(&compressed, self, sum);
}
#define insert_compressed_baseline insert_many_baseline

static long insert_many_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    return baseline_execute(b->baseline, b->work->insert_many, strlen(b->work->insert_many));
}

// The same with the server that is late.
static struct bench lately(const struct bench *b) {
    struct bench late = *b;
    late.taos = b->late;
    late.baseline = b->late_baseline;
    return late;
}

#define LATE(what)                                                                                          \
    static long what##_late_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {  \
        struct bench late = lately(b);                                                                      \
        return what##_library(&late, self, sum);                                                            \
    }                                                                                                       \
    static long what##_late_baseline(const struct bench *b, const struct bench_case *self) {                \
        struct bench late = lately(b);                                                                      \
        return what##_baseline(&late, self);                                                                \
    }
LATE(one_row)
LATE(insert_one)

static long bind_stmt2_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    return bind_version2(b->api, b->taos);
}

static long bind_stmt_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    return bind_version1(b->api, b->taos);
}

static long bind_text_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    return bind_as_text(b->api, b->taos);
}

static long bind_text_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    return bind_baseline(b->baseline);
}
#define bind_stmt2_baseline bind_text_baseline
#define bind_stmt_baseline bind_text_baseline

long fetch_by_row(const struct taos_api *api, TAOS *taos, const struct table *table, uint64_t *sum) {
    TAOS_RES *res = query(api, taos, table->sql);
    if (res == NULL) return -1;
    long rows = 0;
    for (TAOS_ROW row; (row = api->taos_fetch_row(res)) != NULL; rows++) *sum += table->touch_row(row);
    return finish(api, res, rows);
}

static long rows_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    return fetch_by_row(b->api, b->taos, self->table, sum);
}

static long rows_compressed_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    return fetch_by_row(b->api, b->compressed, self->table, sum);
}

static long rows_with_lengths_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    TAOS_RES *res = query(b->api, b->taos, self->table->sql);
    if (res == NULL) return -1;
    long rows = 0;
    for (TAOS_ROW row; (row = b->api->taos_fetch_row(res)) != NULL; rows++) {
        *sum += self->table->touch_row_with_lengths(row, b->api->taos_fetch_lengths(res));
    }
    return finish(b->api, res, rows);
}

static long blocks_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    TAOS_RES *res = query(b->api, b->taos, self->table->sql);
    if (res == NULL) return -1;
    long rows = 0;
    TAOS_ROW columns = NULL;
    for (int n; (n = b->api->taos_fetch_block(res, &columns)) > 0; rows += n) {
        *sum += self->table->touch_block(b->api, res, columns, n);
    }
    return finish(b->api, res, rows);
}

// Nothing is read here: a program that asks for raw blocks decodes them itself, or passes them on.
static long raw_blocks_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)sum;
    TAOS_RES *res = query(b->api, b->taos, self->table->sql);
    if (res == NULL) return -1;
    long rows = 0;
    void *block = NULL;
    for (int n = 0; b->api->taos_fetch_raw_block(res, &n, &block) == 0 && n > 0;) rows += n;
    return finish(b->api, res, rows);
}

static long fetch_baseline(const struct bench *b, const struct bench_case *self) {
    return baseline_fetch_all(b->baseline, self->table->sql, strlen(self->table->sql), NULL);
}

// A round has `count` operations.
#define SMALL(label, count, what, rows)                              \
    {                                                                \
        .name = label, .operations = count, .expected_rows = rows,   \
        .library = what##_library, .baseline = what##_baseline       \
    }
// As many operations at once.
#define TOGETHER(label, count, what)                                                            \
    {                                                                                           \
        .name = label, .operations = count, .at_once = count, .expected_rows = count,           \
        .library = what##_library, .baseline = what##_baseline                                  \
    }
// All of a large table is one operation.
#define FETCH(label, of, how)                                                  \
    {                                                                          \
        .name = label, .operations = 1, .table = of, .expected_rows = of->rows, \
        .library = how##_library, .baseline = fetch_baseline                   \
    }

// Beside the baseline's fetches of the same rows: half as many requests.
#define CONSUME(label, of, how)                                                \
    {                                                                          \
        .name = label, .operations = 1, .table = of, .expected_rows = of->rows, \
        .library = how, .baseline = fetch_baseline                             \
    }

int cases_init(struct bench_case *cases, const struct workload *work, int canned) {
    const struct table *fixed = &work->tables[FIXED], *mixed = &work->tables[MIXED], *wide = &work->tables[WIDE];
    const struct bench_case all[] = {
        {.name = "connect + close", .operations = 200, .library = connect_library, .baseline = connect_baseline},
        SMALL("select 1", 3000, one_row, 1),
        SMALL("insert 1 row", 5000, insert_one, 1),
        SMALL("insert 5000 rows", 200, insert_many, INSERT_ROWS),
        SMALL("insert 5000 rows, compressed", 100, insert_compressed, INSERT_ROWS),
        SMALL("10000 rows by stmt2", 100, bind_stmt2, BIND_ROWS),
        SMALL("10000 rows by stmt", 100, bind_stmt, BIND_ROWS),
        SMALL("10000 rows as SQL", 50, bind_text, BIND_ROWS),
        FETCH("fixed, by row", fixed, rows),
        FETCH("fixed, by row + lengths", fixed, rows_with_lengths),
        FETCH("fixed, by block", fixed, blocks),
        FETCH("fixed, by raw block", fixed, raw_blocks),
        FETCH("fixed, by row, compressed", fixed, rows_compressed),
        CONSUME("fixed, consumed by row", fixed, consume_by_row),
        CONSUME("fixed, consumed by block", fixed, consume_by_block),
        FETCH("mixed, by row", mixed, rows),
        FETCH("mixed, by row + lengths", mixed, rows_with_lengths),
        FETCH("mixed, by block", mixed, blocks),
        FETCH("mixed, by raw block", mixed, raw_blocks),
        FETCH("mixed, by row, compressed", mixed, rows_compressed),
        FETCH("wide, by row", wide, rows),
        FETCH("wide, by raw block", wide, raw_blocks),
        TOGETHER("16 threads, 1 connection", THREADS * THREAD_QUERIES, shared),
        TOGETHER("16 threads, 16 connections", THREADS * THREAD_QUERIES, own),
        // From here on with the canned server only.
        SMALL("select 1, late server", 200, one_row_late, 1),
        SMALL("insert 1 row, late server", 500, insert_one_late, 1),
        TOGETHER("1000 asynchronous, late", IN_FLIGHT, in_flight),
    };
    int count = (int)(sizeof all / sizeof *all) - (canned ? 0 : 3);
    _Static_assert(sizeof all / sizeof *all <= MAX_CASES, "MAX_CASES is too small");
    memcpy(cases, all, sizeof all);
    for (int i = 0; i < count; i++) {
        if (!canned && cases[i].operations > 10 && cases[i].at_once == 0) cases[i].operations /= 10;
    }
    return count;
}

// One round of one client, per operation. Returns 0, or -1 when it fetched other than what it should have.
static int round_of(struct bench_case *self, const struct bench *bench, int of_library, int operations,
                    struct times *per_operation) {
    struct times start = times_now();
    for (int i = 0; i < operations; i += self->at_once ? self->at_once : 1) {
        uint64_t sum = 0;
        long rows = of_library ? self->library(bench, self, &sum) : self->baseline(bench, self);
        if (rows != self->expected_rows) {
            fprintf(stderr, "bench: %s by the %s: %ld rows, expected %ld\n", self->name,
                    of_library ? "library" : "baseline", rows, self->expected_rows);
            return -1;
        }
        if (of_library) self->sum = sum;
    }
    struct times spent = times_since(start);
    *per_operation = (struct times){spent.wall / operations, spent.cpu / operations};
    return 0;
}

int case_run(struct bench_case *self, const struct bench *bench, int rounds) {
    struct times *library = calloc(2 * (size_t)rounds, sizeof *library);
    if (library == NULL) abort();
    struct times *baseline = library + rounds;
    // A short first round that does not count: pages, caches and connections warm up.
    int warm_up = self->at_once ? self->at_once : self->operations > 10 ? self->operations / 10 : 1;
    struct times ignored;
    self->failed = round_of(self, bench, 0, warm_up, &ignored) || round_of(self, bench, 1, warm_up, &ignored);
    for (int r = 0; r < rounds && !self->failed; r++) {
        self->failed = round_of(self, bench, 0, self->operations, &baseline[r]) ||
                       round_of(self, bench, 1, self->operations, &library[r]);
    }
    self->library_time = times_median(library, rounds);
    self->baseline_time = times_median(baseline, rounds);
    free(library);
    return self->failed ? -1 : 0;
}
