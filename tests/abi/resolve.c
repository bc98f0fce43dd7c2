/* Loads a library the way programs without a link do, and asks for each name on standard input.
 *
 *   resolve LIBRARY < names */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  char name[200];
  void *library = dlopen(argc > 1 ? argv[1] : "libtaos.so", RTLD_NOW | RTLD_LOCAL);
  int missing = 0;
  if (!library) { printf("%s\n", dlerror()); return 1; }
  while (fgets(name, sizeof name, stdin)) {
    name[strcspn(name, "\n")] = 0;
    if (!dlsym(library, name)) { printf("missing: %s\n", name); missing++; }
  }
  printf("loaded\n");
  return missing != 0;
}
