//! The same for the kernel, services, the network, Docker and software.

use super::cases::{Case, case, d, f, m};

const DAEMON: &str = "etc/docker/daemon.json";
const WANTS: &str = "etc/systemd/system/multi-user.target.wants/ssh.service";

pub(super) const MORE: &[Case] = &[
    case(
        "baseline/ip-forwarding",
        &[f("proc/sys/net/ipv4/ip_forward", "1\n")],
        &[f("proc/sys/net/ipv4/ip_forward", "0\n")],
    ),
    case(
        "baseline/accept-redirects",
        &[f("proc/sys/net/ipv6/conf/all/accept_redirects", "1\n")],
        &[f("proc/sys/net/ipv4/conf/all/accept_redirects", "0\n")],
    ),
    case(
        "baseline/address-randomisation",
        &[f("proc/sys/kernel/randomize_va_space", "1\n")],
        &[f("proc/sys/kernel/randomize_va_space", "2\n")],
    ),
    case(
        "baseline/kernel-pointers",
        &[f("proc/sys/kernel/kptr_restrict", "0\n")],
        &[f("proc/sys/kernel/kptr_restrict", "2\n")],
    ),
    case(
        "baseline/kernel-log",
        &[f("proc/sys/kernel/dmesg_restrict", "0\n")],
        &[f("proc/sys/kernel/dmesg_restrict", "1\n")],
    ),
    case(
        "baseline/process-tracing",
        &[f("proc/sys/kernel/yama/ptrace_scope", "0\n")],
        &[f("proc/sys/kernel/yama/ptrace_scope", "1\n")],
    ),
    case(
        "baseline/unprivileged-bpf",
        &[f("proc/sys/kernel/unprivileged_bpf_disabled", "0\n")],
        &[f("proc/sys/kernel/unprivileged_bpf_disabled", "2\n")],
    ),
    case(
        "baseline/kernel-exchange",
        &[f("proc/sys/kernel/kexec_load_disabled", "0\n")],
        &[f("proc/sys/kernel/kexec_load_disabled", "1\n")],
    ),
    case(
        "baseline/sysrq",
        &[f("proc/sys/kernel/sysrq", "1\n")],
        &[f("proc/sys/kernel/sysrq", "176\n")],
    ),
    case(
        "baseline/privileged-core-dumps",
        &[f("proc/sys/fs/suid_dumpable", "2\n")],
        &[f("proc/sys/fs/suid_dumpable", "0\n")],
    ),
    case(
        "baseline/link-protection",
        &[f("proc/sys/fs/protected_symlinks", "0\n")],
        &[f("proc/sys/fs/protected_symlinks", "1\n")],
    ),
    case(
        "baseline/shared-file-protection",
        &[f("proc/sys/fs/protected_fifos", "0\n")],
        &[f("proc/sys/fs/protected_regular", "2\n")],
    ),
    case(
        "baseline/send-redirects",
        &[f("proc/sys/net/ipv4/conf/all/send_redirects", "1\n")],
        &[f("proc/sys/net/ipv4/conf/all/send_redirects", "0\n")],
    ),
    case(
        "baseline/source-routing",
        &[f("proc/sys/net/ipv4/conf/all/accept_source_route", "1\n")],
        &[f("proc/sys/net/ipv4/conf/all/accept_source_route", "0\n")],
    ),
    case(
        "baseline/reverse-path",
        &[f("proc/sys/net/ipv4/conf/all/rp_filter", "0\n")],
        &[f("proc/sys/net/ipv4/conf/all/rp_filter", "1\n")],
    ),
    case(
        "baseline/martian-log",
        &[f("proc/sys/net/ipv4/conf/all/log_martians", "0\n")],
        &[f("proc/sys/net/ipv4/conf/all/log_martians", "1\n")],
    ),
    case(
        "baseline/syn-cookies",
        &[f("proc/sys/net/ipv4/tcp_syncookies", "0\n")],
        &[f("proc/sys/net/ipv4/tcp_syncookies", "1\n")],
    ),
    case(
        "baseline/broadcast-echo",
        &[f("proc/sys/net/ipv4/icmp_echo_ignore_broadcasts", "0\n")],
        &[f("proc/sys/net/ipv4/icmp_echo_ignore_broadcasts", "1\n")],
    ),
    case(
        "baseline/secure-redirects",
        &[f("proc/sys/net/ipv4/conf/all/secure_redirects", "1\n")],
        &[f("proc/sys/net/ipv4/conf/all/secure_redirects", "0\n")],
    ),
    case(
        "baseline/performance-events",
        &[f("proc/sys/kernel/perf_event_paranoid", "-1\n")],
        &[f("proc/sys/kernel/perf_event_paranoid", "4\n")],
    ),
    case(
        "baseline/bpf-hardening",
        &[f("proc/sys/net/core/bpf_jit_harden", "0\n")],
        &[f("proc/sys/net/core/bpf_jit_harden", "2\n")],
    ),
    case(
        "baseline/low-memory-mapping",
        &[f("proc/sys/vm/mmap_min_addr", "0\n")],
        &[f("proc/sys/vm/mmap_min_addr", "65536\n")],
    ),
    case(
        "baseline/mount-options",
        &[f("proc/self/mounts", "tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0\n")],
        &[f(
            "proc/self/mounts",
            "tmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec 0 0\n/dev/sda1 / ext4 rw 0 0\n",
        )],
    ),
    case(
        "baseline/rare-protocol",
        &[f("proc/modules", "sctp 1 0 - Live 0x0\n")],
        &[f("proc/modules", "ext4 1 0 - Live 0x0\n")],
    ),
    case(
        "baseline/processor-weakness",
        &[f("sys/devices/system/cpu/vulnerabilities/meltdown", "Vulnerable\n")],
        &[f("sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n")],
    ),
    case(
        "baseline/clear-text-service",
        &[f("etc/inetd.conf", "telnet stream tcp nowait root /usr/sbin/telnetd\n")],
        &[
            f("etc/inetd.conf", "#telnet stream tcp nowait root x\n"),
            f("etc/xinetd.d/tftp", "service tftp\n{\n disable = yes\n}\n"),
        ],
    ),
    case(
        "baseline/unneeded-service",
        &[f("etc/systemd/system/sockets.target.wants/cups.socket", "")],
        &[f(WANTS, "")],
    ),
    case(
        "baseline/nfs-root",
        &[f("etc/exports", "/srv 10.0.0.0/8(rw,no_root_squash)\n")],
        &[f("etc/exports", "/srv 10.0.0.0/8(rw,root_squash) # no_root_squash\n")],
    ),
    case(
        "baseline/nfs-everybody",
        &[f("etc/exports", "/srv *(rw,sync)\n")],
        &[f("etc/exports", "/srv *(ro) host(rw)\n")],
    ),
    case(
        "baseline/snmp-community",
        &[f("etc/snmp/snmpd.conf", "rocommunity public default\n")],
        &[f("etc/snmp/snmpd.conf", "rocommunity public localhost\nrocommunity example\n")],
    ),
    case(
        "baseline/anonymous-ftp",
        &[f("etc/vsftpd.conf", "anonymous_enable=YES\n")],
        &[f("etc/vsftpd.conf", "anonymous_enable=NO\n")],
    ),
    case(
        "baseline/journal-storage",
        &[f("etc/systemd/journald.conf", "[Journal]\nStorage=volatile\n")],
        &[f("etc/systemd/journald.conf", "#Storage=none\nStorage=persistent\n")],
    ),
    case(
        "baseline/audit-service",
        &[f(WANTS, "")],
        &[f(WANTS, ""), f("etc/audit/auditd.conf", "x")],
    ),
    case(
        "baseline/time-service",
        &[f(WANTS, "")],
        &[f(WANTS, ""), f("etc/systemd/system/sysinit.target.wants/chrony.service", "")],
    ),
    case("baseline/log-service", &[f(WANTS, "")], &[f(WANTS, ""), d("var/log/journal", 0o755)]),
    case(
        "baseline/no-firewall",
        &[f(WANTS, ""), f("etc/ufw/ufw.conf", "ENABLED=no\n")],
        &[f(WANTS, ""), f("etc/ufw/ufw.conf", "ENABLED=yes\n")],
    ),
    case(
        "baseline/open-listener",
        &[f("proc/net/tcp", "  sl local rem st\n   0: 00000000:1F91 00000000:0000 0A 0:0\n")],
        &[f(
            "proc/net/tcp",
            "  sl local rem st\n   0: 0100007F:1F91 00000000:0000 0A 0:0\n   1: 00000000:0016 00000000:0000 0A 0:0\n   2: 00000000:1F92 00000000:0000 01 0:0\n",
        )],
    ),
    case(
        "baseline/docker-open-daemon",
        &[f(DAEMON, "{\"hosts\": [\"tcp://0.0.0.0:2375\"]}")],
        &[f(DAEMON, "{\"hosts\": [\"unix:///x\", \"tcp://127.0.0.1:2375\"]}")],
    ),
    case(
        "baseline/docker-insecure-registry",
        &[f(DAEMON, "{\"insecure-registries\": [\"r.example\"]}")],
        &[f(DAEMON, "{\"insecure-registries\": []}")],
    ),
    case(
        "baseline/docker-bridge",
        &[f(DAEMON, "{\"icc\": true}")],
        &[f(DAEMON, "{\"icc\": false}")],
    ),
    case(
        "baseline/docker-no-filter",
        &[f(DAEMON, "{\"seccomp-profile\": \"unconfined\"}")],
        &[f(DAEMON, "{\"seccomp-profile\": \"/x.json\"}")],
    ),
    case(
        "baseline/docker-socket-mode",
        &[m("run/docker.sock", 0o666)],
        &[m("run/docker.sock", 0o660)],
    ),
    case(
        "baseline/end-of-life",
        &[f("etc/os-release", "ID=alpine\nVERSION_ID=3.14.2\n")],
        &[f("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")],
    ),
    case(
        "baseline/security-updates",
        &[f(
            "var/lib/update-notifier/updates-available",
            "12 updates can be applied immediately.\n3 of these updates are standard security updates.\n",
        )],
        &[f(
            "var/lib/update-notifier/updates-available",
            "12 updates can be applied immediately.\n5 additional security updates can be applied with ESM Apps.\n",
        )],
    ),
    case(
        "baseline/other-updates",
        &[f(
            "var/lib/update-notifier/updates-available",
            "12 updates can be applied immediately.\n",
        )],
        &[f(
            "var/lib/update-notifier/updates-available",
            "0 updates can be applied immediately.\n",
        )],
    ),
    case(
        "baseline/restart-required",
        &[m("run/reboot-required", 0o644)],
        &[m("etc/debian_version", 0o644)],
    ),
    case(
        "baseline/automatic-updates",
        &[
            f("etc/debian_version", "12\n"),
            f("etc/apt/apt.conf.d/20auto", "APT::Periodic::Unattended-Upgrade \"0\";\n"),
        ],
        &[
            f("etc/debian_version", "12\n"),
            f("etc/apt/apt.conf.d/20auto", "APT::Periodic::Unattended-Upgrade \"1\";\n"),
        ],
    ),
    case(
        "baseline/unsigned-packages",
        &[f("etc/apt/sources.list", "deb [trusted=yes] https://example.com/debian stable main\n")],
        &[
            f(
                "etc/apt/sources.list",
                "deb [signed-by=/k] https://example.com/debian stable main\n",
            ),
            f("etc/yum.repos.d/a.repo", "gpgcheck=1\n"),
        ],
    ),
    case(
        "baseline/preloaded-library",
        &[f("etc/ld.so.preload", "/lib/x.so\n")],
        &[f("etc/ld.so.preload", "\n")],
    ),
];
