// The functions of the C client that the benchmark calls, found at run time in any libtaos.
#ifndef BENCH_TAOS_API_H
#define BENCH_TAOS_API_H

#include <stdint.h>

typedef void TAOS;
typedef void TAOS_RES;
typedef void **TAOS_ROW;

// TAOS_MULTI_BIND, TAOS_STMT2_BIND, TAOS_STMT2_BINDV
struct multi_bind {
    int type;
    void *values;
    uintptr_t stride;
    int32_t *lengths;
    char *nulls;
    int rows;
};
struct bind {
    int type;
    void *values;
    int32_t *lengths;
    char *nulls;
    int rows;
};
struct bindv {
    int count;
    char **names;
    struct bind **tags, **columns;
};

// return type, name without the prefix taos_, parameters
#define TAOS_FUNCTIONS(X)                                                                                        \
    X(const char *, get_client_info, (void))                                                                     \
    X(TAOS *, connect, (const char *host, const char *user, const char *pass, const char *db, uint16_t port))    \
    X(void, close, (TAOS * taos))                                                                                \
    X(TAOS_RES *, query, (TAOS * taos, const char *sql))                                                         \
    X(void, free_result, (TAOS_RES * res))                                                                       \
    X(int, affected_rows, (TAOS_RES * res))                                                                      \
    X(int, errno, (TAOS_RES * res))                                                                              \
    X(const char *, errstr, (TAOS_RES * res))                                                                    \
    X(void, query_a, (TAOS * taos, const char *sql, void (*done)(void *, TAOS_RES *, int), void *parameter))     \
    X(TAOS_ROW, fetch_row, (TAOS_RES * res))                                                                     \
    X(int *, fetch_lengths, (TAOS_RES * res))                                                                    \
    X(int, fetch_block, (TAOS_RES * res, TAOS_ROW *rows))                                                        \
    X(int, fetch_raw_block, (TAOS_RES * res, int *rows, void **data))                                            \
    X(int *, get_column_data_offset, (TAOS_RES * res, int column))                                               \
    X(void *, stmt_init, (TAOS * taos))                                                                          \
    X(int, stmt_prepare, (void *stmt, const char *sql, unsigned long length))                                    \
    X(int, stmt_set_tbname_tags, (void *stmt, const char *name, struct multi_bind *tags))                        \
    X(int, stmt_bind_param_batch, (void *stmt, struct multi_bind *columns))                                      \
    X(int, stmt_add_batch, (void *stmt))                                                                         \
    X(int, stmt_execute, (void *stmt))                                                                           \
    X(int, stmt_affected_rows_once, (void *stmt))                                                                \
    X(char *, stmt_errstr, (void *stmt))                                                                         \
    X(int, stmt_close, (void *stmt))                                                                             \
    X(void *, stmt2_init, (TAOS * taos, void *option))                                                           \
    X(int, stmt2_prepare, (void *stmt, const char *sql, unsigned long length))                                   \
    X(int, stmt2_bind_param, (void *stmt, struct bindv *tables, int32_t column))                                 \
    X(int, stmt2_exec, (void *stmt, int *affected))                                                              \
    X(char *, stmt2_error, (void *stmt))                                                                         \
    X(int, stmt2_close, (void *stmt))

// the same, without the prefix tmq_
#define TMQ_FUNCTIONS(X)                                                              \
    X(void *, conf_new, (void))                                                       \
    X(int, conf_set, (void *conf, const char *key, const char *value))                \
    X(void, conf_destroy, (void *conf))                                               \
    X(void *, consumer_new, (void *conf, char *errstr, int32_t errstr_len))           \
    X(void *, list_new, (void))                                                       \
    X(int32_t, list_append, (void *list, const char *topic))                          \
    X(void, list_destroy, (void *list))                                               \
    X(int32_t, subscribe, (void *consumer, const void *list))                         \
    X(TAOS_RES *, consumer_poll, (void *consumer, int64_t timeout))                   \
    X(int32_t, consumer_close, (void *consumer))                                      \
    X(const char *, err2str, (int32_t code))

#define TAOS_MEMBER(type, name, parameters) type(*taos_##name) parameters;
#define TMQ_MEMBER(type, name, parameters) type(*tmq_##name) parameters;
struct taos_api {
    TAOS_FUNCTIONS(TAOS_MEMBER)
    TMQ_FUNCTIONS(TMQ_MEMBER)
};
#undef TAOS_MEMBER
#undef TMQ_MEMBER

// Loads the library at `path`. Returns 0, or -1 after a message on standard error.
int taos_api_load(struct taos_api *api, const char *path);

// Connects with the stock user and password, and a database or NULL. NULL after a message on standard error.
TAOS *taos_api_connect(const struct taos_api *api, const char *host, int port, const char *db);

#endif
