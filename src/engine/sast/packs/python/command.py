import asyncio
import os
import shlex
import subprocess
import sys
from subprocess import check_output

from flask import Flask, request

app = Flask(__name__)


async def async_shell(name):
    # ruleid: python.process.asyncio-shell
    await asyncio.create_subprocess_shell(f"ls {name}")
    # ok: python.process.asyncio-shell
    await asyncio.create_subprocess_shell("ls /srv")
    # ok: python.process.asyncio-shell
    await asyncio.create_subprocess_exec("/bin/ls", name)


@app.route("/ping")
def ping():
    host = request.args.get("host")
    # ruleid: python.process.request-command
    os.system("ping -c 1 " + host)
    # ok: python.process.request-command
    os.system("ping -c 1 " + shlex.quote(host))
    count = int(request.args["count"])
    # ok: python.process.request-command
    os.system(f"ping -c {count} example.com")
    size = request.args.get("size", type=int)
    # ok: python.process.request-command
    os.system("ping -s " + str(size) + " example.com")
    # ok: python.process.request-command
    os.system("ping -t " + str(int(request.args["ttl"])) + " example.com")
    # ruleid: python.process.request-program
    subprocess.run(["/bin/ping", "-c", "1", host])
    # ok: python.process.request-program
    subprocess.run(["/bin/ping", "-c", str(count), "example.com"])
    return "done"


@app.get("/show/{name}")
async def show(name: str, limit: int):
    # ruleid: python.process.request-command
    check_output("cat " + name, shell=True)
    # ok: python.process.request-command
    check_output("head -n " + str(limit), shell=True)


@app.route("/item/<int:number>")
def item(number):
    # ok: python.process.request-command
    os.system(f"ls /srv/items/{number}")
    return "done"


@app.route("/named/<int:number>/<name>")
def named(number, name):
    # ruleid: python.process.request-command
    os.system(f"ls /srv/items/{name}")
    return str(number)


def main():
    target = sys.argv[1]
    # ruleid: python.process.argv-command
    os.system("ping " + target)
    # ok: python.process.argv-command
    subprocess.run(["/bin/ping", target])
    # ok: python.process.argv-command
    os.system("ping " + shlex.quote(target))


@app.post("/env")
def set_environment():
    # ruleid: python.process.user-environment
    os.environ["MODE"] = request.form["mode"]
    # ok: python.process.user-environment
    os.environ["MODE"] = "fixed"
    return "done"


def lookup(host, count):
    # ruleid: python.process.request-command
    os.system("ping -c 1 " + host)
    # ok: python.process.request-command
    os.system("ping -c " + count)


def quoted(text):
    return shlex.quote(text)


@app.post("/lookup")
def look_up():
    lookup(request.form["host"], "2")
    # ok: python.process.request-command
    os.system("host " + quoted(request.form["host"]))
    return "done"
