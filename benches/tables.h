// How a caller reads the benchmark's tables: by row, by row with lengths, by block.
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

#include "taos_api.h"

#define TOUCH_FUNCTIONS(name)                                                    \
    uint64_t touch_row_##name(TAOS_ROW row);                                     \
    uint64_t touch_row_with_lengths_##name(TAOS_ROW row, const int *lengths);    \
    uint64_t touch_block_##name(const struct taos_api *api, TAOS_RES *res, TAOS_ROW columns, int rows);

TOUCH_FUNCTIONS(fixed)
TOUCH_FUNCTIONS(mixed)
TOUCH_FUNCTIONS(wide)

#endif
