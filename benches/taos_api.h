// The functions of the C client that the benchmark calls, found at run time in any libtaos.
#ifndef BENCH_TAOS_API_H
#define BENCH_TAOS_API_H

#include <stdint.h>

typedef void TAOS;
typedef void TAOS_RES;
typedef void **TAOS_ROW;

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
    X(TAOS_ROW, fetch_row, (TAOS_RES * res))                                                                     \
    X(int *, fetch_lengths, (TAOS_RES * res))                                                                    \
    X(int, fetch_block, (TAOS_RES * res, TAOS_ROW *rows))                                                        \
    X(int, fetch_raw_block, (TAOS_RES * res, int *rows, void **data))                                            \
    X(int *, get_column_data_offset, (TAOS_RES * res, int column))

#define TAOS_MEMBER(type, name, parameters) type(*taos_##name) parameters;
struct taos_api {
    TAOS_FUNCTIONS(TAOS_MEMBER)
};
#undef TAOS_MEMBER

// Loads the library at `path`. Returns 0, or -1 after a message on standard error.
int taos_api_load(struct taos_api *api, const char *path);

// Connects with the stock user and password. NULL after a message on standard error.
TAOS *taos_api_connect(const struct taos_api *api, const char *host, int port);

#endif
