import os
import pathlib
import shutil
import stat
import tempfile

from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
# ruleid: python.files.tmp-literal
CACHE = "/tmp/example-cache"
# ok: python.files.tmp-literal
SPOOL = "/srv/example/tmp"


def modes(path):
    # ruleid: python.files.world-writable
    os.chmod(path, 0o777)
    # ruleid: python.files.world-writable
    os.chmod(path, 0o666)
    # ok: python.files.world-writable
    # ruleid: python.files.permissive-mode
    os.chmod(path, 0o755)
    # ruleid: python.files.permissive-mode
    os.chmod(path, 0o660)
    # ok: python.files.permissive-mode
    os.chmod(path, 0o644)
    # ruleid: python.files.path-world-writable
    pathlib.Path(path).chmod(0o777)
    # ruleid: python.files.path-world-writable
    os.makedirs(path, mode=0o777)
    # ruleid: python.files.path-world-writable
    os.chmod(path, stat.S_IRUSR | stat.S_IWOTH)
    # ok: python.files.path-world-writable
    pathlib.Path(path).chmod(0o600)
    # ruleid: python.files.open-umask
    os.umask(0)
    # ok: python.files.open-umask
    os.umask(0o077)
    # ok: python.files.open-umask
    current = os.umask(0)
    os.umask(current)


def temporary(name):
    # ruleid: python.files.tmp-literal, python.files.tmp-write
    with open("/tmp/report.txt", "w") as handle:
        handle.write(name)
    # ok: python.files.tmp-write
    with open("/srv/report.txt", "w") as handle:
        handle.write(name)
    # ruleid: python.files.mktemp
    a = tempfile.mktemp()
    # ok: python.files.mktemp
    b = tempfile.mkstemp()
    # ruleid: python.files.tempnam
    c = os.tempnam()
    # ok: python.files.tempnam
    d = tempfile.NamedTemporaryFile()
    return a, b, c, d


@app.route("/download")
def download():
    name = request.args["name"]
    # ruleid: python.files.request-path
    with open("/srv/files/" + name) as handle:
        text = handle.read()
    # ruleid: python.files.request-path
    os.remove(os.path.join("/srv/files", name))
    # ok: python.files.request-path
    with open("/srv/files/" + secure_filename(name)) as handle:
        text += handle.read()
    return text


@app.route("/upload", methods=["POST"])
def upload():
    sent = request.files["document"]
    # ruleid: python.files.upload-name
    sent.save(os.path.join("/srv/uploads", sent.filename))
    # ok: python.files.upload-name
    sent.save(os.path.join("/srv/uploads", secure_filename(sent.filename)))
    shutil.rmtree("/srv/uploads/old")
    return "done"
