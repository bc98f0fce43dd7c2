/* From where a user may connect, in the native client's three forms.
 *
 *   white_lists HOST PORT CASE */
#include <semaphore.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static sem_t done;
static char **args;
/* What the last callback was told. */
static char told[1000], words[1000];
static int code, calls;
static TAOS *of;
static bool has_list;

static void start(int error, TAOS *taos, void *list, int n) {
  code = error;
  of = taos;
  has_list = list != NULL;
  calls++;
  snprintf(told, sizeof told, "%d", n);
  if (error) {
    CHECK_CODE(taos_errno(NULL), error);
    CHECK(*taos_errstr(NULL) != 0);
    snprintf(words, sizeof words, "%s", taos_errstr(NULL));
  }
}

static void on_numbers(void *param, int error, TAOS *taos, int n, uint64_t *list) {
  CHECK(param == &done);
  start(error, taos, list, n);
  for (int i = 0; i < n; i++) snprintf(told + strlen(told), sizeof told - strlen(told), " %" PRIx64, list[i]);
  sem_post(&done);
}

static void on_texts(void *param, int error, TAOS *taos, int n, char **list) {
  CHECK(param == &done);
  start(error, taos, list, n);
  for (int i = 0; i < n; i++) snprintf(told + strlen(told), sizeof told - strlen(told), " %s", list[i]);
  sem_post(&done);
}

static void waited(void) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 40;
  if (sem_timedwait(&done, &limit)) { printf("the callback never came\n"); exit(3); }
}

static const char *numbers(TAOS *taos) { taos_fetch_whitelist_a(taos, on_numbers, &done); waited(); return told; }
static const char *dual(TAOS *taos) { taos_fetch_whitelist_dual_stack_a(taos, on_texts, &done); waited(); return told; }
static const char *ip(TAOS *taos) { taos_fetch_ip_whitelist_a(taos, on_texts, &done); waited(); return told; }
static const char *times(TAOS *taos) { taos_fetch_datetime_whitelist_a(taos, on_texts, &done); waited(); return told; }

static TAOS *login(const char *user) {
  TAOS *taos = taos_connect(args[1], user, "Some_1!x", NULL, (uint16_t)atoi(args[2]));
  if (!taos) { printf("no login: %s\n", taos_errstr(NULL)); exit(2); }
  return taos;
}

/* As without white lists at all: also for a user who may see nothing of the system. */
static void off(TAOS *root) {
  RUN(root, "create user nobody pass 'Some_1!x' host '10.1.0.0/16'");
  RUN(root, "alter user nobody sysinfo 0");
  TAOS *both[] = {root, login("nobody")};
  for (int i = 0; i < 2; i++) {
    CHECK_STR(numbers(both[i]), "1 0");
    CHECK_CODE(code, 0);
    CHECK(of == both[i]);
    CHECK_STR(dual(both[i]), "2 0.0.0.0/0 ::/0");
    CHECK_STR(ip(both[i]), "2 + 0.0.0.0/0 + ::/0");
    CHECK_CODE(code, 0);
  }
  taos_close(both[1]);
}

static void on(TAOS *root) {
  RUN(root, "alter all dnodes 'enableWhiteList' '1'");
  RUN(root, "create user some pass 'Some_1!x' host '10.1.0.0/16','192.168.1.98','2001:db8::1'");
  TAOS *taos = login("some");
  CHECK_STR(numbers(taos), "3 200100007f 100000010a 206201a8c0");
  CHECK_STR(dual(taos), "4 2001:db8::1/128 127.0.0.1/32 10.1.0.0/16 192.168.1.98/32");
  CHECK_STR(ip(taos), "4 + 2001:db8::1/128 + 127.0.0.1/32 + 10.1.0.0/16 + 192.168.1.98/32");
  /* One who may not see the system's tables cannot be told, and hears why. */
  RUN(root, "alter user some sysinfo 0");
  CHECK_STR(dual(taos), "0");
  CHECK_CODE(code, 0x80002644);
  CHECK(!has_list);
  taos_close(taos);
}

/* As servers from 3.4 tell it: with signs, and with times. */
static void newer(TAOS *root) {
  CHECK_STR(times(root), "1 + ALL");
  CHECK_CODE(code, 0);
  CHECK(of == root);
  RUN(root, "alter all dnodes 'enableWhiteList' '1'");
  RUN(root, "create user worker pass 'Some_1!x' host '10.1.0.0/16' allow_datetime 'MON 08:00 600', 'TUE 08:00 600' not_allow_datetime '2026-12-25 00:00 1440'");
  TAOS *taos = login("worker");
  CHECK_STR(times(taos), "3 + MON 08:00 600 + TUE 08:00 600 - 2026-12-25 00:00 1440");
  CHECK_STR(ip(taos), "2 + 127.0.0.1/32 + 10.1.0.0/16");
  CHECK_STR(dual(taos), "2 127.0.0.1/32 10.1.0.0/16");
  RUN(root, "alter user worker sysinfo 0");
  CHECK_STR(times(taos), "0");
  CHECK_CODE(code, 0x80002644);
  CHECK(!has_list);
  taos_close(taos);
  CHECK_STR(times(taos), "0");
  CHECK_CODE(code, 0x80000213);
}

static void errors(TAOS *root) {
  CHECK_STR(numbers(NULL), "0");
  CHECK_CODE(code, 0x80000118);
  CHECK(!of && !has_list);
  CHECK_STR(dual(NULL), "0");
  CHECK_CODE(code, 0x80000118);
  CHECK_STR(times(NULL), "0");
  CHECK_CODE(code, 0x80000118);
  CHECK_STR(times(root), "0");
  CHECK_CODE(code, 0x80000100);
  CHECK(strstr(words, "3.4.0.0") != NULL);
  RUN(root, "create user gone pass 'Some_1!x'");
  TAOS *taos = login("gone");
  RUN(root, "drop user gone");
  CHECK_STR(dual(taos), "0"); /* while its connection is there still */
  CHECK_CODE(code, 0x80000351);
  sleep(1);
  CHECK_STR(numbers(taos), "0"); /* and when it has ended */
  CHECK_CODE(code, 0x80000351);
  taos_close(taos);
  CHECK_STR(ip(taos), "0");
  CHECK_CODE(code, 0x80000213);
  int before = calls;
  taos_fetch_whitelist_a(root, NULL, NULL);
  taos_fetch_ip_whitelist_a(NULL, NULL, NULL);
  /* Closed meanwhile: the callback comes all the same, once. */
  taos_fetch_whitelist_a(root, on_numbers, &done);
  taos_close(root);
  waited();
  usleep(200000);
  CHECK_INT(calls, before + 1);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  args = argv;
  sem_init(&done, 0, 0);
  TAOS *root = connect_to(argv, NULL);
  void (*run)(TAOS *) = strcmp(argv[3], "off") == 0 ? off : strcmp(argv[3], "on") == 0 ? on : strcmp(argv[3], "newer") == 0 ? newer : errors;
  run(root);
  if (run != errors) taos_close(root);
  return finish();
}
