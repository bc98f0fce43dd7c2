/* What happens to a user, and who is told: a changed password, a changed white list, a dropped user; and who is not told.
 *
 *   events HOST PORT USER CASE */
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static char **args;
static uint16_t port;

/* What a callback has seen. */
struct seen {
  int calls, type, version32;
  int64_t version64;
  bool no_ext;
};

static void noticed(void *param, void *ext, int type) {
  struct seen *seen = param;
  seen->type = type;
  seen->no_ext = !ext;
  if (type == TAOS_NOTIFY_PASSVER) memcpy(&seen->version32, ext, sizeof seen->version32);
  if (type == TAOS_NOTIFY_WHITELIST_VER) memcpy(&seen->version64, ext, sizeof seen->version64);
  __atomic_fetch_add(&seen->calls, 1, __ATOMIC_SEQ_CST);
}

static int calls_of(struct seen *seen) { return __atomic_load_n(&seen->calls, __ATOMIC_SEQ_CST); }

/* Waits until it was called so often; the program ends when that takes half a minute. */
static void wait_for(struct seen *seen, int calls, const char *what) {
  for (int i = 0; calls_of(seen) < calls; i++) {
    if (i == 3000) { printf("never called: %s\n", what); exit(3); }
    usleep(10000);
  }
}

static TAOS *as_user(const char *password) {
  TAOS *taos = taos_connect(args[1], args[3], password, NULL, port);
  if (!taos) { printf("no login: %s\n", taos_errstr(NULL)); exit(2); }
  return taos;
}

static void on(TAOS *taos, struct seen *seen, int type) { CHECK_CODE(taos_set_notify_cb(taos, noticed, seen, type), 0); }

static TAOS *fresh_user(const char *password) {
  TAOS *root = connect_to(args, NULL);
  RUN(root, "create user %s pass '%s'", args[3], password);
  return root;
}

/* Threads and descriptors as they were before: what is there for those who register goes with them. */
static void settles(int threads, int descriptors) {
  for (int i = 0; entries("/proc/self/task") > threads || entries("/proc/self/fd") > descriptors; i++) {
    if (i == 1000) {
      CHECK_INT(entries("/proc/self/task"), threads);
      CHECK_INT(entries("/proc/self/fd"), descriptors);
      return;
    }
    usleep(10000);
  }
}

/* A password that is changed, by another session; the list, which nobody changes; the user, who is dropped. */
static void all_three(void) {
  TAOS *root = fresh_user("First_1!"), *user = as_user("First_1!"), *again = as_user("First_1!");
  struct seen password = {0}, list = {0}, drop = {0}, others = {0};
  on(user, &password, TAOS_NOTIFY_PASSVER);
  on(user, &list, TAOS_NOTIFY_WHITELIST_VER);
  on(user, &drop, TAOS_NOTIFY_USER_DROPPED);
  on(again, &others, TAOS_NOTIFY_PASSVER);
  wait_for(&list, 1, "white list, after registering");
  CHECK_INT(list.version64, 0);
  CHECK_INT(list.type, TAOS_NOTIFY_WHITELIST_VER);
  CHECK_INT(calls_of(&password), 0);
  RUN(root, "alter user %s pass 'Second_2!'", args[3]);
  wait_for(&password, 1, "password");
  wait_for(&others, 1, "password, of the other connection");
  CHECK_INT(password.version32, 1);
  CHECK_INT(NUMBER(user, "select 1"), 1); /* the session goes on */
  TAOS *newer = as_user("Second_2!");
  struct seen newer_password = {0}, newer_drop = {0};
  on(newer, &newer_password, TAOS_NOTIFY_PASSVER);
  on(newer, &newer_drop, TAOS_NOTIFY_USER_DROPPED);
  CHECK_INT(calls_of(&drop), 0);
  RUN(root, "drop user %s", args[3]);
  wait_for(&drop, 1, "dropped, whose password was changed");
  wait_for(&newer_drop, 1, "dropped");
  CHECK(drop.no_ext && newer_drop.no_ext);
  sleep(2);
  CHECK_INT(calls_of(&password), 1);
  CHECK_INT(calls_of(&list), 1);
  CHECK_INT(calls_of(&drop), 1);
  CHECK_INT(calls_of(&newer_password), 0);
  taos_close(user);
  taos_close(again);
  taos_close(newer);
  taos_close(root);
}

/* Lists that are on, and change. */
static void lists(void) {
  TAOS *root = fresh_user("First_1!"), *user = as_user("First_1!");
  struct seen list = {0};
  RUN(root, "alter all dnodes 'enableWhiteList' '1'");
  on(user, &list, TAOS_NOTIFY_WHITELIST_VER);
  wait_for(&list, 1, "after registering");
  CHECK(list.version64 > 1500000000000);
  int64_t before = list.version64;
  RUN(root, "alter user %s add host '10.1.0.0/16'", args[3]);
  wait_for(&list, 2, "a host was added");
  CHECK(list.version64 > before);
  RUN(root, "alter all dnodes 'enableWhiteList' '0'");
  wait_for(&list, 3, "lists were turned off");
  CHECK_INT(list.version64, 0);
  RUN(root, "alter user %s drop host '10.1.0.0/16'", args[3]);
  sleep(4);
  CHECK_INT(calls_of(&list), 3); /* off, so whatever it says */
  RUN(root, "drop user %s", args[3]);
  taos_close(user);
  taos_close(root);
}

/* Without a word about passwords the login is not tried again: only the end of the session tells. */
static void drop_alone(void) {
  TAOS *root = fresh_user("First_1!"), *user = as_user("First_1!");
  struct seen drop = {0}, late = {0};
  on(user, &drop, TAOS_NOTIFY_USER_DROPPED);
  sleep(3);
  RUN(root, "drop user %s", args[3]);
  wait_for(&drop, 1, "dropped");
  /* One who comes too late hears of it as well. */
  on(user, &late, TAOS_NOTIFY_USER_DROPPED);
  wait_for(&late, 1, "dropped before");
  /* The name's next user is another one, and sessions of that one are told of it alone. */
  RUN(root, "create user %s pass 'Third_3!'", args[3]);
  TAOS *next = as_user("Third_3!");
  struct seen again = {0};
  on(next, &again, TAOS_NOTIFY_USER_DROPPED);
  sleep(3);
  CHECK_INT(calls_of(&again), 0);
  RUN(root, "drop user %s", args[3]);
  wait_for(&again, 1, "the next user dropped");
  CHECK_INT(calls_of(&drop), 1);
  taos_close(next);
  taos_close(user);
  taos_close(root);
}

static TAOS *to_close;
static void closes(void *param, void *ext, int type) {
  taos_close(to_close);
  noticed(param, ext, type);
}

static void ends_its_thread(void *param, void *ext, int type) {
  noticed(param, ext, type);
  pthread_exit(NULL);
}

static bool goes_on;
static void blocks(void *param, void *ext, int type) {
  noticed(param, ext, type);
  while (!__atomic_load_n(&goes_on, __ATOMIC_SEQ_CST)) usleep(1000);
}

/* Callbacks that do what callbacks may; and none after the end. */
static void ends(void) {
  TAOS *root = connect_to(args, NULL), *user = connect_to(args, NULL), *blocked = connect_to(args, NULL), *gone = connect_to(args, NULL);
  struct seen one = {0}, two = {0}, three = {0}, never = {0};
  to_close = user;
  CHECK_CODE(taos_set_notify_cb(user, closes, &one, TAOS_NOTIFY_WHITELIST_VER), 0);
  CHECK_CODE(taos_set_notify_cb(blocked, blocks, &two, TAOS_NOTIFY_WHITELIST_VER), 0);
  CHECK_CODE(taos_set_notify_cb(gone, ends_its_thread, &three, TAOS_NOTIFY_WHITELIST_VER), 0);
  wait_for(&one, 1, "closes its connection");
  wait_for(&two, 1, "blocks");
  wait_for(&three, 1, "ends its thread");
  CHECK_CODE(taos_set_notify_cb(user, noticed, &never, 0), 0x80000213);
  taos_close(blocked); /* does not wait for ever */
  __atomic_store_n(&goes_on, true, __ATOMIC_SEQ_CST);
  taos_close(gone);
  /* Closed, replaced or taken back before the first look. */
  struct seen kept = {0};
  TAOS *closed = connect_to(args, NULL);
  on(closed, &never, TAOS_NOTIFY_WHITELIST_VER);
  taos_close(closed);
  on(root, &never, TAOS_NOTIFY_WHITELIST_VER);
  on(root, &kept, TAOS_NOTIFY_WHITELIST_VER);
  wait_for(&kept, 1, "in place of another");
  on(root, &never, TAOS_NOTIFY_WHITELIST_VER);
  CHECK_CODE(taos_set_notify_cb(root, NULL, NULL, TAOS_NOTIFY_WHITELIST_VER), 0);
  sleep(2);
  CHECK_INT(calls_of(&never), 0);
  taos_close(root);
}

/* Nothing is there for nobody; one session serves all connections of a user. */
static void costs(void) {
  TAOS *root = connect_to(args, NULL), *all[20];
  struct seen list = {0}, drop = {0};
  for (int i = 0; i < 20; i++) all[i] = connect_to(args, NULL);
  RUN(root, "select 1");
  int threads = entries("/proc/self/task"), descriptors = entries("/proc/self/fd");
  for (int i = 0; i < 20; i++) {
    on(all[i], &list, TAOS_NOTIFY_WHITELIST_VER);
    on(all[i], &drop, TAOS_NOTIFY_USER_DROPPED);
  }
  CHECK_INT(entries("/proc/self/task"), threads + 1);
  CHECK_INT(entries("/proc/self/fd"), descriptors);
  wait_for(&list, 20, "all of them");
  CHECK(entries("/proc/self/fd") <= descriptors + 4);
  for (int i = 0; i < 20; i++) {
    taos_set_notify_cb(all[i], NULL, NULL, TAOS_NOTIFY_WHITELIST_VER);
    taos_set_notify_cb(all[i], NULL, NULL, TAOS_NOTIFY_USER_DROPPED);
  }
  for (int i = 0; entries("/proc/self/fd") > descriptors && i < 1000; i++) usleep(10000);
  CHECK_INT(entries("/proc/self/fd"), descriptors);
  /* The threads of callbacks end when they have been idle for a while; taos_cleanup ends all. */
  on(root, &list, TAOS_NOTIFY_WHITELIST_VER);
  wait_for(&list, 21, "after the others");
  taos_cleanup();
  settles(3, descriptors); /* this thread, "." and ".." */
  on(root, &list, TAOS_NOTIFY_WHITELIST_VER);
  wait_for(&list, 22, "after taos_cleanup");
  for (int i = 0; i < 20; i++) taos_close(all[i]);
  taos_close(root);
}

/* Many threads register, take back and close while looks are under way. */
static struct seen ignored;
static void *busy(void *param) {
  (void)param;
  for (int i = 0; i < 40; i++) {
    TAOS *taos = connect_to(args, NULL);
    struct seen own = {0};
    for (int type = 0; type < 3; type++) on(taos, &own, type);
    if (i % 10 == 0) wait_for(&own, 1, "of many");
    taos_set_notify_cb(taos, NULL, NULL, i % 3);
    on(taos, &ignored, i % 3);
    usleep((useconds_t)(i * 500));
    taos_close(taos);
    int calls = calls_of(&own);
    sched_yield();
    CHECK_INT(calls_of(&own), calls);
  }
  return NULL;
}

static void many(void) {
  pthread_t threads[6];
  for (int i = 0; i < 6; i++) pthread_create(&threads[i], NULL, busy, NULL);
  for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
}

/* A child after fork hears of nothing that its parent has registered for, and may register itself. */
static void forks(void) {
  TAOS *taos = connect_to(args, NULL);
  struct seen list = {0}, drop = {0};
  on(taos, &list, TAOS_NOTIFY_WHITELIST_VER);
  on(taos, &drop, TAOS_NOTIFY_USER_DROPPED);
  pid_t child = fork();
  if (child == 0) {
    CHECK_INT(entries("/proc/self/task"), 3); /* this one, "." and ".." */
    taos_close(taos);
    struct seen own = {0};
    TAOS *other = connect_to(args, NULL);
    on(other, &own, TAOS_NOTIFY_WHITELIST_VER);
    wait_for(&own, 1, "in the child");
    CHECK_INT(calls_of(&list), 0);
    taos_close(other);
    exit(finish());
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK_INT(status, 0);
  wait_for(&list, 1, "in the parent");
  CHECK_INT(calls_of(&drop), 0);
  taos_close(taos);
}

static void refusals(void) {
  TAOS *taos = connect_to(args, NULL);
  for (int type = -1; type < 5; type++) {
    bool known = type >= 0 && type < 3;
    CHECK_CODE(taos_set_notify_cb(taos, noticed, &ignored, type), known ? 0 : 0x80000118);
  }
  CHECK_CODE(taos_set_notify_cb(NULL, noticed, &ignored, 0), 0x80000118);
  CHECK_CODE(taos_set_notify_cb(taos, NULL, NULL, 0), 0);
  CHECK_CODE(taos_set_notify_cb(taos, NULL, NULL, 0), 0);
  taos_close(taos);
  CHECK_CODE(taos_set_notify_cb(taos, noticed, &ignored, 0), 0x80000213);
  CHECK_CODE(taos_set_notify_cb((TAOS *)&ignored, noticed, &ignored, 0), 0x80000213);
}

int main(int argc, char **argv) {
  static const struct { const char *name; void (*run)(void); } cases[] = {
      {"all_three", all_three}, {"lists", lists}, {"drop_alone", drop_alone}, {"ends", ends}, {"costs", costs}, {"many", many}, {"forks", forks}, {"refusals", refusals}};
  if (argc < 5) return 2;
  args = argv;
  port = (uint16_t)atoi(argv[2]);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (strcmp(cases[i].name, argv[4]) == 0) {
      cases[i].run();
      return finish();
    }
  }
  return 2;
}
