//! Rules on what a build takes from the network without making sure that it is what was meant.

use super::{PRACTICES, REFERENCE, rule};
use crate::engine::rule::Rule;

const TLS: &str = "https://cwe.mitre.org/data/definitions/295.html";
const SIGNED: &str = "https://cwe.mitre.org/data/definitions/347.html";

rule!(
    PIPED,
    "download-piped-to-shell",
    High,
    High,
    "CWE-494",
    "Download run by a shell or interpreter at once",
    "What a server sends is run as it comes: whoever controls the server, the name or the path of the connection runs code in the build, \
     and a connection that breaks leaves half a script run.",
    "Download to a file, check its digest or signature (`sha256sum -c`, `gpg --verify`), then run it; or use a package of the distribution.",
    [PRACTICES],
    ["DL003"]
);
rule!(
    UNVERIFIED,
    "unverified-download",
    Medium,
    Medium,
    "CWE-494",
    "Downloaded program run without a check of its content",
    "A file is downloaded and run, installed or unpacked into the system in one step, and nothing compares it with a known digest or signature.",
    "Pin the version and check the digest (`echo \"<sha256>  file\" | sha256sum -c -`), or use `ADD --checksum=sha256:...`.",
    [PRACTICES, REFERENCE],
    []
);
rule!(
    PLAIN_HTTP,
    "plain-http-download",
    Medium,
    High,
    "CWE-319",
    "Download over an unprotected connection",
    "A file, key or repository is fetched over http, ftp or the git protocol. Everybody on the way can put something else in its place.",
    "Use https://. Where a server has none, check the digest or signature of what it sends.",
    ["https://cwe.mitre.org/data/definitions/319.html"],
    []
);
rule!(
    REMOTE_ADD,
    "remote-add",
    Medium,
    High,
    "CWE-494",
    "ADD of an address without a checksum",
    "What the address gives today may be something else tomorrow, and nothing notices.",
    "Give the digest: `ADD --checksum=sha256:<digest> https://... /dest`; for git addresses name the full commit.",
    [REFERENCE],
    ["DL006", "CKV_DOCKER_4"]
);
rule!(
    CURL_INSECURE,
    "curl-insecure",
    High,
    High,
    "CWE-295",
    "curl without certificate checks",
    "`--insecure` lets everybody on the way answer in place of the server.",
    "Remove the option. Give a private authority with `--cacert` or add it to the system's store.",
    [TLS],
    ["CKV2_DOCKER_2"]
);
rule!(
    WGET_INSECURE,
    "wget-insecure",
    High,
    High,
    "CWE-295",
    "wget without certificate checks",
    "`--no-check-certificate` lets everybody on the way answer in place of the server.",
    "Remove the option; install `ca-certificates`, or give a private authority with `--ca-certificate`.",
    [TLS],
    ["CKV2_DOCKER_3"]
);
rule!(
    PIP_TRUSTED_HOST,
    "pip-trusted-host",
    High,
    High,
    "CWE-295",
    "pip without certificate checks",
    "For a trusted host pip accepts any certificate, and plain http: everybody on the way can exchange packages.",
    "Remove the setting. Give a private authority with `--cert` or `PIP_CERT`.",
    [TLS],
    ["CKV2_DOCKER_4", "CKV2_DOCKER_16"]
);
rule!(
    PYTHON_HTTPS,
    "python-https-unverified",
    High,
    High,
    "CWE-295",
    "Certificate checks of Python switched off",
    "With `PYTHONHTTPSVERIFY=0` Python accepts any certificate, in the build and in the container.",
    "Remove the variable; add a private authority to the system's store or name it in `SSL_CERT_FILE`.",
    [TLS],
    ["CKV2_DOCKER_5"]
);
rule!(
    NODE_TLS,
    "node-tls-unverified",
    High,
    High,
    "CWE-295",
    "Certificate checks of Node.js switched off",
    "With `NODE_TLS_REJECT_UNAUTHORIZED=0` Node.js accepts any certificate, in the build and in the container.",
    "Remove the variable; name a private authority in `NODE_EXTRA_CA_CERTS`.",
    [TLS],
    ["CKV2_DOCKER_6"]
);
rule!(
    NPM_STRICT_SSL,
    "npm-strict-ssl",
    High,
    High,
    "CWE-295",
    "npm or Yarn without certificate checks",
    "Without strict-ssl everybody on the way can exchange packages.",
    "Remove the setting; name a private authority in `cafile`.",
    [TLS],
    ["CKV2_DOCKER_12", "CKV2_DOCKER_13"]
);
rule!(
    GIT_SSL,
    "git-ssl-unverified",
    High,
    High,
    "CWE-295",
    "Certificate checks of git switched off",
    "git accepts any certificate: everybody on the way can exchange the source that is built.",
    "Remove the setting; name a private authority in `http.sslCAInfo`.",
    [TLS],
    ["CKV2_DOCKER_14"]
);
rule!(
    OTHER_TLS,
    "tool-tls-unverified",
    High,
    High,
    "CWE-295",
    "Certificate checks of a tool switched off",
    "The tool is told to accept any certificate: everybody on the way can answer in place of the server.",
    "Remove the setting and give the tool the authority it lacks.",
    [TLS],
    []
);
rule!(
    APK_UNTRUSTED,
    "apk-untrusted",
    High,
    High,
    "CWE-347",
    "apk without signature checks",
    "`--allow-untrusted` installs packages that nobody signed.",
    "Remove the option; put the repository's key into `/etc/apk/keys`.",
    [SIGNED],
    ["CKV2_DOCKER_7"]
);
rule!(
    APT_UNAUTHENTICATED,
    "apt-unauthenticated",
    High,
    High,
    "CWE-347",
    "apt without signature checks",
    "Packages and indexes are taken although their signature is missing or wrong.",
    "Remove the setting; put the repository's key into `/etc/apt/keyrings` and name it with `signed-by=`.",
    [SIGNED],
    ["CKV2_DOCKER_8"]
);
rule!(
    APT_FORCE,
    "apt-force-yes",
    High,
    High,
    "CWE-347",
    "apt with --force-yes",
    "`--force-yes` installs packages without a valid signature and goes back to older versions without asking.",
    "Use `-y`; where an older version is wanted `--allow-downgrades`.",
    [SIGNED],
    ["CKV2_DOCKER_11"]
);
rule!(
    RPM_UNSIGNED,
    "rpm-unsigned",
    High,
    High,
    "CWE-347",
    "RPM packages without signature or certificate checks",
    "Packages are installed although their signature, or the certificate of the server, was not checked.",
    "Remove the option; import the repository's key with `rpm --import` and set `gpgcheck=1`.",
    [SIGNED],
    ["CKV2_DOCKER_9", "CKV2_DOCKER_10", "CKV2_DOCKER_15"]
);
rule!(
    GO_CHECKSUMS,
    "go-checksums-off",
    Medium,
    High,
    "CWE-494",
    "Checksum database of Go switched off",
    "Modules are not compared with the public log, or are fetched over unprotected connections: a changed one goes unnoticed.",
    "Remove the variable; leave out only private modules, with `GOPRIVATE`.",
    ["https://go.dev/ref/mod#checksum-database"],
    []
);
rule!(
    HOST_KEYS,
    "ssh-host-keys-unchecked",
    Medium,
    High,
    "CWE-322",
    "SSH without a check of host keys",
    "Any server can answer in place of the one that is meant, and gets what is sent or decides what is cloned.",
    "Write the known keys of the host to `known_hosts` (taken from its documentation, not from `ssh-keyscan` in the build).",
    ["https://cwe.mitre.org/data/definitions/322.html"],
    []
);
rule!(
    EXTRA_INDEX,
    "pip-extra-index",
    Medium,
    Medium,
    "CWE-427",
    "pip with a second package index",
    "pip asks all indexes and takes the highest version: whoever registers a private name in the public index is installed.",
    "Use one index that stands before both (`--index-url`), or a tool that binds packages to indexes.",
    ["https://packaging.python.org/en/latest/guides/index-mirrors-and-caches/"],
    []
);
rule!(
    APT_KEY,
    "apt-key",
    Low,
    High,
    "CWE-347",
    "Repository key that counts for every repository",
    "A key added with `apt-key`, or put into `trusted.gpg.d`, may sign packages of every repository, those of the distribution included.",
    "Store it in `/etc/apt/keyrings` and name it in the one repository: `[signed-by=/etc/apt/keyrings/name.gpg]`.",
    ["https://wiki.debian.org/DebianRepository/UseThirdParty"],
    []
);

/// The rules of this file.
pub static RULES: &[&Rule] = &[
    &PIPED,
    &UNVERIFIED,
    &PLAIN_HTTP,
    &REMOTE_ADD,
    &CURL_INSECURE,
    &WGET_INSECURE,
    &PIP_TRUSTED_HOST,
    &PYTHON_HTTPS,
    &NODE_TLS,
    &NPM_STRICT_SSL,
    &GIT_SSL,
    &OTHER_TLS,
    &APK_UNTRUSTED,
    &APT_UNAUTHENTICATED,
    &APT_FORCE,
    &RPM_UNSIGNED,
    &GO_CHECKSUMS,
    &HOST_KEYS,
    &EXTRA_INDEX,
    &APT_KEY,
];
