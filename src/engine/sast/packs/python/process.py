import os

# ok: python.process.subprocess-import
import signal

# ruleid: python.process.subprocess-import
import subprocess
# ruleid: python.process.subprocess-import
from subprocess import check_output

import paramiko


def shells(name, use_shell):
    # ruleid: python.process.subprocess-shell
    subprocess.run("ls " + name, shell=True)
    # ruleid: python.process.subprocess-shell
    subprocess.Popen(f"ls {name}", shell=True)
    # ruleid: python.process.subprocess-call
    subprocess.call(
        name,
        # ruleid: python.process.subprocess-shell
        shell=use_shell,
    )
    # ok: python.process.subprocess-shell
    # ruleid: python.process.partial-path, python.process.subprocess-call
    subprocess.run(["ls", name], shell=False)
    # ok: python.process.subprocess-shell
    # ruleid: python.process.partial-path, python.process.subprocess-shell-literal
    subprocess.check_call("ls /srv", shell=True)
    # ok: python.process.subprocess-shell-literal
    # ruleid: python.process.subprocess-call
    subprocess.check_call(["/bin/ls", "/srv"])


def plain(name, runner):
    # ruleid: python.process.subprocess-call
    subprocess.run(["/bin/ls", name])
    # ok: python.process.subprocess-call
    # ruleid: python.process.partial-path, python.process.subprocess-shell-literal
    subprocess.run("ls", shell=True)
    # ruleid: python.process.other-shell-argument
    runner.execute(name, shell=True)
    # ok: python.process.other-shell-argument
    runner.execute(name, shell=False)
    # ok: python.process.other-shell-argument
    # ruleid: python.process.partial-path, python.process.subprocess-shell-literal
    subprocess.run("ls", shell=True)


def os_functions(name):
    # ruleid: python.process.shell-call
    os.system("ls " + name)
    # ruleid: python.process.shell-call
    os.popen(f"ls {name}")
    # ok: python.process.shell-call
    # ruleid: python.process.partial-path, python.process.shell-call-literal
    os.system("ls /srv")
    # ok: python.process.shell-call-literal
    os.listdir("/srv")
    # ruleid: python.process.exec-spawn
    os.execv("/bin/ls", ["ls", name])
    # ok: python.process.exec-spawn
    os.kill(1234, signal.SIGTERM)


def paths(name):
    # ruleid: python.process.partial-path, python.process.subprocess-call
    subprocess.run(["git", "status"])
    # ok: python.process.partial-path
    # ruleid: python.process.subprocess-call
    subprocess.run(["/usr/bin/git", "status"])
    # ok: python.process.partial-path
    # ruleid: python.process.subprocess-call
    subprocess.run(["./build.sh"])


def wildcards():
    # ruleid: python.process.shell-call-literal, python.process.wildcard-argument
    os.system("/bin/chown root: *")
    # ruleid: python.process.subprocess-shell-literal, python.process.wildcard-argument
    subprocess.Popen("/bin/tar cf all.tar *", shell=True)
    # ok: python.process.wildcard-argument
    # ruleid: python.process.subprocess-shell-literal
    subprocess.Popen("/bin/tar cf all.tar data", shell=True)
    # ok: python.process.wildcard-argument
    # ruleid: python.process.shell-call-literal
    os.system("/bin/ls *")


def remote(host, name):
    client = paramiko.SSHClient()
    client.connect(host)
    # ruleid: python.process.paramiko-exec
    client.exec_command("cat " + name)
    # ok: python.process.paramiko-exec
    client.open_sftp()
