// The statements of both modes. Those of the canned server that insert are the real ones: it counts their rows.
#include "workload.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

#define DATABASE "client_bench"

static const long long FIRST_TS = 1700000000000;
// The server takes a megabyte of SQL; half of it leaves room for a last row.
enum { SQL_LIMIT = 512 << 10, SQL_ROOM = 1 << 20 };

static const char *const SCHEMA[] = {
    "create database if not exists " DATABASE,
    "create table if not exists " DATABASE ".one (ts timestamp, v int, d double)",
    "create table if not exists " DATABASE ".many (ts timestamp, v int, d double, s varchar(16))",
    "create table if not exists " DATABASE ".bound (ts timestamp, v int, d double, s varchar(16)) tags (g int)",
    "create table if not exists " DATABASE ".fixed (ts timestamp, i1 int, i2 int, i3 int, i4 int, b1 bigint, "
    "b2 bigint, f float, d double, t bool)",
    "create table if not exists " DATABASE ".mixed (ts timestamp, v int, d double, s varchar(16), n nchar(16))",
    "create table if not exists " DATABASE ".wide (ts timestamp, s1 varchar(256), s2 varchar(256), s3 varchar(256), "
    "s4 varchar(256))",
};

// SQL that grows; the caller frees `text`.
struct sql {
    char *text;
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void append(struct sql *sql, const char *format, ...) {
    if (sql->text == NULL) sql->text = malloc(SQL_ROOM);
    if (sql->text == NULL) abort();
    va_list arguments;
    va_start(arguments, format);
    sql->length += (size_t)vsnprintf(sql->text + sql->length, SQL_ROOM - sql->length, format, arguments);
    va_end(arguments);
}

static void row_of_many(struct sql *sql, long row) {
    append(sql, " (%lld,%ld,%ld.25,'place-%ld')", FIRST_TS + row, row, row, row % 1000);
}

static void row_of_fixed(struct sql *sql, long row) {
    append(sql, " (%lld,%ld,%ld,%ld,%ld,%lld,%ld,%ld.5,%ld.1,%s)", FIRST_TS + row, row, -3 * row, 7 * row, 1000 * row,
           1000000007LL * row, -11 * row, row, row, row % 2 ? "false" : "true");
}

static void row_of_mixed(struct sql *sql, long row) {
    append(sql, " (%lld,", FIRST_TS + row);
    if (row % 7 == 6) append(sql, "null,");
    else append(sql, "%ld,", row);
    if (row % 5 == 4) append(sql, "null,");
    else append(sql, "%ld.25,", row);
    if (row % 11 == 10) append(sql, "null,");
    else append(sql, "'place-%ld',", row % 1000);
    if (row % 13 == 12) append(sql, "null)");
    else append(sql, "'温度é%ld')", row % 10000);
}

static void row_of_wide(struct sql *sql, long row) {
    char text[251];
    memset(text, 'x', 250);
    text[250] = '\0';
    append(sql, " (%lld,'%s','%s','%s','%s')", FIRST_TS + row, text, text, text, text);
}

void workload_init(struct workload *work, long rows, int real_tables) {
    static const struct table shapes[TABLES] = {
        [FIXED] = {"fixed", 10, 0, "", touch_row_fixed, touch_row_with_lengths_fixed, touch_block_fixed},
        [MIXED] = {"mixed", 5, 0, "", touch_row_mixed, touch_row_with_lengths_mixed, touch_block_mixed},
        [WIDE] = {"wide", 5, 0, "", touch_row_wide, touch_row_with_lengths_wide, touch_block_wide},
    };
    const long share[TABLES] = {[FIXED] = rows, [MIXED] = rows * 3 / 10, [WIDE] = rows / 10};
    work->query = "select 1";
    work->insert_one = "insert into " DATABASE ".one values (now, 1, 2.5)";
    struct sql many = {NULL, 0};
    append(&many, "insert into " DATABASE ".many values");
    for (long row = 0; row < INSERT_ROWS; row++) row_of_many(&many, row);
    work->insert_many = many.text;
    for (int t = 0; t < TABLES; t++) {
        struct table *table = &work->tables[t];
        *table = shapes[t];
        table->rows = share[t];
        if (real_tables) snprintf(table->sql, sizeof table->sql, "select * from " DATABASE ".%s", table->name);
        else snprintf(table->sql, sizeof table->sql, "bench %s %ld", table->name, table->rows);
    }
}

static int execute(const struct taos_api *api, TAOS *taos, const char *sql) {
    TAOS_RES *res = api->taos_query(taos, sql);
    int failed = res == NULL || api->taos_errno(res) != 0;
    if (failed) fprintf(stderr, "bench: %s: %.60s\n", api->taos_errstr(res), sql);
    api->taos_free_result(res);
    return failed ? -1 : 0;
}

static int fill(const struct table *table, void (*append_row)(struct sql *, long), const struct taos_api *api,
                TAOS *taos) {
    struct sql sql = {NULL, 0};
    int failed = 0;
    for (long row = 0; row < table->rows && !failed;) {
        sql.length = 0;
        append(&sql, "insert into " DATABASE ".%s values", table->name);
        while (row < table->rows && sql.length < SQL_LIMIT) append_row(&sql, row++);
        failed = execute(api, taos, sql.text);
    }
    free(sql.text);
    return failed;
}

int workload_create(const struct workload *work, const struct taos_api *api, TAOS *taos) {
    if (workload_drop(api, taos) != 0) return -1;
    for (size_t i = 0; i < sizeof SCHEMA / sizeof *SCHEMA; i++) {
        if (execute(api, taos, SCHEMA[i]) != 0) return -1;
    }
    return fill(&work->tables[FIXED], row_of_fixed, api, taos) || fill(&work->tables[MIXED], row_of_mixed, api, taos) ||
                   fill(&work->tables[WIDE], row_of_wide, api, taos)
               ? -1
               : 0;
}

int workload_drop(const struct taos_api *api, TAOS *taos) {
    return execute(api, taos, "drop database if exists " DATABASE);
}
