/* A program that closes all descriptors, as daemons do, and goes on: its connection is replaced, new ones work, callbacks come.
 * Sockets that the program opens then have the numbers of the library's, and nothing is written to them.
 *
 *   descriptors HOST PORT SECONDS_BEFORE */
#include <semaphore.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static sem_t done;

static void answered(void *param, TAOS_RES *res, int code) {
  (void)param;
  CHECK_CODE(code, 0);
  taos_free_result(res);
  sem_post(&done);
}

static void ask(TAOS *taos) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 40;
  taos_query_a(taos, "insert into t values (now, 1)", answered, NULL);
  if (sem_timedwait(&done, &limit)) { printf("the callback never came\n"); exit(3); }
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  sem_init(&done, 0, 0);
  TAOS *taos = connect_to(argv, NULL), *unused = connect_to(argv, NULL);
  RUN(taos, "insert into t values (now, 1)");
  ask(taos);
  sleep((unsigned)atoi(argv[3])); /* after a while nothing is left to be done before something comes */
  int sockets[20][2], count = sizeof sockets / sizeof *sockets;
  for (int fd = 3; fd < 256; fd++) close(fd);
  for (int i = 0; i < count; i++) CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets[i]) == 0);
  CHECK_INT(sockets[0][0], 3);
  RUN(taos, "insert into t values (now, 1)");
  ask(taos);
  taos_close(unused);
  TAOS *other = connect_to(argv, NULL);
  RUN(other, "insert into t values (now, 1)");
  ask(other);
  taos_close(other);
  taos_close(taos);
  for (int i = 0; i < count; i++) {
    for (int end = 0; end < 2; end++) {
      char byte;
      CHECK(recv(sockets[i][end], &byte, 1, MSG_DONTWAIT) == -1);
    }
  }
  return finish();
}
