/* Names whose addresses the test chooses, in place of the C library's look-up, to be loaded before it: `dead-first.test` is 127.0.0.2,
 * then 127.0.0.1. */
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
  if (!name || strcmp(name, "dead-first.test")) return real(name, service, hints, found);
  int code = real("127.0.0.2", service, hints, found);
  struct addrinfo *last = code ? NULL : *found;
  while (last && last->ai_next) last = last->ai_next;
  return code ? code : real("127.0.0.1", service, hints, &last->ai_next);
}
