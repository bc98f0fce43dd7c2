// Rows consumed from a topic.
#ifndef BENCH_CONSUMES_H
#define BENCH_CONSUMES_H

#include "cases.h"

// The rows of the fixed table by a consumer of its own, every value touched, row by row or block by block.
long consume_by_row(const struct bench *b, const struct bench_case *self, uint64_t *sum);
long consume_by_block(const struct bench *b, const struct bench_case *self, uint64_t *sum);

#endif
