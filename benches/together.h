// Much at once: threads, and asynchronous calls.
#ifndef BENCH_TOGETHER_H
#define BENCH_TOGETHER_H

#include "cases.h"

enum { THREADS = 16, THREAD_QUERIES = 200, IN_FLIGHT = 1000 };

// THREADS threads with THREAD_QUERIES one-row queries each, on one connection or on one each. The baseline's share theirs by a lock.
long shared_library(const struct bench *b, const struct bench_case *self, uint64_t *sum);
long shared_baseline(const struct bench *b, const struct bench_case *self);
long own_library(const struct bench *b, const struct bench_case *self, uint64_t *sum);
long own_baseline(const struct bench *b, const struct bench_case *self);

// IN_FLIGHT one-row inserts on one connection to the server that is late, all sent before the first is answered. The baseline waits
// for each before it sends the next.
long in_flight_library(const struct bench *b, const struct bench_case *self, uint64_t *sum);
long in_flight_baseline(const struct bench *b, const struct bench_case *self);

#endif
