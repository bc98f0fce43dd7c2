// Measures what a libtaos costs its program: time, CPU and memory, beside the least that a socket client needs.
//
//     bench LIBTAOS HOST PORT [--json] [--sandbox] [--rounds N] [--rows N] [--connections N] [--idle SECONDS] [--only TEXT]
//     bench LIBTAOS HOST PORT --queries N [--baseline]
//
// bench.c       arguments, and the order of things
// cases.c       the operations and how they are timed      memory.c    peak memory, each in its own process
// workload.c    the statements and the tables              tables.c    how a caller reads them
// baseline.c    the minimal socket client                  taos_api.c  the library under test
// report.c      the output                                 measure.c   clocks, medians, resident size
// binds.c       rows bound to statements                   consumes.c  rows consumed from a topic
// together.c    threads and asynchronous calls             connections.c  many connections in one process
// child.c       a process of its own for a measurement
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"
#include "connections.h"
#include "memory.h"
#include "report.h"

// A larger row number would not fit the INT columns.
enum { MAX_ROWS = 2000000 };

struct options {
    const char *library, *host, *only;
    int port, json, real_tables, rounds, connections, idle, queries, by_baseline;
    long rows;
};

static int usage(void) {
    fprintf(stderr,
            "usage: bench LIBTAOS HOST PORT [options]\n"
            "  --json       one JSON object instead of tables\n"
            "  --sandbox    the server is the sandbox or a real adapter: create tables in database client_bench, drop\n"
            "               it at the end\n"
            "  --rounds N   median of N rounds (5)\n"
            "  --rows N     rows of the largest table (1000000; with --sandbox 100000)\n"
            "  --connections N  connections in one process (200), 0 for none of this part; each takes descriptors\n"
            "  --idle SECONDS   how long they are left alone (3)\n"
            "  --only TEXT  the cases whose name contains TEXT, and no memory; \"connections in one process\" is one, too\n"
            "  --queries N  does N one-row queries and measures nothing, for strace; with --baseline, by that\n");
    return 2;
}

static int parse(int argc, char **argv, struct options *options) {
    *options = (struct options){.rounds = 5, .connections = 200, .idle = 3, .queries = -1};
    if (argc < 4) return usage();
    options->library = argv[1];
    options->host = argv[2];
    options->port = atoi(argv[3]);
    for (int i = 4; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--json") == 0) options->json = 1;
        else if (strcmp(argv[i], "--sandbox") == 0) options->real_tables = 1;
        else if (strcmp(argv[i], "--rounds") == 0) options->rounds = atoi(value), i++;
        else if (strcmp(argv[i], "--rows") == 0) options->rows = atol(value), i++;
        else if (strcmp(argv[i], "--connections") == 0) options->connections = atoi(value), i++;
        else if (strcmp(argv[i], "--idle") == 0) options->idle = atoi(value), i++;
        else if (strcmp(argv[i], "--queries") == 0) options->queries = atoi(value), i++;
        else if (strcmp(argv[i], "--baseline") == 0) options->by_baseline = 1;
        else if (strcmp(argv[i], "--only") == 0) options->only = value, i++;
        else return usage();
    }
    if (options->rows == 0) options->rows = options->real_tables ? 100000 : 1000000;
    int valid = options->port > 0 && options->port < 65536 && options->rounds > 0 && options->rounds <= 1000 &&
                options->rows >= 100 && options->rows <= MAX_ROWS && options->connections >= 0 && options->idle >= 0;
    return valid ? 0 : usage();
}

// A fast wrong answer is no figure: two ways of reading one result must see the same values.
static int compare_sums(const struct workload *work, const struct bench_case *cases, int count) {
    const struct bench_case *first[TABLES] = {NULL};
    int differences = 0;
    for (int i = 0; i < count; i++) {
        const struct bench_case *c = &cases[i];
        // Raw blocks are not read, so they have no sum.
        if (c->table == NULL || c->failed || c->sum == 0) continue;
        const struct bench_case **same = &first[c->table - work->tables];
        if (*same == NULL) *same = c;
        if ((*same)->sum == c->sum) continue;
        fprintf(stderr, "bench: \"%s\" and \"%s\" read different values\n", (*same)->name, c->name);
        differences++;
    }
    return differences ? -1 : 0;
}

static int is_asked_for(const struct options *options, const char *name) {
    return options->only == NULL || strstr(name, options->only) != NULL;
}

static int run_cases(const struct options *options, const struct bench *bench, struct bench_case *cases, int *count) {
    int kept = 0, failed = 0;
    int all = cases_init(cases, bench->work, !options->real_tables);
    for (int i = 0; i < all; i++) {
        if (!is_asked_for(options, cases[i].name)) continue;
        cases[kept] = cases[i];
        failed |= case_run(&cases[kept++], bench, options->rounds);
    }
    *count = kept;
    return failed | compare_sums(bench->work, cases, kept);
}

// In a child, as memory is measured by children of a process that has not yet loaded the library.
static int create_tables(const struct options *options, const struct workload *work) {
    struct taos_api api;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (taos_api_load(&api, options->library) != 0) _exit(1);
        TAOS *taos = taos_api_connect(&api, options->host, options->port, NULL);
        _exit(taos == NULL || workload_create(work, &api, taos) != 0);
    }
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

// Nothing else is in the trace of the process but what all processes have.
static int only_queries(const struct options *options, const struct workload *work) {
    struct taos_api api;
    struct bench bench = {.host = options->host, .port = options->port, .api = &api, .work = work};
    uint64_t sum = 0;
    if (options->by_baseline) bench.baseline = baseline_open(options->host, options->port, NULL);
    else if (taos_api_load(&api, options->library) == 0) bench.taos = taos_api_connect(&api, options->host, options->port, NULL);
    if (bench.baseline == NULL && bench.taos == NULL) return 1;
    for (int i = 0; i < options->queries; i++) {
        long rows = options->by_baseline ? one_row_baseline(&bench, NULL) : one_row_library(&bench, NULL, &sum);
        if (rows != 1) return 1;
    }
    return 0;
}

int main(int argc, char **argv) {
    struct options options;
    struct workload work;
    struct taos_api api;
    struct memory memory[TABLES];
    struct connections connections = {0};
    struct bench_case cases[MAX_CASES];
    int memory_count = 0, case_count = 0, failed = 0;

    if (parse(argc, argv, &options) != 0) return 2;
    workload_init(&work, options.rows, options.real_tables);
    if (options.queries >= 0) return only_queries(&options, &work);
    if (options.real_tables && create_tables(&options, &work) != 0) return 1;
    for (int t = 0; t < TABLES && options.only == NULL; t++) {
        failed |= memory_run(&memory[memory_count++], &work.tables[t], options.library, options.host, options.port);
    }
    if (options.connections > 0 && is_asked_for(&options, CONNECTIONS_PART)) {
        failed |= connections_run(&connections, options.connections, options.idle, options.library, options.host, options.port);
    }
    if (taos_api_load(&api, options.library) != 0) return 1;
    struct bench bench = {.host = options.host, .port = options.port, .api = &api, .work = &work};
    bench.taos = taos_api_connect(&api, options.host, options.port, NULL);
    char compressing[200];
    snprintf(compressing, sizeof compressing, "ws://%s:%d?compression=true", options.host, options.port);
    bench.compressed = taos_api_connect(&api, compressing, 0, NULL);
    bench.baseline = baseline_open(options.host, options.port, NULL);
    if (bench.taos == NULL || bench.compressed == NULL || bench.baseline == NULL) return 1;
    if (!options.real_tables) {
        // A database that the canned server answers late.
        bench.late = taos_api_connect(&api, options.host, options.port, "late");
        bench.late_baseline = baseline_open(options.host, options.port, "late");
        if (bench.late == NULL || bench.late_baseline == NULL) return 1;
    }
    failed |= run_cases(&options, &bench, cases, &case_count);
    if (options.real_tables) failed |= workload_drop(&api, bench.taos);

    struct report report = {
        .library = options.library,
        .client_info = api.taos_get_client_info(),
        .rounds = options.rounds,
        .cases = cases,
        .case_count = case_count,
        .memory = memory,
        .memory_count = memory_count,
        .connections = &connections,
    };
    char server[300];
    snprintf(server, sizeof server, "%s:%d", options.host, options.port);
    report.server = server;
    if (options.json) report_json(&report);
    else report_tables(&report);

    if (bench.late != NULL) api.taos_close(bench.late);
    baseline_close(bench.late_baseline);
    baseline_close(bench.baseline);
    api.taos_close(bench.compressed);
    api.taos_close(bench.taos);
    free(work.insert_many);
    return failed ? 1 : 0;
}
