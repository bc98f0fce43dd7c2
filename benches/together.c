// Threads and asynchronous calls: each counts what was answered.
#include "together.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

// What each thread does its queries on, and the rows that it got.
struct work {
    const struct bench *bench;
    TAOS *taos;
    struct baseline *baseline;
    pthread_mutex_t *lock;
    long rows;
};

static void *query_library(void *argument) {
    struct work *w = argument;
    struct bench bench = *w->bench;
    bench.taos = w->taos;
    for (int i = 0; i < THREAD_QUERIES; i++) {
        uint64_t sum = 0;
        w->rows += one_row_library(&bench, NULL, &sum);
    }
    return NULL;
}

static void *query_baseline(void *argument) {
    struct work *w = argument;
    struct bench bench = *w->bench;
    bench.baseline = w->baseline;
    for (int i = 0; i < THREAD_QUERIES; i++) {
        if (w->lock != NULL) pthread_mutex_lock(w->lock);
        w->rows += one_row_baseline(&bench, NULL);
        if (w->lock != NULL) pthread_mutex_unlock(w->lock);
    }
    return NULL;
}

static long run(void *(*body)(void *), struct work *work) {
    pthread_t threads[THREADS];
    long rows = 0;
    int started = 0;
    while (started < THREADS && pthread_create(&threads[started], NULL, body, &work[started]) == 0) started++;
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
        rows += work[i].rows;
    }
    return rows;
}

long shared_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    struct work work[THREADS];
    for (int i = 0; i < THREADS; i++) work[i] = (struct work){.bench = b, .taos = b->taos};
    return run(query_library, work);
}

long shared_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct work work[THREADS];
    for (int i = 0; i < THREADS; i++) work[i] = (struct work){.bench = b, .baseline = b->baseline, .lock = &lock};
    return run(query_baseline, work);
}

// Connections that stay open from the first round to the end of the process.
long own_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    static TAOS *connections[THREADS];
    struct work work[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (connections[i] == NULL) connections[i] = taos_api_connect(b->api, b->host, b->port, NULL);
        if (connections[i] == NULL) return -1;
        work[i] = (struct work){.bench = b, .taos = connections[i]};
    }
    return run(query_library, work);
}

long own_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    static struct baseline *connections[THREADS];
    struct work work[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (connections[i] == NULL) connections[i] = baseline_open(b->host, b->port, NULL);
        if (connections[i] == NULL) return -1;
        work[i] = (struct work){.bench = b, .baseline = connections[i]};
    }
    return run(query_baseline, work);
}

struct answers {
    const struct taos_api *api;
    long rows, calls;
    sem_t all;
};

// Callbacks come on more threads than one.
static void answered(void *parameter, TAOS_RES *res, int code) {
    struct answers *a = parameter;
    if (code == 0) __atomic_fetch_add(&a->rows, a->api->taos_affected_rows(res), __ATOMIC_RELAXED);
    a->api->taos_free_result(res);
    if (__atomic_add_fetch(&a->calls, 1, __ATOMIC_ACQ_REL) == IN_FLIGHT) sem_post(&a->all);
}

long in_flight_library(const struct bench *b, const struct bench_case *self, uint64_t *sum) {
    (void)self, (void)sum;
    struct answers answers = {.api = b->api};
    sem_init(&answers.all, 0, 0);
    for (int i = 0; i < IN_FLIGHT; i++) b->api->taos_query_a(b->late, b->work->insert_one, answered, &answers);
    while (sem_wait(&answers.all) != 0) continue;
    sem_destroy(&answers.all);
    return answers.rows;
}

long in_flight_baseline(const struct bench *b, const struct bench_case *self) {
    (void)self;
    long rows = 0;
    for (int i = 0; i < IN_FLIGHT; i++) {
        rows += baseline_execute(b->late_baseline, b->work->insert_one, strlen(b->work->insert_one));
    }
    return rows;
}
