// Prints the figures: tables for people, or one JSON object.
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "cases.h"
#include "connections.h"
#include "memory.h"

struct report {
    const char *library, *client_info, *server;
    int rounds;
    const struct bench_case *cases;
    int case_count;
    const struct memory *memory;
    int memory_count;
    // A count of 0: not measured.
    const struct connections *connections;
};

void report_tables(const struct report *report);
void report_json(const struct report *report);

#endif
