import ssl

import aiohttp
import asyncssh
import boto3
import ldap
import paramiko
import pymongo
import requests
import urllib3
from OpenSSL import SSL


def calls(url, session, path):
    # ruleid: python.tls.requests-no-verify
    requests.get(url, timeout=5, verify=False)
    requests.post(
        url,
        # ruleid: python.tls.requests-no-verify
        verify=False,
    )
    # ok: python.tls.requests-no-verify
    requests.get(url, timeout=5, verify=path)
    # ruleid: python.tls.session-no-verify
    session.get(url, verify=False)
    # ruleid: python.tls.session-no-verify
    session.verify = False
    # ok: python.tls.session-no-verify
    session.get(url, verify=True)


async def async_calls(session, url):
    # ruleid: python.tls.aiohttp-no-verify
    connector = aiohttp.TCPConnector(ssl=False)
    # ruleid: python.tls.aiohttp-no-verify
    await session.get(url, ssl=False)
    # ok: python.tls.aiohttp-no-verify
    await session.get(url)
    return connector


def sockets(sock, pool):
    # ruleid: python.tls.bad-protocol-argument
    a = ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)
    # ruleid: python.tls.bad-protocol-argument
    b = pool.open(method=SSL.SSLv3_METHOD)
    # ok: python.tls.bad-protocol-argument
    # ruleid: python.tls.negotiated-protocol-argument
    pool.open(method=SSL.SSLv23_METHOD)
    # ok: python.tls.bad-protocol-argument, python.tls.negotiated-protocol-argument
    c = pool.open(method="GET")
    # ruleid: python.tls.no-protocol
    d = ssl.wrap_socket(sock)
    # ok: python.tls.no-protocol
    e = ssl.create_default_context().wrap_socket(sock, server_hostname="example.com")
    return a, b, c, d, e


# ruleid: python.tls.bad-protocol-default
def connect(host, version=ssl.PROTOCOL_TLSv1):
    return host, version


# ok: python.tls.bad-protocol-default
# ruleid: python.tls.negotiated-protocol-default
def connect_any(host, method=SSL.SSLv23_METHOD):
    return host, method


# ok: python.tls.bad-protocol-default, python.tls.negotiated-protocol-default
def connect_safely(host, version=ssl.PROTOCOL_TLS_CLIENT):
    return host, version


def contexts():
    # ruleid: python.tls.old-context
    a = ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)
    # ruleid: python.tls.old-context
    a.minimum_version = ssl.TLSVersion.TLSv1
    # ok: python.tls.old-context
    b = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # ok: python.tls.old-context
    b.minimum_version = ssl.TLSVersion.TLSv1_2
    # ruleid: python.tls.unverified-context
    c = ssl._create_unverified_context()
    # ok: python.tls.unverified-context
    d = ssl.create_default_context()
    # ruleid: python.tls.default-context-replaced
    ssl._create_default_https_context = ssl._create_unverified_context
    # ok: python.tls.default-context-replaced
    ssl._create_default_https_context = ssl.create_default_context
    # ok: python.tls.no-hostname-check
    d.check_hostname = False
    # ruleid: python.tls.no-hostname-check
    c.check_hostname = False
    # ok: python.tls.no-hostname-check
    b.check_hostname = True
    # ruleid: python.tls.no-certificate-check
    d.verify_mode = ssl.CERT_NONE
    # ruleid: python.tls.no-certificate-check
    pool = urllib3.PoolManager(cert_reqs="CERT_NONE")
    # ok: python.tls.no-certificate-check
    b.verify_mode = ssl.CERT_REQUIRED
    # ruleid: python.tls.warnings-disabled
    urllib3.disable_warnings()
    # ok: python.tls.warnings-disabled
    urllib3.add_stderr_logger()
    # ruleid: python.tls.weak-ciphers
    b.set_ciphers("ALL:!DH")
    # ok: python.tls.weak-ciphers
    b.set_ciphers("ECDHE+AESGCM:!aNULL")
    return a, b, c, d, pool


async def ssh(client, host, path):
    # ruleid: python.tls.paramiko-host-key
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    # ruleid: python.tls.paramiko-host-key
    client.set_missing_host_key_policy(paramiko.WarningPolicy)
    # ok: python.tls.paramiko-host-key
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    # ruleid: python.tls.asyncssh-known-hosts
    await asyncssh.connect(host, known_hosts=None)
    # ok: python.tls.asyncssh-known-hosts
    await asyncssh.connect(host, known_hosts=path)


def servers(host):
    # ruleid: python.tls.ldap-no-verify
    ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)
    # ok: python.tls.ldap-no-verify
    ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    # ruleid: python.tls.database-no-verify
    a = pymongo.MongoClient(host, tls=True, tlsAllowInvalidCertificates=True)
    # ruleid: python.tls.database-no-verify
    b = boto3.client("s3", verify=False)
    # ok: python.tls.database-no-verify
    c = pymongo.MongoClient(host, tls=True)
    return a, b, c
