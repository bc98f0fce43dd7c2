/* A thread is cancelled while it connects to a server that answers byte by byte. Prints how the thread ended.
 *
 *   dripped HOST PORT */
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static void *connect_there(void *argv) {
  char **words = argv;
  taos_close(taos_connect(words[1], "root", "taosdata", NULL, (uint16_t)atoi(words[2])));
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  pthread_t thread;
  void *left = NULL;
  pthread_create(&thread, NULL, connect_there, argv);
  usleep(100000);
  pthread_cancel(thread);
  double cancelled = now();
  pthread_join(thread, &left);
  CHECK(now() - cancelled < 1);
  printf("%s\n", left == PTHREAD_CANCELED ? "cancelled" : "not cancelled");
  return finish();
}
