#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct node { int value; struct node *next; };

void lines(FILE *in) {
    char buf[64];
    // ruleid: c.memory.gets
    gets(buf);
    // ok: c.memory.gets
    fgets(buf, sizeof(buf), in);
    // ruleid: c.memory.scanf-string
    scanf("%s", buf);
    // ruleid: c.memory.scanf-string
    fscanf(in, "%d %s", &n, buf);
    // ok: c.memory.scanf-string
    scanf("%63s", buf);
    // ok: c.memory.scanf-string
    scanf("%d", &n);
    // ruleid: c.memory.sscanf-string
    sscanf(line, "name=%s", buf);
    // ok: c.memory.sscanf-string
    sscanf(line, "name=%63s", buf);
}

int main(int argc, char **argv) {
    char buf[64];
    // ruleid: c.memory.outside-data-copy-taint, c.memory.strcpy
    strcpy(buf, argv[1]);
    char *home = getenv("HOME");
    // ruleid: c.memory.outside-data-copy-taint, c.memory.sprintf-string
    sprintf(buf, "%s/.config", home);
    // ok: c.memory.outside-data-copy-taint
    snprintf(buf, sizeof(buf), "%s/.config", home);
    // ok: c.memory.outside-data-copy-taint, c.memory.sprintf-string
    sprintf(buf, "%d", atoi(argv[2]));
    // ruleid: c.memory.unchecked-allocation
    char *copy = malloc(strlen(argv[1]) + 1);
    // ok: c.memory.outside-data-copy-taint
    strcpy(copy, argv[1]);
    return 0;
}

void copies(char *dst, const char *src) {
    char name[32];
    // ruleid: c.memory.strcpy
    strcpy(dst, src);
    // ok: c.memory.strcpy
    strcpy(name, "fixed");
    // ruleid: c.memory.sprintf-string
    sprintf(dst, "<%s>", src);
    // ok: c.memory.sprintf-string
    sprintf(name, "%d", 5);
    // ruleid: c.memory.length-of-wrong-operand
    strncat(name, src, sizeof(name));
    // ok: c.memory.length-of-wrong-operand
    strncat(name, src, sizeof(name) - strlen(name) - 1);
    // ruleid: c.memory.strncpy-source-length
    strncpy(name, src, strlen(src));
    // ok: c.memory.strncpy-source-length
    strncpy(name, src, sizeof(name) - 1);
    // ruleid: c.memory.memcpy-source-length
    memcpy(name, src, strlen(src) + 1);
    // ok: c.memory.memcpy-source-length
    memcpy(name, src, sizeof(name));
}

char *terminator(const char *text) {
    // ruleid: c.memory.malloc-without-terminator
    char *p = malloc(strlen(text));
    if (p)
        strcpy(p, text);
    // ok: c.memory.malloc-without-terminator
    char *q = malloc(strlen(text) + 1);
    if (q)
        strcpy(q, text);
    return q;
}

void sizes(void) {
    // ruleid: c.memory.sizeof-pointer
    struct node *a = malloc(sizeof(a));
    // ok: c.memory.sizeof-pointer
    struct node *b = malloc(sizeof(*b));
    // ok: c.memory.sizeof-pointer
    struct node *c = malloc(sizeof(struct node));
}

void clear(struct node *p) {
    // ruleid: c.memory.sizeof-pointer
    memset(p, 0, sizeof(p));
}

void clear_all(struct node *node) {
    // ok: c.memory.sizeof-pointer
    memset(node, 0, sizeof(struct node));
}

void twice(char *p, int n) {
    // ruleid: c.memory.double-free
    free(p);
    n++;
    free(p);
}

void twice_ok(char *p, int n) {
    // ok: c.memory.double-free
    free(p);
    p = malloc(n);
    free(p);
}

int after(struct node *p) {
    // ruleid: c.memory.use-after-free
    free(p);
    return p->value;
}

void after_write(struct node *p) {
    // ruleid: c.memory.use-after-free
    free(p);
    p->value = 0;
}

void list(struct node *p) {
    while (p) {
        struct node *next = p->next;
        // ok: c.memory.use-after-free
        free(p);
        p = next;
    }
}

int early(struct node *p, int bad) {
    if (bad) {
        // ok: c.memory.use-after-free
        free(p);
        return -1;
    }
    return p->value;
}

char *local(int n) {
    // ruleid: c.memory.returned-stack-address
    char out[32];
    snprintf(out, sizeof(out), "%d", n);
    return out;
}

char *fixed(int n) {
    // ok: c.memory.returned-stack-address
    static char out[32];
    snprintf(out, sizeof(out), "%d", n);
    return out;
}

void stack(int n) {
    // ruleid: c.memory.alloca
    char *p = alloca(n);
    // ok: c.memory.alloca
    struct node *q = malloc(n);
}

void unchecked(int n) {
    // ruleid: c.memory.unchecked-allocation
    struct node *p = malloc(sizeof(struct node));
    p->value = n;
    // ok: c.memory.unchecked-allocation
    struct node *q = malloc(sizeof(struct node));
    if (!q)
        return;
    q->value = n;
    // ruleid: c.memory.realloc-lost-pointer
    p = realloc(p, n);
    // ok: c.memory.realloc-lost-pointer
    q = realloc(p, n);
}
