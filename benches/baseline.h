// The yardstick: the least a client can do on a blocking socket, one send and one recv per round trip.
#ifndef BENCH_BASELINE_H
#define BENCH_BASELINE_H

#include <stddef.h>

struct baseline;

// TCP connect, HTTP upgrade, `conn` with a database or NULL. NULL after a message on standard error.
struct baseline *baseline_open(const char *host, int port, const char *db);
void baseline_close(struct baseline *client);

// Sends a statement that has no result set. Returns the affected rows, or -1 after a message.
long baseline_execute(struct baseline *client, const char *sql, size_t length);

// Sends a query and receives every block of its result, decoding nothing but the row counts.
// Returns the rows, or -1 after a message. `largest` gets the size of the largest block, unless it is NULL.
long baseline_fetch_all(struct baseline *client, const char *sql, size_t length, size_t *largest);

#endif
