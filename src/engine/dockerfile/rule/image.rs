//! Rules on the image as a whole: base images, stages, accounts, ports, what is started.

use super::{PRACTICES, REFERENCE, rule};
use crate::engine::rule::Rule;

rule!(
    ROOT_USER,
    "root-user",
    High,
    High,
    "CWE-250",
    "Container runs as root",
    "The last USER is root. A flaw in the program, or in the isolation of the container, then begins with full rights.",
    "End with an account of its own: `RUN useradd --system app` and `USER app`.",
    [PRACTICES],
    ["DL002", "DL3002", "CKV_DOCKER_8", "DS-0002"]
);
rule!(
    NO_USER,
    "no-user",
    Medium,
    Medium,
    "CWE-250",
    "Image without a USER",
    "Without USER the container runs as the base image says, which is nearly always root.",
    "Add an account of its own and `USER app` at the end.",
    [PRACTICES],
    ["DL010", "CKV_DOCKER_3", "DS-0002"]
);
rule!(
    NAMED_USER,
    "named-user",
    Info,
    High,
    "CWE-710",
    "USER by name",
    "Kubernetes cannot tell whether a name is root: with `runAsNonRoot` it refuses to start the container.",
    "Use the number of the account: `USER 10001`.",
    ["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    ["DL3066"]
);
rule!(
    LATEST,
    "base-image-latest",
    Medium,
    High,
    "CWE-494",
    "Base image with the tag latest",
    "`latest` is another image whenever its owner pushes one: builds cannot be repeated, and a bad one comes in unnoticed.",
    "Name a version, better with the digest: `image:1.2.3@sha256:...`.",
    [PRACTICES],
    ["DL001", "DL3007", "CKV_DOCKER_7", "DS-0001"]
);
rule!(
    UNTAGGED,
    "base-image-untagged",
    Medium,
    High,
    "CWE-494",
    "Base image without a tag",
    "Without a tag or digest the image is `latest`, another one whenever its owner pushes it.",
    "Name a version, better with the digest: `image:1.2.3@sha256:...`.",
    [PRACTICES],
    ["DL3006", "CKV_DOCKER_7", "DS-0001"]
);
rule!(
    END_OF_LIFE,
    "base-image-end-of-life",
    Medium,
    High,
    "CWE-1104",
    "Base image that gets no more fixes",
    "The release of the base image is past its end of life: new weaknesses in it stay open.",
    "Move to a release that is maintained.",
    ["https://endoflife.date/"],
    []
);
rule!(
    PLATFORM,
    "fixed-platform",
    Info,
    Medium,
    "CWE-710",
    "FROM with a fixed platform",
    "The image is built for one processor whatever the build asks for; elsewhere it runs emulated or not at all.",
    "Remove `--platform`, or use `$BUILDPLATFORM` for stages that only build.",
    ["https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/"],
    ["DL3029"]
);
rule!(
    REDUNDANT_PLATFORM,
    "redundant-platform",
    Info,
    High,
    "CWE-710",
    "FROM with the platform that it has anyway",
    "`$TARGETPLATFORM` is what every stage is built for unless it says otherwise.",
    "Remove `--platform`.",
    ["https://docs.docker.com/reference/build-checks/redundant-target-platform/"],
    ["DL3065"]
);
rule!(
    ADMIN_PORT,
    "exposed-admin-port",
    Medium,
    Medium,
    "CWE-668",
    "Port for remote administration",
    "The image offers SSH, Telnet, remote desktop or the interface of Docker. Containers are entered through the platform; such a service is one more way in.",
    "Remove the service and the port; use `docker exec` or the platform's own way.",
    [PRACTICES],
    ["DL005", "CKV_DOCKER_1", "DS-0004"]
);
rule!(
    BAD_PORT,
    "invalid-port",
    Info,
    High,
    "CWE-710",
    "Port that does not exist",
    "Ports go from 0 to 65535.",
    "Correct the number.",
    [REFERENCE],
    ["DL3011", "DS-0008"]
);
rule!(
    NO_HEALTHCHECK,
    "no-healthcheck",
    Info,
    High,
    "CWE-703",
    "Image without a HEALTHCHECK",
    "A container that hangs looks healthy. Kubernetes has probes of its own and ignores the instruction.",
    "Add `HEALTHCHECK CMD ...`, or `HEALTHCHECK NONE` where the platform asks the program itself.",
    [REFERENCE],
    ["CKV_DOCKER_2", "DS-0026", "DL3057"]
);
rule!(
    HEALTHCHECKS,
    "several-healthchecks",
    Low,
    High,
    "CWE-710",
    "More than one HEALTHCHECK in a stage",
    "Only the last one counts.",
    "Keep one.",
    [REFERENCE],
    ["DL3012", "DS-0023"]
);
rule!(
    CMDS,
    "several-cmds",
    Low,
    High,
    "CWE-710",
    "More than one CMD in a stage",
    "Only the last one counts.",
    "Keep one; start several programs through an entry point.",
    [REFERENCE],
    ["DL4003", "DS-0016"]
);
rule!(
    ENTRYPOINTS,
    "several-entrypoints",
    Low,
    High,
    "CWE-710",
    "More than one ENTRYPOINT in a stage",
    "Only the last one counts.",
    "Keep one.",
    [REFERENCE],
    ["DL4004", "DS-0007"]
);
rule!(
    SHELL_FORM,
    "shell-form-command",
    Info,
    High,
    "CWE-703",
    "CMD or ENTRYPOINT through a shell",
    "The program is a child of a shell that does not hand signals on: the container cannot stop in order and is killed.",
    "Write a list: `CMD [\"program\", \"argument\"]`.",
    ["https://docs.docker.com/reference/build-checks/json-args-recommended/"],
    ["DL3025"]
);
rule!(
    MAINTAINER,
    "maintainer",
    Info,
    High,
    "CWE-477",
    "MAINTAINER is deprecated",
    "The instruction was replaced by a label.",
    "Use `LABEL org.opencontainers.image.authors=\"...\"`.",
    ["https://docs.docker.com/reference/build-checks/maintainer-deprecated/"],
    ["DL4000", "CKV_DOCKER_6", "DS-0022"]
);
rule!(
    RELATIVE_WORKDIR,
    "relative-workdir",
    Info,
    High,
    "CWE-710",
    "Relative WORKDIR",
    "Where the folder is depends on the base image and on instructions before it.",
    "Begin with `/`.",
    ["https://docs.docker.com/reference/build-checks/workdir-relative-path/"],
    ["DL3000", "CKV_DOCKER_10", "DS-0009"]
);
rule!(
    SYSTEM_WORKDIR,
    "system-workdir",
    Medium,
    High,
    "CWE-668",
    "WORKDIR in a folder of the system",
    "Below /proc, /dev, /sys or /boot the container meets files of the kernel; flaws there have let containers break out.",
    "Use a folder of the program's own, such as /app.",
    [PRACTICES],
    ["DS-0030"]
);
rule!(
    SYSTEM_VOLUME,
    "system-volume",
    Low,
    High,
    "CWE-668",
    "VOLUME over a folder of the system",
    "The folder is replaced by a volume that outlives the container: fixes in newer images do not reach it.",
    "Declare only folders for data.",
    [REFERENCE],
    []
);
rule!(
    DUPLICATE_STAGE,
    "duplicate-stage",
    Low,
    High,
    "CWE-710",
    "Two stages of one name",
    "`COPY --from` and `FROM` take the last one of that name so far, perhaps not the one that is meant.",
    "Give each stage a name of its own.",
    ["https://docs.docker.com/reference/build-checks/duplicate-stage-name/"],
    ["DL3024", "CKV_DOCKER_11", "DS-0012"]
);
rule!(
    RESERVED_STAGE,
    "reserved-stage",
    Info,
    High,
    "CWE-710",
    "Stage named with a word of Docker",
    "`scratch` is the empty image and `context` the folder of the build: `FROM` and `COPY --from` do not mean the stage.",
    "Give it another name.",
    ["https://docs.docker.com/reference/build-checks/reserved-stage-name/"],
    ["DL3063"]
);
rule!(
    OWN_STAGE,
    "copy-from-own-stage",
    Low,
    High,
    "CWE-710",
    "COPY --from of its own stage",
    "A stage cannot copy from itself; the build fails.",
    "Name an earlier stage, or leave `--from` out.",
    [REFERENCE],
    ["DL3023", "DS-0006"]
);
rule!(
    UNKNOWN_STAGE,
    "copy-from-unknown-stage",
    Low,
    Medium,
    "CWE-494",
    "COPY --from of a stage that does not exist",
    "No stage before it has that name, so it is taken for an image of that name from the registry, whoever owns it.",
    "Correct the name, or name image and version in full.",
    [REFERENCE],
    ["DL3022"]
);
rule!(
    UNTAGGED_SOURCE,
    "copy-from-untagged-image",
    Low,
    High,
    "CWE-494",
    "COPY --from of an image without a fixed version",
    "Files come from `latest` of an image, another one whenever its owner pushes it.",
    "Name version or digest.",
    [PRACTICES],
    ["DL3022"]
);
rule!(
    WHOLE_FILESYSTEM,
    "copied-whole-filesystem",
    Info,
    High,
    "CWE-1125",
    "COPY of everything that another stage has",
    "Caches, sources and credentials of the stage come along, and the reason to build in stages is lost.",
    "Copy the files that are needed.",
    ["https://docs.docker.com/build/building/multi-stage/"],
    ["DL3067"]
);
rule!(
    UNTRUSTED_REGISTRY,
    "untrusted-registry",
    Medium,
    High,
    "CWE-829",
    "Image from a registry that is not trusted",
    "The configuration names the registries that images may come from (`dockerfile.trusted_registries`), and this one is not among them.",
    "Take the image from a trusted registry, or name this one in the configuration.",
    [REFERENCE],
    ["DL3026"]
);
rule!(
    BEFORE_FROM,
    "instruction-before-from",
    Info,
    High,
    "CWE-710",
    "Instruction before the first FROM",
    "Only ARG may stand there; the build fails.",
    "Move it below FROM.",
    [REFERENCE],
    ["DL3061"]
);
rule!(
    ONBUILD,
    "forbidden-onbuild",
    Info,
    High,
    "CWE-710",
    "Instruction that ONBUILD does not allow",
    "ONBUILD cannot be followed by FROM, MAINTAINER or ONBUILD; the build fails.",
    "Remove it.",
    [REFERENCE],
    ["DL3043"]
);
rule!(
    SELF_REFERENCE,
    "env-self-reference",
    Info,
    High,
    "CWE-710",
    "ENV that uses a variable it sets itself",
    "All values of one ENV are worked out before any is set: the old value is used, or none.",
    "Split it into two instructions.",
    [REFERENCE],
    ["DL3044"]
);
rule!(
    RELATIVE_COPY,
    "relative-copy",
    Info,
    High,
    "CWE-710",
    "COPY to a relative path without WORKDIR",
    "Where the files go depends on the base image.",
    "Set WORKDIR before it, or copy to an absolute path.",
    [REFERENCE],
    ["DL3045"]
);
rule!(
    COPY_DESTINATION,
    "copy-destination",
    Info,
    High,
    "CWE-710",
    "Several files copied to what is no folder",
    "With more than one source the destination has to end with `/`; the build fails.",
    "End it with `/`.",
    [REFERENCE],
    ["DL3021", "DS-0011"]
);
rule!(
    LOCAL_ADD,
    "add-instead-of-copy",
    Low,
    High,
    "CWE-710",
    "ADD where COPY does",
    "ADD also unpacks archives and fetches addresses: a file that somebody exchanges is treated in another way than the author expects.",
    "Use COPY.",
    [PRACTICES],
    ["DL3020", "CKV_DOCKER_4", "DS-0005"]
);
rule!(
    COPIED_ARCHIVE,
    "copied-archive",
    Info,
    Medium,
    "CWE-1164",
    "Archive copied and unpacked in two steps",
    "The archive stays in its layer beside what was unpacked.",
    "Let ADD unpack it, or mount it: `RUN --mount=type=bind`.",
    [PRACTICES],
    ["DL3010"]
);
rule!(
    DEBUG_ENV,
    "debug-environment",
    Low,
    Medium,
    "CWE-489",
    "Debug mode in the image",
    "A variable switches a framework's debug or development mode on: error pages show source and settings, some run code of visitors.",
    "Leave it out of the image that is shipped; set it when starting one for development.",
    ["https://cwe.mitre.org/data/definitions/489.html"],
    []
);
rule!(
    PATH_ENV,
    "relative-path-entry",
    Medium,
    High,
    "CWE-426",
    "PATH with a relative or world-writable folder",
    "Programs are looked for in the current folder or in one that everybody may write: whoever can put a file there decides what runs.",
    "List absolute folders that only root may write.",
    ["https://cwe.mitre.org/data/definitions/426.html"],
    []
);

/// The rules of this file.
pub static RULES: &[&Rule] = &[
    &ROOT_USER,
    &NO_USER,
    &NAMED_USER,
    &LATEST,
    &UNTAGGED,
    &END_OF_LIFE,
    &PLATFORM,
    &REDUNDANT_PLATFORM,
    &ADMIN_PORT,
    &BAD_PORT,
    &NO_HEALTHCHECK,
    &HEALTHCHECKS,
    &CMDS,
    &ENTRYPOINTS,
    &SHELL_FORM,
    &MAINTAINER,
    &RELATIVE_WORKDIR,
    &SYSTEM_WORKDIR,
    &SYSTEM_VOLUME,
    &DUPLICATE_STAGE,
    &RESERVED_STAGE,
    &OWN_STAGE,
    &UNKNOWN_STAGE,
    &UNTAGGED_SOURCE,
    &WHOLE_FILESYSTEM,
    &UNTRUSTED_REGISTRY,
    &BEFORE_FROM,
    &ONBUILD,
    &SELF_REFERENCE,
    &RELATIVE_COPY,
    &COPY_DESTINATION,
    &LOCAL_ADD,
    &COPIED_ARCHIVE,
    &DEBUG_ENV,
    &PATH_ENV,
];
