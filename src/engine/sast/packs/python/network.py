# ruleid: python.network.ftp-import
import ftplib
# ok: python.network.ftp-import, python.network.ipmi-import, python.network.telnet-import
import http.client
import logging.config
import smtplib
import socket
# ruleid: python.network.telnet-import
import telnetlib
import urllib.request
# ruleid: python.network.cgi-handler-import
from wsgiref.handlers import CGIHandler
# ok: python.network.cgi-handler-import
from wsgiref.simple_server import make_server

import httpx
# ruleid: python.network.ipmi-import
import pyghmi
import requests
from flask import Flask, request
from pysnmp.hlapi import CommunityData, UsmUserData

app = Flask(__name__)
# ruleid: python.network.all-interfaces-literal
DEFAULT_HOST = "0.0.0.0"
# ok: python.network.all-interfaces-literal
LOCAL_HOST = "127.0.0.1"


def serve():
    sock = socket.socket()
    # ruleid: python.network.bind-all
    sock.bind(("0.0.0.0", 8080))
    # ok: python.network.bind-all
    sock.bind(("127.0.0.1", 8080))
    # ruleid: python.network.bind-all
    app.run(host="0.0.0.0")
    # ok: python.network.bind-all
    app.run(host="localhost")


def fetch(url):
    # ruleid: python.network.request-without-timeout
    a = requests.get(url)
    # ruleid: python.network.request-without-timeout
    b = requests.post(url, timeout=None)
    # ruleid: python.network.request-without-timeout
    c = httpx.get(url, timeout=None)
    # ok: python.network.request-without-timeout
    d = requests.get(url, timeout=5)
    # ok: python.network.request-without-timeout
    e = httpx.get(url)
    # ruleid: python.network.urlopen
    f = urllib.request.urlopen(url, timeout=5)
    # ok: python.network.urlopen
    g = urllib.request.build_opener()
    return a, b, c, d, e, f, g


def old_protocols(host):
    # ruleid: python.network.telnet-call
    a = telnetlib.Telnet(host)
    # ok: python.network.telnet-call
    b = telnetlib.theNULL
    # ruleid: python.network.ftp-call
    c = ftplib.FTP(host)
    # ok: python.network.ftp-call
    d = ftplib.FTP_TLS(host)
    # ruleid: python.network.snmp-version
    e = CommunityData("public", mpModel=0)
    # ok: python.network.snmp-version
    f = CommunityData("public", mpModel=3)
    # ruleid: python.network.snmp-no-privacy
    g = UsmUserData("user", "change-me")
    # ok: python.network.snmp-no-privacy
    h = UsmUserData("user", "change-me", "change-me-too")
    # ruleid: python.network.logging-listen
    i = logging.config.listen(9999)
    # ok: python.network.logging-listen
    j = logging.config.listen(9999, verify=check_signature)
    return a, b, c, d, e, f, g, h, i, j


def check_signature(data):
    return None


@app.route("/proxy")
def proxy():
    # ruleid: python.network.request-forgery
    page = requests.get(request.args["url"], timeout=5)
    # ruleid: python.network.request-forgery
    other = httpx.get("https://" + request.args["host"])
    # ok: python.network.request-forgery
    item = requests.get("https://example.com/item", params={"id": request.args["id"]}, timeout=5)
    return page.text + other.text + item.text


@app.get("/fetch/{address}")
async def fetch_page(address: str):
    async with httpx.AsyncClient() as client:
        # ruleid: python.network.session-forgery
        page = await client.get(address)
        # ok: python.network.session-forgery
        other = await client.get("https://example.com/")
    return page.text + other.text


def login(user, word):
    # ruleid: python.network.clear-text-login
    a = requests.get("http://example.com/", auth=(user, word), timeout=5)
    # ok: python.network.clear-text-login
    b = requests.get("https://example.com/", auth=(user, word), timeout=5)
    # ok: python.network.clear-text-login
    c = requests.get("http://localhost/", auth=(user, word), timeout=5)
    server = smtplib.SMTP("example.com")
    # ruleid: python.network.smtp-login
    server.login(user, word)
    secure = smtplib.SMTP("example.com")
    secure.starttls()
    # ok: python.network.smtp-login
    secure.login(user, word)
    return a, b, c
