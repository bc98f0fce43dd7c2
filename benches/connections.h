// Many connections in one process: what each takes, whether the last is as fast as the first, and what they cost unused.
#ifndef BENCH_CONNECTIONS_H
#define BENCH_CONNECTIONS_H

#define CONNECTIONS_PART "connections in one process"

struct connections {
    int count;
    double descriptors, bytes;   // of the process, per connection
    double first, last;          // seconds to connect: medians of the first and of the last twentieth
    double idle_seconds, idle_cpu;  // how long all were left alone, and the CPU time that the process took meanwhile
    int failed;
};

// Opens `count` connections in a process of its own and leaves them alone for `idle` seconds. Returns 0, or -1 after a message.
int connections_run(struct connections *connections, int count, int idle, const char *library, const char *host, int port);

#endif
