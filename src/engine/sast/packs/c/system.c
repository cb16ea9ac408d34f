#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void formatted(int fd, const char *name) {
    char buf[64];
    // ruleid: c.memory.snprintf-length
    int n = snprintf(buf, sizeof(buf), "hello %s", name);
    write(fd, buf, n);
}

void formatted_ok(int fd, const char *name) {
    char buf[64];
    // ok: c.memory.snprintf-length
    int n = snprintf(buf, sizeof(buf), "hello %s", name);
    if (n >= (int) sizeof(buf))
        return;
    write(fd, buf, n);
}

void links(const char *path) {
    char a[64], b[64];
    // ruleid: c.memory.readlink-terminator
    ssize_t n = readlink(path, a, sizeof(a));
    if (n >= 0)
        a[n] = 0;
    // ok: c.memory.readlink-terminator
    ssize_t m = readlink(path, b, sizeof(b) - 1);
    if (m >= 0)
        b[m] = 0;
}

void report(FILE *out, const char *text, int n) {
    // ruleid: c.injection.format-string
    printf(text);
    // ruleid: c.injection.format-string
    fprintf(out, text);
    // ruleid: c.injection.format-string
    syslog(LOG_ERR, text);
    // ok: c.injection.format-string
    printf("%s", text);
    // ok: c.injection.format-string
    fprintf(out, "done\n");
    // ok: c.injection.format-string
    printf(BANNER);
    // ok: c.injection.format-string
    printf(n == 1 ? "one\n" : "many\n");
    // ok: c.injection.format-string
    printf(_("hello\n"));
}

int main(int argc, char **argv) {
    char line[128], cmd[256];
    // ruleid: c.injection.format-string-taint
    printf(argv[1], 5);
    fgets(line, sizeof(line), stdin);
    // ruleid: c.injection.format-string-taint, c.injection.format-string
    printf(line);
    // ok: c.injection.format-string-taint
    printf("%s", line);
    // ruleid: c.process.command-taint, c.process.command-variable
    system(argv[1]);
    snprintf(cmd, sizeof(cmd), "ping -c 1 %s", line);
    // ruleid: c.process.command-variable
    FILE *p = popen(cmd, "r");
    // todoruleid: c.process.command-taint
    wordexp(cmd, &words, 0);
    // ok: c.process.command-taint, c.process.command-variable
    system("uptime");
    return 0;
}

void run(const char *what) {
    // ruleid: c.process.command-variable
    system(what);
    // ok: c.process.command-variable
    popen("date", "r");
}

void temporary(void) {
    char name[] = "/var/tmp/fileXXXXXX";
    // ruleid: c.files.temporary-name
    mktemp(name);
    // ruleid: c.files.temporary-name
    char *other = tmpnam(NULL);
    // ok: c.files.temporary-name
    int fd = mkstemp(name);
}

void race(const char *path) {
    FILE *fp;
    // ruleid: c.files.access-then-open
    if (access(path, W_OK) == 0) {
        fp = fopen(path, "w");
    }
}

void race_early(const char *path) {
    // ruleid: c.files.access-then-open
    if (access(path, R_OK) != 0)
        return;
    FILE *fp = fopen(path, "r");
}

void no_race(const char *path) {
    // ok: c.files.access-then-open
    if (access(path, R_OK) != 0)
        return;
    puts(path);
}

void modes(const char *path, uid_t user) {
    // ruleid: c.permissions.world-writable-file
    chmod(path, 0777);
    // ok: c.permissions.world-writable-file
    chmod(path, 0640);
    // ruleid: c.permissions.umask-zero
    umask(0);
    // ok: c.permissions.umask-zero
    umask(mask = umask(0));
    // ok: c.permissions.umask-zero
    umask(027);
    // ruleid: c.permissions.unchecked-privilege-drop
    setuid(user);
    // ok: c.permissions.unchecked-privilege-drop
    if (setuid(user) != 0)
        abort();
}

int jail(const char *dir) {
    // ruleid: c.permissions.chroot-without-chdir
    if (chroot(dir) != 0)
        return -1;
    return 0;
}

int jail_ok(const char *dir) {
    // ok: c.permissions.chroot-without-chdir
    if (chroot(dir) != 0)
        return -1;
    if (chdir("/") != 0)
        return -1;
    return 0;
}
