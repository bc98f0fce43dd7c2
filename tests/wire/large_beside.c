/* One thread waits for a reply while another sends more on the same connection than the kernel takes at once.
 *
 *   large_beside HOST PORT BYTES ROUNDS */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

static TAOS *taos;

static void *pause_server(void *unused) {
  (void)unused;
  RUN(taos, "insert pause");
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  size_t length = (size_t)atol(argv[3]);
  char *sql = malloc(length + 1);
  memset(sql, 'x', length);
  memcpy(sql, "insert ", 7);
  sql[length] = '\0';
  taos = connect_to(argv, NULL);
  for (int i = 0; i < atoi(argv[4]); i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, pause_server, NULL);
    usleep((useconds_t)(i % 8) * 2000);
    TAOS_RES *res = taos_query(taos, sql);
    CHECK_CODE(taos_errno(res), 0);
    taos_free_result(res);
    pthread_join(thread, NULL);
  }
  free(sql);
  taos_close(taos);
  return finish();
}
