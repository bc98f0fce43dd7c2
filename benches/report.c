// Prints the figures, and beside them what they were meant to be. Reports; asserts nothing.
#include "report.h"

#include <stdio.h>
#include <string.h>

static const struct bench_case *find(const struct report *report, const char *name) {
    for (int i = 0; i < report->case_count; i++) {
        const struct bench_case *c = &report->cases[i];
        if (strcmp(c->name, name) == 0 && !c->failed) return c;
    }
    return NULL;
}

// Whether there is any case of operations (0) or of large results (1).
static int any(const struct report *report, int large) {
    for (int i = 0; i < report->case_count; i++) {
        if ((report->cases[i].table != NULL) == large) return 1;
    }
    return 0;
}

static double values(const struct bench_case *c) { return (double)c->table->rows * c->table->columns; }

static double blocks(const struct memory *m) { return (double)m->growth_bytes / (double)m->block_bytes; }

static void operations(const struct report *report) {
    if (!any(report, 0)) return;
    printf("\n%-29s %12s %12s %12s %12s %8s %8s\n", "per operation, µs", "wall", "CPU", "base wall", "base CPU",
           "wall x", "CPU x");
    for (int i = 0; i < report->case_count; i++) {
        const struct bench_case *c = &report->cases[i];
        if (c->table != NULL) continue;
        if (c->failed) {
            printf("%-28s %12s\n", c->name, "failed");
            continue;
        }
        struct times l = c->library_time, b = c->baseline_time;
        printf("%-28s %12.1f %12.1f %12.1f %12.1f %8.2f %8.2f\n", c->name, l.wall * 1e6, l.cpu * 1e6, b.wall * 1e6,
               b.cpu * 1e6, l.wall / b.wall, l.cpu / b.cpu);
    }
}

static void fetches(const struct report *report) {
    if (!any(report, 1)) return;
    printf("\n%-25s %10s %9s %9s %9s %9s %9s %8s %8s\n", "large results, ms", "rows", "wall", "CPU", "ns/value",
           "base wall", "base CPU", "wall x", "CPU x");
    for (int i = 0; i < report->case_count; i++) {
        const struct bench_case *c = &report->cases[i];
        if (c->table == NULL) continue;
        if (c->failed) {
            printf("%-25s %10s\n", c->name, "failed");
            continue;
        }
        struct times l = c->library_time, b = c->baseline_time;
        printf("%-25s %10ld %9.1f %9.1f %9.2f %9.1f %9.1f %8.2f %8.2f\n", c->name, c->table->rows, l.wall * 1e3,
               l.cpu * 1e3, l.cpu * 1e9 / values(c), b.wall * 1e3, b.cpu * 1e3, l.wall / b.wall, l.cpu / b.cpu);
    }
    printf("ns/value is client CPU. The baseline receives the same blocks and decodes nothing.\n");
}

static void memory(const struct report *report) {
    if (report->memory_count == 0) return;
    printf("\n%-25s %10s %12s %12s %9s\n", "memory, by row", "rows", "block, KiB", "growth, KiB", "blocks");
    for (int i = 0; i < report->memory_count; i++) {
        const struct memory *m = &report->memory[i];
        if (m->failed) {
            printf("%-25s %10s\n", m->table->name, "failed");
            continue;
        }
        printf("%-25s %10ld %12.0f %12.0f %9.1f\n", m->table->name, m->table->rows, (double)m->block_bytes / 1024,
               (double)m->growth_bytes / 1024, blocks(m));
    }
}

static void connections(const struct report *report) {
    const struct connections *c = report->connections;
    if (c->count == 0) return;
    printf("\n%d " CONNECTIONS_PART "%s\n", c->count, c->failed ? ": failed" : "");
    if (c->failed) return;
    printf("  descriptors each %.2f, resident memory each %.1f KiB\n", c->descriptors, c->bytes / 1024);
    printf("  connect, ms: the first %.3f, the last %.3f, times the first %.2f\n", c->first * 1e3, c->last * 1e3, c->last / c->first);
    printf("  idle for %.0f s: %.4f %% of a processor\n", c->idle_seconds, 100 * c->idle_cpu / c->idle_seconds);
}

static void target(const char *what, double limit, double figure) {
    printf("%-52s %8.2f %8.2f   %s\n", what, limit, figure, figure <= limit ? "met" : "not met");
}

static void targets(const struct report *report) {
    const struct bench_case *one_row = find(report, "select 1"), *fixed = find(report, "fixed, by row");
    const struct bench_case *bound = find(report, "10000 rows by stmt2");
    if (one_row == NULL && fixed == NULL && bound == NULL && report->memory_count == 0) return;
    printf("\n%-52s %8s %8s\n", "target", "at most", "is");
    if (one_row != NULL) {
        struct times l = one_row->library_time, b = one_row->baseline_time;
        target("one-row query, wall, times the baseline", 1.1, l.wall / b.wall);
        target("one-row query, CPU, times the baseline", 2, l.cpu / b.cpu);
    }
    if (fixed != NULL) {
        target("fixed-width rows, ns of CPU per value", 5, fixed->library_time.cpu * 1e9 / values(fixed));
    }
    if (bound != NULL) {
        target("rows bound by stmt2, ns of CPU per row", 15, bound->library_time.cpu * 1e9 / (double)bound->expected_rows);
    }
    for (int i = 0; i < report->memory_count; i++) {
        const struct memory *m = &report->memory[i];
        char what[64];
        snprintf(what, sizeof what, "memory for a large result (%s), blocks", m->table->name);
        if (!m->failed) target(what, 4, blocks(m));
    }
}

// The same rows bound and as a text.
static void binds(const struct report *report) {
    const struct bench_case *text = find(report, "10000 rows as SQL");
    const char *ways[] = {"10000 rows by stmt2", "10000 rows by stmt"};
    if (text == NULL || (find(report, ways[0]) == NULL && find(report, ways[1]) == NULL)) return;
    printf("\n%-25s %14s %24s\n", "bound rows", "CPU, ns/row", "of that of the same SQL");
    for (int i = 0; i < 3; i++) {
        const struct bench_case *c = i < 2 ? find(report, ways[i]) : text;
        if (c == NULL) continue;
        printf("%-25s %14.1f %24.3f\n", c->name, c->library_time.cpu * 1e9 / (double)c->expected_rows,
               c->library_time.cpu / text->library_time.cpu);
    }
}

void report_tables(const struct report *report) {
    printf("%s (client %s) at %s, medians of %d rounds\n", report->library, report->client_info, report->server,
           report->rounds);
    operations(report);
    binds(report);
    fetches(report);
    memory(report);
    connections(report);
    targets(report);
}

static void json_string(const char *key, const char *text) {
    printf("\"%s\":\"", key);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20) printf("\\u%04x", *text);
        else putchar(*text);
    }
    putchar('"');
}

// Times are nanoseconds per operation; a failed measurement has none.
void report_json(const struct report *report) {
    putchar('{');
    json_string("library", report->library);
    putchar(',');
    json_string("client_info", report->client_info);
    putchar(',');
    json_string("server", report->server);
    printf(",\"rounds\":%d,\"cases\":[", report->rounds);
    for (int i = 0; i < report->case_count; i++) {
        const struct bench_case *c = &report->cases[i];
        printf("%s\n{", i ? "," : "");
        json_string("name", c->name);
        if (c->table != NULL) printf(",\"rows\":%ld,\"columns\":%d", c->table->rows, c->table->columns);
        if (!c->failed) {
            printf(",\"wall_ns\":%.0f,\"cpu_ns\":%.0f,\"baseline_wall_ns\":%.0f,\"baseline_cpu_ns\":%.0f",
                   c->library_time.wall * 1e9, c->library_time.cpu * 1e9, c->baseline_time.wall * 1e9,
                   c->baseline_time.cpu * 1e9);
        }
        printf(",\"failed\":%s}", c->failed ? "true" : "false");
    }
    printf("],\"memory\":[");
    for (int i = 0; i < report->memory_count; i++) {
        const struct memory *m = &report->memory[i];
        printf("%s\n{", i ? "," : "");
        json_string("table", m->table->name);
        printf(",\"rows\":%ld,\"block_bytes\":%zu,\"growth_bytes\":%zu,\"failed\":%s}", m->table->rows, m->block_bytes,
               m->growth_bytes, m->failed ? "true" : "false");
    }
    printf("]");
    const struct connections *c = report->connections;
    if (c->count > 0 && !c->failed) {
        printf(",\n\"connections\":{\"count\":%d,\"descriptors\":%.2f,\"resident_bytes\":%.0f,\"first_ns\":%.0f,\"last_ns\":%.0f,"
               "\"idle_s\":%.3f,\"idle_cpu_s\":%.6f}",
               c->count, c->descriptors, c->bytes, c->first * 1e9, c->last * 1e9, c->idle_seconds, c->idle_cpu);
    }
    printf("}\n");
}
