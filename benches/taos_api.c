// Loads a libtaos by path.
#include "taos_api.h"

#include <dlfcn.h>
#include <stdio.h>

static int find(void *library, const char *symbol, void *function) {
    *(void **)function = dlsym(library, symbol);
    if (*(void **)function != NULL) return 0;
    fprintf(stderr, "bench: the library has no %s\n", symbol);
    return -1;
}

int taos_api_load(struct taos_api *api, const char *path) {
    // Never closed again: a library with threads of its own must not be unmapped.
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "bench: %s\n", dlerror());
        return -1;
    }
    int failed = 0;
#define TAOS_FIND(type, name, parameters) failed |= find(library, "taos_" #name, &api->taos_##name);
    TAOS_FUNCTIONS(TAOS_FIND)
#undef TAOS_FIND
#define TMQ_FIND(type, name, parameters) failed |= find(library, "tmq_" #name, &api->tmq_##name);
    TMQ_FUNCTIONS(TMQ_FIND)
#undef TMQ_FIND
    return failed ? -1 : 0;
}

TAOS *taos_api_connect(const struct taos_api *api, const char *host, int port, const char *db) {
    TAOS *taos = api->taos_connect(host, "root", "taosdata", db, (uint16_t)port);
    if (taos == NULL) fprintf(stderr, "bench: connect %s:%d: %s\n", host, port, api->taos_errstr(NULL));
    return taos;
}
