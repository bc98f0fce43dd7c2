/* Calls of a program are made on a thread with a small stack: what the generated part of this (stacks/interpose.py) puts in
 * place of each function of the library hands the call to the calling thread's helper, which makes it. So the library's last
 * error, one for each thread, is where the program looks for it.
 *
 * TAOS_STACK is the size of the helpers' stacks in bytes, a guard below; with TAOS_STACK_REPORT the file gets a line for each
 * function called: its name, how often, and how much of the stack it has used at most, the C library's own share included. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "taos.h"

struct function {
  const char *name;
  void *real;
  long calls;
  size_t most;
};

struct helper {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  void (*call)(void *);
  struct function *function;
  void *arguments;
  char *stack;
  size_t size;
  char for_signals[32768];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t ending;
static size_t stack_size;
static __thread struct helper *own;
static __thread bool is_helper;
static struct function functions[];
static const size_t function_count;

#define PAINT 0x5a
#define GUARD 65536

static void write_report(void) {
  FILE *out = fopen(getenv("TAOS_STACK_REPORT"), "a");
  for (size_t i = 0; i < function_count; i++)
    if (functions[i].calls) fprintf(out, "%s %ld %zu\n", functions[i].name, functions[i].calls, functions[i].most);
  fclose(out);
}

static struct function *last_begun;

static void overflown(int number, siginfo_t *info, void *context) {
  (void)context;
  char line[200];
  int length = snprintf(line, sizeof line, "signal %d at %p, last begun: %s\n", number, info->si_addr, last_begun ? last_begun->name : "nothing");
  if (write(2, line, (size_t)length) < 0) _exit(8);
  _exit(9);
}

/* Puts a pattern into the part of the stack that is not in use, or finds how far it was used. */
__attribute__((noinline)) static void paint(struct helper *h) {
  uintptr_t end = (uintptr_t)__builtin_frame_address(0) - 512;
  for (uintptr_t at = (uintptr_t)h->stack; at < end; at++) *(volatile char *)at = PAINT;
}

static size_t used(struct helper *h) {
  char *p = h->stack;
  while (p < h->stack + h->size && *p == PAINT) p++;
  return (size_t)(h->stack + h->size - p);
}

static void *help(void *arg) {
  struct helper *h = arg;
  stack_t alternate = {.ss_sp = h->for_signals, .ss_size = sizeof h->for_signals};
  sigaltstack(&alternate, NULL);
  is_helper = true;
  pthread_mutex_lock(&h->lock);
  for (;;) {
    while (!h->function) pthread_cond_wait(&h->changed, &h->lock);
    if (!h->call) break;
    struct function *f = h->function;
    paint(h);
    last_begun = f;
    h->call(h->arguments);
    size_t most = used(h);
    f->calls++;
    if (most > f->most) f->most = most;
    h->function = NULL;
    pthread_cond_broadcast(&h->changed);
  }
  pthread_mutex_unlock(&h->lock);
  return NULL;
}

static void end_helper(void *arg) {
  struct helper *h = arg;
  pthread_mutex_lock(&h->lock);
  h->call = NULL;
  h->function = functions;
  pthread_cond_broadcast(&h->changed);
  pthread_mutex_unlock(&h->lock);
  pthread_join(h->thread, NULL);
  munmap(h->stack - GUARD, h->size + GUARD);
  free(h);
}

static struct helper *helper(void);

static void start(void) {
  struct sigaction action = {.sa_sigaction = overflown, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  stack_size = strtoul(getenv("TAOS_STACK"), NULL, 10);
  pthread_key_create(&ending, end_helper);
  if (getenv("TAOS_STACK_REPORT")) atexit(write_report);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}

/* On a stack of the library's own, or of a helper, a call stays where it is. */
static bool is_elsewhere(void) {
  char name[20] = "";
  if (is_helper) return true;
  pthread_getname_np(pthread_self(), name, sizeof name);
  return !strncmp(name, "taos-", 5);
}

static void *real_of(struct function *f) {
  if (!f->real) f->real = dlsym(RTLD_NEXT, f->name);
  return f->real;
}

static struct helper *helper(void) {
  pthread_once(&once, start);
  if (own) return own;
  struct helper *h = calloc(1, sizeof *h);
  pthread_attr_t attributes;
  h->size = stack_size;
  char *memory = mmap(NULL, h->size + GUARD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(memory, GUARD, PROT_NONE);
  h->stack = memory + GUARD;
  pthread_mutex_init(&h->lock, NULL);
  pthread_cond_init(&h->changed, NULL);
  pthread_attr_init(&attributes);
  int failed = pthread_attr_setstack(&attributes, h->stack, h->size);
  if (!failed) failed = pthread_create(&h->thread, &attributes, help, h);
  if (failed) {
    fprintf(stderr, "no thread with %zu bytes of stack: %s\n", h->size, strerror(failed));
    _exit(8);
  }
  pthread_attr_destroy(&attributes);
  pthread_setspecific(ending, h);
  return own = h;
}

/* So early that a program which counts its threads counts this one. */
__attribute__((constructor)) static void begin(void) { helper(); }

static void make_call(struct function *f, void (*call)(void *), void *arguments) {
  real_of(f);
  if (is_elsewhere()) {
    call(arguments);
    return;
  }
  struct helper *h = helper();
  pthread_mutex_lock(&h->lock);
  h->call = call;
  h->arguments = arguments;
  h->function = f;
  pthread_cond_broadcast(&h->changed);
  while (h->function) pthread_cond_wait(&h->changed, &h->lock);
  pthread_mutex_unlock(&h->lock);
}
