// Rows of several tables, bound to a prepared statement, and the same rows as SQL.
#ifndef BENCH_BINDS_H
#define BENCH_BINDS_H

#include "baseline.h"
#include "taos_api.h"

enum { BIND_TABLES = 10, BIND_TABLE_ROWS = 1000, BIND_ROWS = BIND_TABLES * BIND_TABLE_ROWS };

// One binding and execution of all rows with a statement that stays prepared. Returns the rows written, or -1.
long bind_version1(const struct taos_api *api, TAOS *taos);
long bind_version2(const struct taos_api *api, TAOS *taos);

// The same rows as one text, made anew from the values each time, as a program without statements has to.
long bind_as_text(const struct taos_api *api, TAOS *taos);
// The text made once, sent by the baseline: what the bytes alone cost.
long bind_baseline(struct baseline *baseline);

#endif
