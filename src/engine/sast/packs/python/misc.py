import os
import random
import secrets
import subprocess
import sys
import time


def check(user, value):
    # ruleid: python.misc.assert-statement
    assert value > 0
    # ruleid: python.misc.assert-authorization, python.misc.assert-statement
    assert user.is_superuser, "not allowed"
    # ok: python.misc.assert-authorization, python.misc.assert-statement
    if not user.is_superuser:
        raise PermissionError("not allowed")


def swallow(run, items):
    try:
        run()
    # ruleid: python.misc.try-except-pass
    except Exception:
        pass
    try:
        run()
    # ok: python.misc.try-except-pass
    except ValueError:
        pass
    for item in items:
        try:
            run(item)
        # ruleid: python.misc.try-except-continue
        except:
            continue
        try:
            run(item)
        # ok: python.misc.try-except-continue
        except KeyError:
            continue


# ruleid: python.misc.bidirectional-text
LEVEL = "user‮ admin"
# ok: python.misc.bidirectional-text
# ruleid: python.misc.right-to-left-mark
FORMAT = "d‏/m"
# ok: python.misc.bidirectional-text, python.misc.right-to-left-mark
PLAIN = "user\u202e admin"


def seeds():
    # ruleid: python.misc.unsafe-hash-seed
    random.seed(time.time())
    # ok: python.misc.unsafe-hash-seed
    random.seed()
    return secrets.token_hex()


def install(name):
    # ruleid: python.misc.pip-install
    subprocess.check_call([sys.executable, "-m", "pip", "install", name])
    # ruleid: python.misc.pip-install, python.misc.trusted-host
    os.system("pip install --trusted-host example.com example")
    # ok: python.misc.pip-install, python.misc.trusted-host
    subprocess.check_call([sys.executable, "-m", "pip", "list"])
