import os
import pickle
import subprocess

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
