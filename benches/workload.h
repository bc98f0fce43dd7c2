// The statements that are measured: the canned server's, or real tables that are created first.
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include <stddef.h>

#include "taos_api.h"

enum { INSERT_ROWS = 5000 };
enum table_kind { FIXED, MIXED, WIDE, TABLES };

// A large result, and how a caller reads it. The touch functions read every value and return a sum over them, so that
// the work cannot be optimised away and two ways of reading the same result can be compared.
struct table {
    const char *name;
    int columns;
    long rows;
    char sql[80];
    uint64_t (*touch_row)(TAOS_ROW row);
    uint64_t (*touch_row_with_lengths)(TAOS_ROW row, const int *lengths);
    uint64_t (*touch_block)(const struct taos_api *api, TAOS_RES *res, TAOS_ROW columns, int rows);
};

struct workload {
    const char *query;
    const char *insert_one;
    char *insert_many;
    struct table tables[TABLES];
};

// `rows` of the fixed table; the others get a share that fits their width.
void workload_init(struct workload *work, long rows, int real_tables);

// Creates and fills, or drops, the real tables. Returns 0, or -1 after a message.
int workload_create(const struct workload *work, const struct taos_api *api, TAOS *taos);
int workload_drop(const struct taos_api *api, TAOS *taos);

#endif
