/* Operations of operations.c, each on a thread that is cancelled while it waits for an answer that does not come; the thread ends long before
 * the deadline, what its cleanup handler does works, and the connection goes on. Says `ended NAME` or `returned NAME`, for what does not wait.
 *
 *   cancelled PROXY CONTROL SERVER DATABASE GROUP STACK        - ports of 127.0.0.1; KiB of the threads' stacks */
#define DEADLINES "connect_timeout=60&read_timeout=60&conn_retries=1&retry_backoff_ms=20"
#define LIMIT "60"
#define main operations_main
#include "operations.c"
#undef main
#include <semaphore.h>
#include <time.h>

static sem_t armed;
static int cleaned;
static pthread_attr_t attributes;

static void say_armed(void) { sem_post(&armed); }

/* A program's handler may use the library. */
static void clean_up(void *unused) {
  (void)unused;
  TAOS_RES *res = taos_query(direct, "select v from one");
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
  cleaned++;
}

static void *run_one(void *operation_) {
  void (*run)(void) = *(void (**)(void))operation_;
  pthread_cleanup_push(clean_up, NULL);
  run();
  pthread_cleanup_pop(0);
  return NULL;
}

/* Callbacks would find what they are called with gone with the thread's stack. */
static bool calls_back(const char *name) {
  static const char *const NAMES[] = {"query_a", "fetch_rows_a", "stop_query", "kill_query", "stmt2_bind_param_a", "stmt2_exec_async", "tmq_commit_async"};
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (!strcmp(name, NAMES[i])) return true;
  return false;
}

static void cancel_one(size_t i) {
  pthread_t thread;
  void *value = NULL;
  void (*run)(void) = OPERATIONS[i].run;
  struct timespec limit;
  operation = OPERATIONS[i].name;
  cleaned = 0;
  pthread_create(&thread, &attributes, run_one, &run);
  sem_wait(&armed);
  usleep(50000);
  pthread_cancel(thread);
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 20; /* a third of the deadline */
  if (pthread_timedjoin_np(thread, &value, &limit)) {
    printf("%s: the thread has not ended\n", operation);
    exit(3);
  }
  heal();
  printf("%s %s\n", value == PTHREAD_CANCELED ? "ended" : "returned", operation);
  CHECK_INT(cleaned, value == PTHREAD_CANCELED);
  check_healthy();
}

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (size_t)atoi(argv[6]) << 10);
  setvbuf(stdout, NULL, _IOLBF, 0);
  snprintf(through, sizeof through, "ws://127.0.0.1:%s?" DEADLINES, argv[1]);
  proxy_port = argv[1];
  control = dial(atoi(argv[2]));
  db = argv[4];
  fault = "reply-stalls";
  operation = "set_up";
  set_up(atoi(argv[3]));
  RUN(direct, "use %s", db);
  if (!strcmp(argv[5], "tmq")) set_up_topic();
  taos = connect_through();
  sem_init(&armed, 0, 0);
  when_armed = say_armed;
  for (size_t i = 0; i < COUNT; i++)
    if (!strcmp(argv[5], OPERATIONS[i].group) && !calls_back(OPERATIONS[i].name)) cancel_one(i);
  free(route.vgHash);
  taos_close(taos);
  taos_close(direct);
  taos_cleanup();
  return failures != 0;
}
