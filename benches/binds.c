// The rows lie in arrays, as a program has them; nothing but the calls is timed.
#include "binds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INSERT "insert into ? using client_bench.bound tags (?) values (?, ?, ?, ?)"
enum { INT = 4, DOUBLE = 7, VARCHAR = 8, TIMESTAMP = 9, TEXT_STRIDE = 16 };

// The rows of one table; all tables have the same.
static int64_t ts[BIND_TABLE_ROWS];
static int32_t v[BIND_TABLE_ROWS], lengths[BIND_TABLE_ROWS], groups[BIND_TABLES];
static double d[BIND_TABLE_ROWS];
static char v_nulls[BIND_TABLE_ROWS], packed[BIND_TABLE_ROWS * TEXT_STRIDE], strided[BIND_TABLE_ROWS * TEXT_STRIDE];
static char names[BIND_TABLES][24], *name_list[BIND_TABLES];

static void fill(void) {
    if (ts[0] != 0) return;
    size_t end = 0;
    for (int row = 0; row < BIND_TABLE_ROWS; row++) {
        ts[row] = 1700000000000 + row;
        v[row] = row;
        d[row] = row + 0.25;
        v_nulls[row] = row % 7 == 6;
        char *text = strided + row * TEXT_STRIDE;
        lengths[row] = snprintf(text, TEXT_STRIDE, "place-%d", row);
        memcpy(packed + end, text, (size_t)lengths[row]);
        end += (size_t)lengths[row];
    }
    for (int table = 0; table < BIND_TABLES; table++) {
        groups[table] = table;
        snprintf(names[table], sizeof names[table], "client_bench.b%d", table);
        name_list[table] = names[table];
    }
}

static long refused(const char *text) {
    fprintf(stderr, "bench: statement: %s\n", text);
    return -1;
}

long bind_version1(const struct taos_api *api, TAOS *taos) {
    static void *stmt;
    static TAOS *of;
    fill();
    if (of != taos) {
        stmt = api->taos_stmt_init(of = taos);
        if (stmt == NULL || api->taos_stmt_prepare(stmt, INSERT, 0) != 0) return refused(api->taos_stmt_errstr(stmt));
    }
    struct multi_bind columns[] = {
        {TIMESTAMP, ts, 8, NULL, NULL, BIND_TABLE_ROWS},
        {INT, v, 4, NULL, v_nulls, BIND_TABLE_ROWS},
        {DOUBLE, d, 8, NULL, NULL, BIND_TABLE_ROWS},
        {VARCHAR, strided, TEXT_STRIDE, lengths, NULL, BIND_TABLE_ROWS},
    };
    for (int table = 0; table < BIND_TABLES; table++) {
        struct multi_bind tag = {INT, &groups[table], 4, NULL, NULL, 1};
        if (api->taos_stmt_set_tbname_tags(stmt, names[table], &tag) != 0 ||
            api->taos_stmt_bind_param_batch(stmt, columns) != 0 || api->taos_stmt_add_batch(stmt) != 0) {
            return refused(api->taos_stmt_errstr(stmt));
        }
    }
    if (api->taos_stmt_execute(stmt) != 0) return refused(api->taos_stmt_errstr(stmt));
    return api->taos_stmt_affected_rows_once(stmt);
}

long bind_version2(const struct taos_api *api, TAOS *taos) {
    static void *stmt;
    static TAOS *of;
    fill();
    if (of != taos) {
        stmt = api->taos_stmt2_init(of = taos, NULL);
        if (stmt == NULL || api->taos_stmt2_prepare(stmt, INSERT, 0) != 0) return refused(api->taos_stmt2_error(stmt));
    }
    struct bind columns[] = {
        {TIMESTAMP, ts, NULL, NULL, BIND_TABLE_ROWS},
        {INT, v, NULL, v_nulls, BIND_TABLE_ROWS},
        {DOUBLE, d, NULL, NULL, BIND_TABLE_ROWS},
        {VARCHAR, packed, lengths, NULL, BIND_TABLE_ROWS},
    };
    struct bind tags[BIND_TABLES], *tag_list[BIND_TABLES], *column_list[BIND_TABLES];
    for (int table = 0; table < BIND_TABLES; table++) {
        tags[table] = (struct bind){INT, &groups[table], NULL, NULL, 1};
        tag_list[table] = &tags[table];
        column_list[table] = columns;
    }
    struct bindv all = {BIND_TABLES, name_list, tag_list, column_list};
    int affected = -1;
    if (api->taos_stmt2_bind_param(stmt, &all, -1) != 0 || api->taos_stmt2_exec(stmt, &affected) != 0) {
        return refused(api->taos_stmt2_error(stmt));
    }
    return affected;
}

// Numbers are printed by the C library: what a program does that has no better idea.
static const char *sql_text(void) {
    static char *sql;
    fill();
    if (sql == NULL) sql = malloc(1 << 20);
    if (sql == NULL) abort();
    char *at = sql + sprintf(sql, "insert into");
    for (int table = 0; table < BIND_TABLES; table++) {
        at += sprintf(at, " %s values", names[table]);
        for (int row = 0; row < BIND_TABLE_ROWS; row++) {
            const char *text = strided + row * TEXT_STRIDE;
            if (v_nulls[row]) at += sprintf(at, "(%lld,null,%.17g,'%.*s')", (long long)ts[row], d[row], lengths[row], text);
            else at += sprintf(at, "(%lld,%d,%.17g,'%.*s')", (long long)ts[row], v[row], d[row], lengths[row], text);
        }
    }
    return sql;
}

long bind_as_text(const struct taos_api *api, TAOS *taos) {
    TAOS_RES *res = api->taos_query(taos, sql_text());
    long rows = api->taos_errno(res) == 0 ? api->taos_affected_rows(res) : refused(api->taos_errstr(res));
    api->taos_free_result(res);
    return rows;
}

long bind_baseline(struct baseline *baseline) {
    static const char *sql;
    static size_t length;
    if (sql == NULL) length = strlen(sql = sql_text());
    return baseline_execute(baseline, sql, length);
}
