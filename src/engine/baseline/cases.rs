//! For each check a system that it finds fault with and one that it does not, as data.

/// A file: path, mode, text.
pub(super) type File = (&'static str, u32, &'static str);

/// One check's systems.
pub(super) struct Case {
    pub(super) rule: &'static str,
    pub(super) hit: &'static [File],
    pub(super) miss: &'static [File],
}

pub(super) const fn case(rule: &'static str, hit: &'static [File], miss: &'static [File]) -> Case {
    Case { rule, hit, miss }
}

pub(super) const fn f(path: &'static str, text: &'static str) -> File {
    (path, 0o644, text)
}

pub(super) const fn m(path: &'static str, mode: u32) -> File {
    (path, mode, "x")
}

/// A folder.
pub(super) const fn d(path: &'static str, mode: u32) -> File {
    (path, 0o40000 | mode, "")
}

const SSHD: &str = "etc/ssh/sshd_config";
const PASSWD: &str = "etc/passwd";
const SHADOW: &str = "etc/shadow";
const DEFS: &str = "etc/login.defs";
const SUDOERS: &str = "etc/sudoers";

pub(super) const CASES: &[Case] = &[
    case(
        "baseline/ssh-root-login",
        &[
            f(SSHD, "Include sshd_config.d/*.conf\nPermitRootLogin no\n"),
            f("etc/ssh/sshd_config.d/a.conf", "permitrootlogin=yes\n"),
        ],
        &[f(
            SSHD,
            "PermitRootLogin no\nPermitRootLogin yes\nMatch User x\n  PermitRootLogin yes\n",
        )],
    ),
    case(
        "baseline/ssh-password-login",
        &[f(SSHD, "PasswordAuthentication yes # for now\n")],
        &[f(SSHD, "#PasswordAuthentication yes\nPasswordAuthentication no\n")],
    ),
    case("baseline/ssh-protocol", &[f(SSHD, "Protocol 2,1\n")], &[f(SSHD, "Protocol 2\n")]),
    case(
        "baseline/ssh-empty-passwords",
        &[f(SSHD, "PermitEmptyPasswords yes")],
        &[f(SSHD, "PermitEmptyPasswords no")],
    ),
    case(
        "baseline/ssh-host-based-login",
        &[f(SSHD, "HostbasedAuthentication yes")],
        &[f(SSHD, "HostbasedAuthentication no")],
    ),
    case("baseline/ssh-rhosts", &[f(SSHD, "IgnoreRhosts no")], &[f(SSHD, "IgnoreRhosts yes")]),
    case(
        "baseline/ssh-user-environment",
        &[f(SSHD, "PermitUserEnvironment LANG")],
        &[f(SSHD, "PermitUserEnvironment no")],
    ),
    case("baseline/ssh-strict-modes", &[f(SSHD, "StrictModes no")], &[f(SSHD, "StrictModes yes")]),
    case(
        "baseline/ssh-weak-cipher",
        &[f(SSHD, "Ciphers aes256-ctr,AES128-CBC")],
        &[f(SSHD, "Ciphers -aes128-cbc,3des-cbc")],
    ),
    case(
        "baseline/ssh-weak-mac",
        &[f(SSHD, "MACs +hmac-md5")],
        &[f(SSHD, "MACs hmac-sha2-256-etm@openssh.com")],
    ),
    case(
        "baseline/ssh-weak-key-exchange",
        &[f(SSHD, "KexAlgorithms diffie-hellman-group14-sha1")],
        &[f(SSHD, "KexAlgorithms curve25519-sha256")],
    ),
    case(
        "baseline/ssh-weak-host-key",
        &[f(SSHD, "HostKeyAlgorithms ^ssh-rsa")],
        &[f(SSHD, "HostKeyAlgorithms rsa-sha2-512")],
    ),
    case(
        "baseline/ssh-weak-user-key",
        &[f(SSHD, "PubkeyAcceptedAlgorithms +ssh-dss")],
        &[f(SSHD, "PubkeyAcceptedAlgorithms ssh-ed25519")],
    ),
    case("baseline/ssh-many-tries", &[f(SSHD, "MaxAuthTries 20")], &[f(SSHD, "MaxAuthTries 6")]),
    case(
        "baseline/ssh-login-grace",
        &[f(SSHD, "LoginGraceTime 10m")],
        &[f(SSHD, "LoginGraceTime 2m")],
    ),
    case(
        "baseline/ssh-x11-forwarding",
        &[f(SSHD, "X11Forwarding YES")],
        &[f(SSHD, "X11Forwarding no")],
    ),
    case(
        "baseline/ssh-gateway-ports",
        &[f(SSHD, "GatewayPorts clientspecified")],
        &[f(SSHD, "GatewayPorts no")],
    ),
    case("baseline/ssh-tunnel", &[f(SSHD, "PermitTunnel ethernet")], &[f(SSHD, "PermitTunnel no")]),
    case("baseline/ssh-log-level", &[f(SSHD, "LogLevel QUIET")], &[f(SSHD, "LogLevel INFO")]),
    case("baseline/ssh-config-mode", &[m(SSHD, 0o664)], &[m(SSHD, 0o600)]),
    case(
        "baseline/ssh-host-key-mode",
        &[m("etc/ssh/ssh_host_rsa_key", 0o644)],
        &[m("etc/ssh/ssh_host_rsa_key", 0o640), m("etc/ssh/ssh_host_rsa_key.pub", 0o644)],
    ),
    case(
        "baseline/second-root",
        &[f(PASSWD, "root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\n")],
        &[f(PASSWD, "root:x:0:0::/root:/bin/bash\na:x:10:0::/:/bin/sh\n#b:x:0:0::/:\n")],
    ),
    case(
        "baseline/empty-password",
        &[f(SHADOW, "root::19000:0:99999:7:::\n")],
        &[f(SHADOW, "root:*:19000:0:99999:7:::\n")],
    ),
    case(
        "baseline/password-never-set",
        &[f(SHADOW, "ann:!!:19000::::::\n"), f(PASSWD, "ann:x:1000:1000::/home/ann:/bin/bash\n")],
        &[
            f(SHADOW, "sshd:!!:19000::::::\nnobody:!!:1::::::\n"),
            f(PASSWD, "sshd:x:74:74::/:/sbin/nologin\n"),
        ],
    ),
    case(
        "baseline/weak-password-hash",
        &[f(SHADOW, "ann:$1$EXAMPLE$EXAMPLE:19000::::::\n")],
        &[f(SHADOW, "ann:$y$j9T$EXAMPLE$EXAMPLE:19000::::::\nbob:!:1::::::\n")],
    ),
    case(
        "baseline/password-in-passwd",
        &[f(PASSWD, "ann:$6$EXAMPLE$EXAMPLE:1000:1000::/home/ann:/bin/sh\n")],
        &[f(PASSWD, "ann:x:1000:1000::/home/ann:/bin/sh\nbob:*:1001:1::/:/bin/sh\n")],
    ),
    case(
        "baseline/duplicate-user-id",
        &[f(PASSWD, "a:x:1000:1::/:/bin/sh\nb:x:1000:1::/:/bin/sh\n")],
        &[f(PASSWD, "a:x:1000:1::/:/bin/sh\nb:x:1001:1::/:/bin/sh\n")],
    ),
    case(
        "baseline/duplicate-user-name",
        &[f(PASSWD, "a:x:1000:1::/:/bin/sh\na:x:1001:1::/:/bin/sh\n")],
        &[f(PASSWD, "a:x:1000:1::/:/bin/sh\nb:x:1001:1::/:/bin/sh\n")],
    ),
    case(
        "baseline/duplicate-group-id",
        &[f("etc/group", "a:x:1000:\nb:x:1000:\n")],
        &[f("etc/group", "a:x:1000:\nb:x:1001:\n")],
    ),
    case(
        "baseline/system-account-shell",
        &[f(PASSWD, "www-data:x:33:33::/var/www:/bin/bash\n")],
        &[f(
            PASSWD,
            "www-data:x:33:33::/:/usr/sbin/nologin\nann:x:1000:1::/:/bin/bash\nsync:x:4:1::/bin:/bin/sync\n",
        )],
    ),
    case("baseline/nis-entry", &[f(PASSWD, "+::::::\n")], &[f(PASSWD, "a:x:1:1::/:/bin/sh\n")]),
    case(
        "baseline/password-max-age",
        &[f(DEFS, "PASS_MAX_DAYS\t99999\n")],
        &[f(DEFS, "#PASS_MAX_DAYS 999\nPASS_MAX_DAYS 90\n")],
    ),
    case(
        "baseline/password-min-age",
        &[f(DEFS, "PASS_MIN_DAYS 0\n")],
        &[f(DEFS, "PASS_MIN_DAYS 0\nPASS_MIN_DAYS 1\n")],
    ),
    case(
        "baseline/password-length",
        &[f(DEFS, "PASS_MIN_LEN 5\n")],
        &[f(DEFS, "PASS_MIN_LEN 12\n")],
    ),
    case(
        "baseline/password-hash-method",
        &[f(DEFS, "ENCRYPT_METHOD md5\n")],
        &[f(DEFS, "ENCRYPT_METHOD SHA512\n")],
    ),
    case(
        "baseline/password-hash-rounds",
        &[f(DEFS, "SHA_CRYPT_MIN_ROUNDS 1000\n")],
        &[f(DEFS, "SHA_CRYPT_MIN_ROUNDS 5000\n")],
    ),
    case("baseline/umask", &[f(DEFS, "UMASK 002\n")], &[f(DEFS, "UMASK 022\n")]),
    case(
        "baseline/pam-permit",
        &[f("etc/pam.d/sshd", "auth sufficient pam_permit.so\n")],
        &[f(
            "etc/pam.d/sshd",
            "auth required pam_unix.so\nauth sufficient pam_permit.so\naccount sufficient pam_permit.so\n",
        )],
    ),
    case(
        "baseline/pam-empty-password",
        &[f("etc/pam.d/common-auth", "auth [success=1 default=ignore] pam_unix.so nullok\n")],
        &[f(
            "etc/pam.d/common-auth",
            "auth [success=1 default=ignore] pam_unix.so\npassword required pam_unix.so nullok\n",
        )],
    ),
    case(
        "baseline/password-quality",
        &[f("etc/pam.d/common-password", "password required pam_unix.so\n")],
        &[f("etc/pam.d/common-password", "password requisite pam_pwquality.so retry=3\n")],
    ),
    case(
        "baseline/login-lockout",
        &[f("etc/pam.d/common-auth", "auth required pam_unix.so\n")],
        &[f("etc/pam.d/common-auth", "auth required pam_faillock.so preauth\n")],
    ),
    case(
        "baseline/sudo-without-password",
        &[f(SUDOERS, "deploy ALL=(ALL:ALL) \\\n  NOPASSWD: ALL\n")],
        &[f(
            SUDOERS,
            "# deploy ALL=(ALL) NOPASSWD: ALL\ndeploy ALL=(ALL) NOPASSWD: /usr/bin/id, PASSWD: ALL\nroot ALL=(ALL) NOPASSWD: ALL\n",
        )],
    ),
    case(
        "baseline/sudo-shell-without-password",
        &[f("etc/sudoers.d/ops", "%ops ALL=(root) NOPASSWD: /usr/bin/vim\n")],
        &[
            f(
                "etc/sudoers.d/ops",
                "%ops ALL=(root) NOPASSWD: /usr/bin/tar -cf /backup.tar /srv\n%ops ALL=(root) /bin/bash\n",
            ),
            f("etc/sudoers.d/a.bak", "x ALL=NOPASSWD: /bin/sh\n"),
        ],
    ),
    case(
        "baseline/sudo-no-authentication",
        &[f(SUDOERS, "Defaults:deploy !authenticate\n")],
        &[f(SUDOERS, "Defaults use_pty, authenticate\n")],
    ),
    case(
        "baseline/sudo-environment",
        &[f(SUDOERS, "Defaults env_keep += \"LANG LD_PRELOAD\"\n")],
        &[f(SUDOERS, "Defaults env_reset\nDefaults env_keep += \"LANG DISPLAY\"\n")],
    ),
    case(
        "baseline/sudo-visible-password",
        &[f(SUDOERS, "Defaults visiblepw\n")],
        &[f(SUDOERS, "Defaults !visiblepw\n")],
    ),
    case(
        "baseline/sudo-timestamp",
        &[f(SUDOERS, "Defaults timestamp_timeout=-1\n")],
        &[f(SUDOERS, "Defaults timestamp_timeout=5\n")],
    ),
    case("baseline/sudo-file-mode", &[m("etc/sudoers.d/ops", 0o664)], &[m(SUDOERS, 0o440)]),
    case(
        "baseline/cron-writable-program",
        &[f("etc/crontab", "17 * * * * root /opt/job.sh\n"), m("opt/job.sh", 0o777)],
        &[
            f(
                "etc/crontab",
                "PATH=/bin\n17 * * * * ann /opt/job.sh\n17 * * * * root /opt/safe.sh\n",
            ),
            m("opt/job.sh", 0o777),
            m("opt/safe.sh", 0o755),
        ],
    ),
    case("baseline/cron-file-mode", &[m("etc/cron.d/job", 0o666)], &[m("etc/cron.d/job", 0o644)]),
    case(
        "baseline/cron-remote-script",
        &[f("etc/cron.d/job", "@daily root curl -s https://example.com/x | bash\n")],
        &[f(
            "etc/cron.d/job",
            "@daily root curl -s https://example.com/x -o /tmp/x\n@daily root cat /etc/motd | sh\n",
        )],
    ),
    case(
        "baseline/sensitive-file-mode",
        &[(SHADOW, 0o644, "root:*:1::::::\n")],
        &[(SHADOW, 0o640, "root:*:1::::::\n"), (PASSWD, 0o644, "x"), d("root/.ssh", 0o700)],
    ),
    case(
        "baseline/private-key-mode",
        &[m("root/.ssh/id_rsa", 0o640)],
        &[m("root/.ssh/id_rsa", 0o600), m("root/.ssh/id_rsa.pub", 0o644)],
    ),
    case(
        "baseline/trusted-hosts-file",
        &[f("home/ann/.rhosts", "+ +\n")],
        &[f("home/ann/.rhosts", "# nobody\n")],
    ),
    case(
        "baseline/password-file-mode",
        &[m("home/ann/.netrc", 0o644)],
        &[m("home/ann/.netrc", 0o600)],
    ),
    case(
        "baseline/weak-authorized-key",
        &[f("root/.ssh/authorized_keys", "from=\"10.0.0.1\" ssh-dss EXAMPLE a@b\n")],
        &[f("root/.ssh/authorized_keys", "ssh-ed25519 EXAMPLE a@b\n")],
    ),
    case(
        "baseline/world-writable-file",
        &[m("etc/app/app.conf", 0o666)],
        &[m("etc/app/app.conf", 0o664)],
    ),
    case(
        "baseline/unknown-set-user-id",
        &[m("usr/local/bin/helper", 0o4755)],
        &[m("usr/bin/sudo", 0o4755), m("usr/bin/ls", 0o755)],
    ),
    case("baseline/sticky-bit", &[d("tmp", 0o777)], &[d("tmp", 0o1777)]),
    case(
        "baseline/boot-loader-mode",
        &[m("boot/grub/grub.cfg", 0o644)],
        &[m("boot/grub/grub.cfg", 0o600)],
    ),
];
