import os
import subprocess


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
