import code
import ctypes
import os
import pdb
from multiprocessing.managers import BaseManager


def debug():
    # ruleid: python.code.debugger
    pdb.set_trace()
    # ruleid: python.code.debugger
    breakpoint()
    # ok: python.code.debugger
    pdb.post_mortem()
    # ruleid: python.code.interactive-console
    code.interact(local=locals())
    # ok: python.code.interactive-console
    code.compile_command("1 + 1")


def native(folder):
    # ruleid: python.code.ctypes-library
    a = ctypes.CDLL(os.environ.get("PLUGIN_PATH"))
    # ruleid: python.code.ctypes-library
    b = ctypes.cdll.LoadLibrary(folder + "/libdemo.so")
    # ok: python.code.ctypes-library
    c = ctypes.CDLL("libc.so.6")
    return a, b, c


def manager(key):
    # ruleid: python.code.multiprocessing-authkey
    a = BaseManager(address=("", 50000), authkey=b"change-me")
    # ok: python.code.multiprocessing-authkey
    b = BaseManager(address=("localhost", 50000), authkey=key)
    return a, b
