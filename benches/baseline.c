// A minimal blocking client of the adapter's protocol. It trusts its server: it is a measure, not an example.
#include "baseline.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };
enum { BINARY_QUERY = 6, FETCH_RAW_BLOCK = 7 };
// Offsets in the reply to fetch_raw_block when its message is empty, and of the row count within a block.
enum { FETCH_CODE = 34, FETCH_FINISHED = 50, FETCH_LENGTH = 51, FETCH_BLOCK = 55, BLOCK_ROWS = 8 };

struct baseline {
    int fd;
    uint64_t req_id;
    uint32_t mask;
    // The outgoing frame.
    char *out;
    size_t out_size;
    // Received bytes: `have` of them, the first `used` already handed out as a frame.
    char *in;
    size_t in_size, have, used;
};

static long fail(const char *what) {
    fprintf(stderr, "baseline: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    return -1;
}

static void *grown(void *buffer, size_t size) {
    void *larger = realloc(buffer, size);
    if (larger == NULL) abort();
    return larger;
}

static int send_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0) return -1;
        data += sent;
        size -= (size_t)sent;
    }
    return 0;
}

// Frames head and body as one masked message and writes it with one send.
static int send_frame(struct baseline *c, int opcode, const void *head, size_t head_size, const void *body,
                      size_t body_size) {
    size_t length = head_size + body_size;
    if (c->out_size < length + 32) c->out = grown(c->out, c->out_size = 2 * length + 32);
    unsigned char *p = (unsigned char *)c->out;
    *p++ = (unsigned char)(0x80 | opcode);
    if (length < 126) {
        *p++ = (unsigned char)(0x80 | length);
    } else {
        int bytes = length < 65536 ? 2 : 8;
        *p++ = bytes == 2 ? 0x80 | 126 : 0x80 | 127;
        for (int i = bytes - 1; i >= 0; i--) *p++ = (unsigned char)((uint64_t)length >> (8 * i));
    }
    c->mask = c->mask * 1664525u + 1013904223u;
    memcpy(p, &c->mask, 4);
    p += 4;
    if (head_size > 0) memcpy(p, head, head_size);
    if (body_size > 0) memcpy(p + head_size, body, body_size);
    uint64_t wide = (uint64_t)c->mask << 32 | c->mask;
    size_t at = 0;
    for (; at + 8 <= length; at += 8) {
        uint64_t word;
        memcpy(&word, p + at, 8);
        word ^= wide;
        memcpy(p + at, &word, 8);
    }
    for (; at < length; at++) p[at] ^= (unsigned char)(c->mask >> (8 * (at % 4)));
    return send_all(c->fd, c->out, (size_t)((char *)p - c->out) + length);
}

// Receives until `count` bytes beyond the used ones are there: what has come already, then the rest in one call.
static int need(struct baseline *c, size_t count) {
    if (c->in_size < c->used + count + 1) c->in = grown(c->in, c->in_size = 2 * (c->used + count) + 1);
    while (c->have < c->used + count) {
        size_t missing = c->used + count - c->have;
        // One byte stays free for the NUL behind a text.
        size_t room = c->in_size - c->have - 1;
        int rest_of_large = missing > 4096;
        ssize_t got = recv(c->fd, c->in + c->have, rest_of_large ? missing : room, rest_of_large ? MSG_WAITALL : 0);
        if (got == 0) errno = ECONNRESET;
        if (got <= 0) return -1;
        c->have += (size_t)got;
    }
    return 0;
}

// The next data frame's payload, NUL behind it; valid until the next call. NULL when the connection is lost.
static char *receive_frame(struct baseline *c, size_t *length) {
    for (;;) {
        memmove(c->in, c->in + c->used, c->have - c->used);
        c->have -= c->used;
        c->used = 0;
        if (need(c, 2) != 0) return NULL;
        int opcode = c->in[0] & 0x0f;
        uint64_t size = (unsigned char)c->in[1];
        int extended = size < 126 ? 0 : size == 126 ? 2 : 8;
        if (need(c, 2 + (size_t)extended) != 0) return NULL;
        if (extended) size = 0;
        for (int i = 0; i < extended; i++) size = size << 8 | (unsigned char)c->in[2 + i];
        size_t head = 2 + (size_t)extended;
        if (need(c, head + size) != 0) return NULL;
        c->used = head + size;
        *length = size;
        if (opcode == PING) {
            if (send_frame(c, PONG, c->in + head, size, NULL, 0) != 0) return NULL;
            continue;
        }
        // A byte that belongs to the next frame may be here; replies come one at a time, so it is not.
        if (c->have == c->used) c->in[c->used] = '\0';
        return c->in + head;
    }
}

static long json_number(const char *json, const char *key) {
    const char *found = strstr(json, key);
    return found ? strtol(found + strlen(key), NULL, 10) : -1;
}

// Receives a JSON reply. NULL after a message when it is an error.
static const char *receive_json(struct baseline *c) {
    size_t length;
    const char *json = receive_frame(c, &length);
    if (json != NULL && json_number(json, "\"code\":") == 0) return json;
    if (json != NULL) errno = 0;
    fail(json ? json : "receive");
    return NULL;
}

static int upgrade(struct baseline *c, const char *host, int port) {
    char request[512];
    int size = snprintf(request, sizeof request,
                        "GET /ws HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        host, port);
    if (send_all(c->fd, request, (size_t)size) != 0) return -1;
    char *end = NULL;
    while (end == NULL) {
        if (need(c, c->have + 1) != 0) return -1;
        c->in[c->have] = '\0';
        end = strstr(c->in, "\r\n\r\n");
    }
    c->used = (size_t)(end + 4 - c->in);
    errno = 0;
    return strncmp(c->in, "HTTP/1.1 101", 12) == 0 ? 0 : -1;
}

static int dial(const char *host, int port) {
    char service[16];
    snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(host, service, &hints, &found) != 0) return -1;
    int fd = -1;
    for (struct addrinfo *a = found; a != NULL && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    int on = 1;
    if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

struct baseline *baseline_open(const char *host, int port, const char *db) {
    char conn[200];
    int length = snprintf(conn, sizeof conn,
                          "{\"action\":\"conn\",\"args\":{\"req_id\":1,\"user\":\"root\",\"password\":\"taosdata\",\"db\":\"%s\"}}",
                          db ? db : "");
    struct baseline *c = calloc(1, sizeof *c);
    if (c == NULL) abort();
    c->mask = (uint32_t)getpid() * 2654435761u;
    c->req_id = 1;
    c->in = grown(NULL, c->in_size = 64 << 10);
    errno = 0;
    c->fd = dial(host, port);
    if (c->fd < 0 || upgrade(c, host, port) != 0 || send_frame(c, TEXT, conn, (size_t)length, NULL, 0) != 0) {
        fail("connect");
    } else if (receive_json(c) != NULL) {
        return c;
    }
    baseline_close(c);
    return NULL;
}

void baseline_close(struct baseline *c) {
    if (c == NULL) return;
    if (c->fd >= 0) {
        send_frame(c, CLOSE, NULL, 0, NULL, 0);
        close(c->fd);
    }
    free(c->in);
    free(c->out);
    free(c);
}

// Request id, resource id, action, version 1.
static size_t binary_head(struct baseline *c, char *head, uint64_t id, uint64_t action) {
    uint64_t words[3] = {++c->req_id, id, action};
    memcpy(head, words, 24);
    head[24] = 1;
    head[25] = 0;
    return 26;
}

static const char *query(struct baseline *c, const char *sql, size_t length) {
    char head[32];
    size_t size = binary_head(c, head, 0, BINARY_QUERY);
    uint32_t sql_length = (uint32_t)length;
    memcpy(head + size, &sql_length, 4);
    if (send_frame(c, BINARY, head, size + 4, sql, length) != 0) {
        fail("send");
        return NULL;
    }
    return receive_json(c);
}

long baseline_execute(struct baseline *c, const char *sql, size_t length) {
    const char *reply = query(c, sql, length);
    return reply ? json_number(reply, "\"affected_rows\":") : -1;
}

long baseline_fetch_all(struct baseline *c, const char *sql, size_t length, size_t *largest) {
    const char *reply = query(c, sql, length);
    if (reply == NULL) return -1;
    uint64_t id = (uint64_t)json_number(reply, "\"id\":");
    long rows = 0;
    for (;;) {
        char head[32];
        size_t size = binary_head(c, head, id, FETCH_RAW_BLOCK);
        if (send_frame(c, BINARY, head, size, NULL, 0) != 0) return fail("send");
        const char *fetched = receive_frame(c, &size);
        if (fetched == NULL) return fail("receive");
        uint32_t code;
        errno = 0;
        if (size <= FETCH_FINISHED) return fail("a reply too short for a fetch");
        memcpy(&code, fetched + FETCH_CODE, 4);
        if (code != 0) return fail("fetch_raw_block");
        if (fetched[FETCH_FINISHED]) return rows;
        if (size < FETCH_BLOCK + BLOCK_ROWS + 4) return fail("a block too short");
        int32_t in_block;
        memcpy(&in_block, fetched + FETCH_BLOCK + BLOCK_ROWS, 4);
        rows += in_block;
        uint32_t block_size;
        memcpy(&block_size, fetched + FETCH_LENGTH, 4);
        if (largest != NULL && *largest < block_size) *largest = block_size;
    }
}
