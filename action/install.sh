#!/usr/bin/env bash
# Second step: the program. A binary that is there already, the published one of exactly this version held to its
# checksum, or the container image. Never the latest of anything.
. "$(dirname "${BASH_SOURCE[0]}")/runner.sh"

readonly image=ghcr.io/securescan/securescan
readonly releases=https://github.com/securescan/securescan/releases/download
readonly checksums=${BASH_SOURCE[0]%/*}/checksums.txt
folder=${FOLDER:-$(mktemp -d "${RUNNER_TEMP:?}/securescan-XXXXXXXXXX")}

# The version this copy of the action belongs to; nothing between releases.
own_version() {
    sed -n 's/^[0-9a-f]\{64\}  securescan-v\([0-9A-Za-z.+-]*\)-[a-z0-9_]*-unknown-linux-musl\.tar\.gz$/\1/p' \
        "$checksums" | head -n 1
}

# checksum NAME: the digest the release wrote down for a file or image.
checksum() {
    awk -v name="$1" '$2 == name && length($1) == 64 { print $1; exit }' "$checksums"
}

use() {
    local version
    version=$("$1" --version) || die "$1 does not run"
    printf 'securescan: using %s (%s)\n' "$1" "$version"
    output program "$1"
    exit 0
}

version=${IN_VERSION#v}
digest=${IN_SHA256,,}
if [ -n "$version" ] && ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$ ]]; then
    die "the input version is not a version such as 1.2.3"
fi
if [ -n "$digest" ] && ! [[ $digest =~ ^[0-9a-f]{64}$ ]]; then die "the input sha256 is not a SHA-256 digest"; fi
prefer_image=$(switch prefer-image "${IN_PREFER_IMAGE:-false}")

if [ -n "${IN_BINARY_PATH:-}" ]; then
    program=$IN_BINARY_PATH
    case $program in
    /*) ;;
    *) program=${GITHUB_WORKSPACE:?}/$program ;;
    esac
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then die "binary-path names no program: $IN_BINARY_PATH"; fi
    if [ -n "$digest" ]; then
        echo "$digest  $program" | sha256sum --check --status || die "the program at binary-path does not have the given sha256"
    fi
    use "$program"
fi

own=$(own_version)
if [ -z "$version" ]; then version=$own; fi
if [ -z "$version" ]; then
    die "this commit of the action belongs to no release: use a release tag, or give binary-path, or version and sha256"
fi

# The published program. Fails softly when it cannot be had, hard when it is not what it should be.
download() {
    local machine name expected
    case ${RUNNER_ARCH:-} in
    X64) machine=x86_64 ;;
    ARM64) machine=aarch64 ;;
    *)
        warning "there is no published program for the processor ${RUNNER_ARCH:-?}"
        return 1
        ;;
    esac
    name=securescan-v$version-$machine-unknown-linux-musl
    expected=$digest
    if [ -z "$expected" ]; then expected=$(checksum "$name.tar.gz"); fi
    if [ -z "$expected" ]; then die "version $version is not the one of this action ($own): give its sha256 too"; fi
    if ! curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --max-time 300 \
        --max-filesize 100000000 --output "$folder/$name.tar.gz" "$releases/v$version/$name.tar.gz"; then
        warning "securescan $version could not be downloaded"
        return 1
    fi
    echo "$expected  $folder/$name.tar.gz" | sha256sum --check --status \
        || die "the downloaded securescan $version does not have the expected checksum; it was not run"
    tar -xzf "$folder/$name.tar.gz" -C "$folder" --no-same-owner "$name/securescan"
    program=$folder/$name/securescan
}

if [ "$prefer_image" = false ] && download; then use "$program"; fi

type -P docker >/dev/null || die "neither the published program nor docker is available on this runner; give binary-path"
tag=${IN_IMAGE_TAG:-v$version}
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || die "the input image-tag is not the tag of an image"
digest=$(checksum "$image:$tag")
name=$image:$tag${digest:+@sha256:$digest}
if [ -z "$digest" ]; then notice "The image $name is taken by its tag: this action knows no digest for it."; fi

# A program that runs the image: the workspace read-only, as the user of the runner, without network unless it posts.
program=$folder/securescan-in-container
{
    echo '#!/usr/bin/env bash'
    printf 'image=%q folder=%q\n' "$name" "$folder"
    cat <<'WRAPPER'
set -euo pipefail
options=(--rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --user "$(id -u):$(id -g)"
    --workdir "$PWD" --mount "type=bind,source=$GITHUB_WORKSPACE,target=$GITHUB_WORKSPACE,readonly"
    --mount "type=bind,source=$folder,target=$folder" --env CI=true --env HOME=/tmp)
if [ "${1:-}" = post ]; then
    options+=(--mount "type=bind,source=$GITHUB_EVENT_PATH,target=$GITHUB_EVENT_PATH,readonly")
    for name in GITHUB_TOKEN GITHUB_ACTIONS GITHUB_API_URL GITHUB_SERVER_URL GITHUB_REPOSITORY GITHUB_EVENT_NAME \
        GITHUB_EVENT_PATH GITHUB_RUN_ID; do
        options+=(--env "$name")
    done
else
    options+=(--network none)
fi
exec docker run "${options[@]}" "$image" "$@"
WRAPPER
} >"$program"
chmod +x "$program"
cd "${GITHUB_WORKSPACE:?}"
use "$program"
