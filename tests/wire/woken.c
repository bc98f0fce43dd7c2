/* A thread waits for a reply that never comes, and another ends its wait a while after it began: just after, or when
 * the thread sleeps in another way. Prints how each wait ended.
 *
 *   woken HOST PORT */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

static TAOS *taos;
static TAOS_RES *unanswered;
static bool asks;

static void begin(void) { __atomic_store_n(&asks, true, __ATOMIC_RELEASE); }

static void *ask(void *code) {
  begin();
  TAOS_RES *res = taos_query(taos, "silence");
  *(int *)code = taos_errno(res);
  taos_free_result(res);
  return NULL;
}

static void *wait_for_row(void *code) {
  begin();
  CHECK(taos_fetch_row(unanswered) == NULL);
  *(int *)code = taos_errno(unanswered);
  return NULL;
}

enum end { STOP, KILL, CANCEL };
static const char *const NAMES[] = {"stop", "kill", "cancel"};

static void end_after(enum end end, useconds_t delay) {
  int code = -1;
  pthread_t thread;
  void *left = NULL;
  __atomic_store_n(&asks, false, __ATOMIC_RELAXED);
  if (end == STOP) unanswered = taos_query(taos, "select silence");
  pthread_create(&thread, NULL, end == STOP ? wait_for_row : ask, &code);
  while (!__atomic_load_n(&asks, __ATOMIC_ACQUIRE)) usleep(10);
  usleep(delay);
  switch (end) {
    case STOP: taos_stop_query(unanswered); break;
    case KILL: taos_kill_query(taos); break;
    case CANCEL: pthread_cancel(thread);
  }
  pthread_join(thread, &left);
  if (left == PTHREAD_CANCELED) printf("%s after %u: cancelled\n", NAMES[end], delay);
  else printf("%s after %u: 0x%08x\n", NAMES[end], delay, (unsigned)code);
  if (end == STOP) taos_free_result(unanswered);
  TAOS_RES *res = taos_query(taos, "select 1");
  CHECK_CODE(taos_errno(res), 0);
  CHECK(taos_fetch_row(res) != NULL);
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  static const useconds_t DELAYS[] = {1000, 3000, 8000, 9900, 12000, 100000};
  taos = connect_to(argv, NULL);
  for (size_t i = 0; i < sizeof DELAYS / sizeof *DELAYS; i++) {
    for (enum end end = STOP; end <= CANCEL; end++) end_after(end, DELAYS[i]);
  }
  taos_close(taos);
  return finish();
}
