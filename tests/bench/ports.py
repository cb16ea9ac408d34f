#!/usr/bin/env python3
"""Compares the ports that securescan and nmap find open on this machine, and how long they take.

    tests/bench/ports.py [--binary target/release/securescan] [--ports 1-65535]

Opens some listeners of its own first: silent ones, greeting ones, and ones that hang up at once.
"""

import argparse
import json
import re
import socket
import subprocess
import sys
import threading
import time


def listener(kind):
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(64)

    def serve():
        while True:
            peer, _ = server.accept()
            if kind == "greets":
                try:
                    peer.sendall(b"220 demo ESMTP\r\n")
                except OSError:
                    pass  # nmap hangs up at once
            if kind != "silent":
                peer.close()
            else:
                threading.Timer(2, peer.close).start()

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


def timed(argv):
    begun = time.monotonic()
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return done.stdout, time.monotonic() - begun


def ours(binary, ports):
    text, seconds = timed([binary, "scan", "127.0.0.1", "--type", "network", "--native-only", "--ports", ports, "-o", "json"])
    found = json.loads(text)["findings"]
    return {finding["metadata"]["port"] for finding in found}, seconds


def theirs(ports):
    text, seconds = timed(["nmap", "-sT", "-Pn", "-n", "-p", ports, "-oG", "-", "127.0.0.1"])
    return {int(port) for port in re.findall(r"(\d+)/open/tcp", text)}, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default="target/release/securescan")
    parser.add_argument("--ports", default="1-65535")
    given = parser.parse_args()
    made = {listener(kind) for kind in ["silent", "greets", "hangs up"] * 5}
    for ports in ["1-1000", given.ports]:
        mine, my_time = ours(given.binary, ports)
        other, other_time = theirs(ports)
        print(f"{ports}: securescan {len(mine)} open in {my_time:.2f} s, nmap {len(other)} open in {other_time:.2f} s")
        if mine != other:
            sys.exit(f"they differ: {sorted(mine ^ other)}")
    if not made <= mine:
        sys.exit(f"not found: {sorted(made - mine)}")


if __name__ == "__main__":
    main()
