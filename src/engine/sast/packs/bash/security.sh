#!/bin/bash
set -eu

# ruleid: bash.process.downloaded-script
curl -fsSL https://example.com/install.sh | sh
# ruleid: bash.process.downloaded-script
curl -s https://example.com/install.sh | sudo bash -s -- --yes
# ruleid: bash.process.downloaded-script
wget -qO- https://example.com/install.sh | bash
# ruleid: bash.process.downloaded-script
bash -c "$(curl -fsSL https://example.com/install.sh)"
# ruleid: bash.process.downloaded-script
bash <(curl -s https://example.com/install.sh)
# ok: bash.process.downloaded-script
curl -fsSL https://example.com/data.tgz | tar xz
# ok: bash.process.downloaded-script
curl -fsSL -o install.sh https://example.com/install.sh

# ruleid: bash.injection.eval-argument
eval "$1"
# ruleid: bash.injection.eval-argument
eval $@
# ok: bash.injection.eval-argument
eval "$(ssh-agent -s)"
# ok: bash.injection.eval-argument
"$@"

# ruleid: bash.permissions.world-writable-file
chmod 777 /srv/upload
# ruleid: bash.permissions.world-writable-file
chmod -R 0777 "$dir" /srv/other
# ok: bash.permissions.world-writable-file
chmod 750 /srv/upload

# ruleid: bash.tls.certificate-check-off
curl -k https://example.com/file
# ruleid: bash.tls.certificate-check-off
curl -sSLk -o out https://example.com/file
# ruleid: bash.tls.certificate-check-off
wget -q --no-check-certificate https://example.com/file
# ruleid: bash.tls.certificate-check-off
git config --global http.sslVerify false
# ok: bash.tls.certificate-check-off
curl -sS -o k https://example.com/file

# ruleid: bash.tls.check-off-by-variable
export NODE_TLS_REJECT_UNAUTHORIZED=0
# ok: bash.tls.check-off-by-variable
export NODE_TLS_REJECT_UNAUTHORIZED=1

# ruleid: bash.tls.host-key-not-checked
ssh -o StrictHostKeyChecking=no user@example.com uptime
# ruleid: bash.tls.host-key-not-checked
scp -i key -o "StrictHostKeyChecking no" file user@example.com:
# ok: bash.tls.host-key-not-checked
ssh -o StrictHostKeyChecking=accept-new user@example.com uptime

# ruleid: bash.secrets.password-argument
sshpass -p change-me ssh user@example.com
# ruleid: bash.secrets.password-argument
curl -u "admin:change-me" https://example.com/
# ok: bash.secrets.password-argument
curl -u "admin:$PASSWORD" https://example.com/
# ok: bash.secrets.password-argument
sshpass -p "$PASSWORD" ssh user@example.com

# ruleid: bash.files.predictable-temporary-file
tmp=/tmp/build.$$
# ruleid: bash.files.predictable-temporary-file
name=$(mktemp -u)
# ok: bash.files.predictable-temporary-file
safe=$(mktemp -d)

# ruleid: bash.files.removal-with-empty-variable
rm -rf "$BUILD_DIR"/*
# ruleid: bash.files.removal-with-empty-variable
rm -rf $PREFIX/
# ok: bash.files.removal-with-empty-variable
rm -rf "${BUILD_DIR:?}"/*
# ok: bash.files.removal-with-empty-variable
rm -rf "$BUILD_DIR"

# ruleid: bash.process.unauthenticated-package
apt-get install -y --allow-unauthenticated tool
# ruleid: bash.process.unauthenticated-package
pip install --trusted-host example.com package
# ok: bash.process.unauthenticated-package
apt-get install -y tool

# ruleid: bash.injection.shell-argument
bash -c "ls $1"
# ruleid: bash.injection.shell-argument
sudo sh -c "echo $2 > /etc/motd"
# ok: bash.injection.shell-argument
bash -c 'ls "$1"' -- "$1"
# ok: bash.injection.shell-argument
sh -c "$1"
# ok: bash.injection.shell-argument
sh -c "ls $HOME"
