import ftplib
import marshal
import os
import pickle
import subprocess
import tempfile

import paramiko
import requests
from flask import Flask

app = Flask(__name__)


def folders(folder, Entry, clause):
    # ruleid: python.process.shell-in-tests
    os.system(f"rmdir {folder}")
    # ok: python.process.shell-in-tests
    os.system("rmdir example")
    # ruleid: python.process.subprocess-shell-in-tests
    subprocess.run("rmdir " + folder, shell=True)
    # ok: python.process.subprocess-shell-in-tests
    subprocess.run(["rmdir", folder])
    # ruleid: python.sql.django-extra-in-tests
    Entry.objects.extra(where=[clause])
    # ok: python.sql.django-extra-in-tests
    Entry.objects.extra(where=["id > 1"])


def load(handle, value):
    # ruleid: python.deserialization.pickle-load-in-tests
    state = pickle.load(handle)
    # ok: python.deserialization.pickle-load-in-tests
    data = pickle.dumps(value)
    return state, data


def serve():
    # ruleid: python.flask.debug-mode-in-tests
    app.run(debug=True)
    # ok: python.flask.debug-mode-in-tests
    app.run(port=8000)


def modes(path):
    # ruleid: python.files.world-writable-in-tests
    os.chmod(path, 0o777)
    # ok: python.files.world-writable-in-tests
    os.chmod(path, 0o755)


def servers(blob, host):
    # ruleid: python.tls.requests-no-verify-in-tests
    requests.get("https://localhost", verify=False)
    # ok: python.tls.requests-no-verify-in-tests
    requests.get("https://localhost", verify="ca.pem")
    client = paramiko.SSHClient()
    # ruleid: python.tls.paramiko-host-key-in-tests
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    # ok: python.tls.paramiko-host-key-in-tests
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    # ruleid: python.deserialization.marshal-load-in-tests
    value = marshal.loads(blob)
    # ok: python.deserialization.marshal-load-in-tests
    text = marshal.dumps(value)
    # ruleid: python.network.ftp-call-in-tests
    a = ftplib.FTP(host)
    # ok: python.network.ftp-call-in-tests
    b = ftplib.FTP_TLS(host)
    # ruleid: python.files.mktemp-in-tests
    c = tempfile.mktemp()
    # ok: python.files.mktemp-in-tests
    d = tempfile.mkstemp()
    return text, a, b, c, d
