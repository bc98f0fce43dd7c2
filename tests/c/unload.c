/* Loads the library, uses it from a thread that ends, and unloads it, several times: the process goes on as if it had never
 * been there, fork included.
 *
 *   unload LIBRARY HOST PORT ROUNDS */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

static char **arguments;
static void *library;
static sem_t done;

/* POSIX has a function's address fit in a pointer; C does not say so. */
static void *function(const char *name) {
  void *found = dlsym(library, name);
  if (!found) { printf("%s\n", dlerror()); exit(2); }
  return found;
}
#define CALL(name) (*(__typeof__(&name))function(#name))

static void answered(void *param, TAOS_RES *res, int code) {
  (void)param;
  CHECK_CODE(code, 0);
  CALL(taos_free_result)(res);
  sem_post(&done);
}

static void *use(void *unused) {
  TAOS *taos = CALL(taos_connect)(arguments[2], "root", "taosdata", NULL, (uint16_t)atoi(arguments[3]));
  CHECK(taos != NULL);
  CHECK(CALL(taos_connect)("127.0.0.1", "root", "taosdata", NULL, 1) == NULL);
  for (int i = 0; i < 5; i++) CALL(taos_query_a)(taos, "select * from many", answered, NULL);
  for (int i = 0; i < 5; i++) sem_wait(&done);
  CALL(taos_close)(taos);
  CALL(taos_cleanup)();
  return unused;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  arguments = argv;
  sem_init(&done, 0, 0);
  int files = entries("/proc/self/fd"), tasks = entries("/proc/self/task");
  for (int i = 0; i < atoi(argv[4]); i++) {
    pthread_t user;
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) { printf("%s\n", dlerror()); return 2; }
    CHECK(pthread_create(&user, NULL, use, NULL) == 0);
    pthread_join(user, NULL);
    CHECK_INT(entries("/proc/self/task"), tasks);
    CHECK_INT(dlclose(library), 0);
    CHECK_INT(entries("/proc/self/fd"), files);
    pid_t child = fork();
    if (child == 0) _exit(7);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  }
  return failures != 0;
}
