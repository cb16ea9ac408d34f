import os
import tarfile
import zipfile

from flask import Flask, request

app = Flask(__name__)


def unpack(path, target, chosen, choose):
    with tarfile.open(path) as archive:
        # ruleid: python.archive.tar-extract
        archive.extractall(target)
        # ruleid: python.archive.tar-extract
        archive.extractall(target, members=chosen)
        # ok: python.archive.tar-extract, python.archive.tar-extract-filter, python.archive.tar-extract-members
        archive.extractall(target, filter="data")
        # ok: python.archive.tar-extract
        # ruleid: python.archive.tar-extract-members
        archive.extractall(target, members=choose(archive))
        # ruleid: python.archive.tar-filter-off
        archive.extractall(target, filter="fully_trusted")
        # ok: python.archive.tar-filter-off
        # ruleid: python.archive.tar-extract-filter
        archive.extractall(target, filter="tar")


def unpack_by_hand(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            # ruleid: python.archive.member-path
            with open(os.path.join(target, name), "wb") as handle:
                handle.write(archive.read(name))
            # ok: python.archive.member-path
            with open(os.path.join(target, os.path.basename(name)), "wb") as handle:
                handle.write(archive.read(name))


@app.route("/upload", methods=["POST"])
def upload():
    # ruleid: python.archive.request-upload
    archive = zipfile.ZipFile(request.files["archive"])
    # ok: python.archive.request-upload
    local = zipfile.ZipFile("/srv/example.zip")
    return str((archive, local))
