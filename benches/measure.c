// Clocks, medians and the process's memory, from what Linux offers.
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct times times_now(void) {
    return (struct times){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

struct times times_since(struct times start) {
    struct times now = times_now();
    return (struct times){now.wall - start.wall, now.cpu - start.cpu};
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

struct times times_median(const struct times *samples, int count) {
    double *wall = malloc(2 * (size_t)count * sizeof *wall);
    if (wall == NULL) abort();
    double *cpu = wall + count;
    for (int i = 0; i < count; i++) {
        wall[i] = samples[i].wall;
        cpu[i] = samples[i].cpu;
    }
    struct times result = {median(wall, count), median(cpu, count)};
    free(wall);
    return result;
}

// A line of /proc/self/status, given in kB.
static size_t status(const char *key) {
    char line[256];
    size_t kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) kilobytes = strtoul(line + strlen(key), NULL, 10);
    }
    fclose(file);
    return kilobytes * 1024;
}

size_t memory_resident(void) { return status("VmRSS:"); }

size_t memory_reset_peak(void) {
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file == NULL) return 0;
    int failed = fputs("5", file) < 0;
    failed |= fclose(file) != 0;
    return failed ? 0 : memory_resident();
}

size_t memory_peak(void) { return status("VmHWM:"); }
