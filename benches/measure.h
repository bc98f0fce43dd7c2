// Clocks, medians and the process's memory.
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>

// Seconds. `cpu` is that of the whole process, the library's threads included.
struct times {
    double wall, cpu;
};

struct times times_now(void);
struct times times_since(struct times start);

// The median of each clock on its own. Reorders nothing.
struct times times_median(const struct times *samples, int count);

// `memory_resident` is the present resident size, in bytes. `memory_reset_peak` starts a new peak: from here on `memory_peak` tells the highest resident size. Returns the present one, in bytes, or
// 0 where the kernel does not let a process reset its peak.
size_t memory_resident(void);
size_t memory_reset_peak(void);
size_t memory_peak(void);

#endif
