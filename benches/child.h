// Measures in a process of its own, which has nothing of another measurement in it.
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

#include <stddef.h>

// Runs `body` in a forked child, which writes its answer of `size` bytes to `answer`. Returns what `body` returns, or -1 when
// there is no answer. To be called before this process loads the library or has threads.
int in_child(int (*body)(const void *question, void *answer), const void *question, void *answer, size_t size);

#endif
