import logging
import os
import smtplib

import boto3
import openai
import paramiko
import psycopg2
import requests
import sqlalchemy
from flask import request

logger = logging.getLogger(__name__)
# ruleid: python.secrets.password-string
password = "change-me"
# ok: python.secrets.password-string
password_file = os.environ["PASSWORD_FILE"]
# ok: python.secrets.password-string
compass = "north"


def check(user, settings):
    # ruleid: python.secrets.password-string
    if user.password == "change-me":
        return True
    # ruleid: python.secrets.password-string
    settings["secret"] = "change-me"
    # ruleid: python.secrets.password-argument
    login(user, token="change-me")
    # ok: python.secrets.password-argument
    login(user, token=os.environ["TOKEN"])
    return False


# ruleid: python.secrets.password-default
def login(user, token="change-me"):
    return user, token


# ok: python.secrets.password-default
def login_safely(user, token=None):
    return user, token


def databases(word):
    # ruleid: python.secrets.database-password, python.secrets.login-password, python.secrets.password-argument
    a = psycopg2.connect(host="db.example.com", password="change-me")
    # ok: python.secrets.database-password
    b = psycopg2.connect(host="db.example.com", password=word)
    # ruleid: python.secrets.url-password
    c = sqlalchemy.create_engine("postgresql://user:change-me@db.example.com/app")
    # ok: python.secrets.url-password
    d = sqlalchemy.create_engine("postgresql://db.example.com/app")
    return a, b, c, d


def services(key):
    # ruleid: python.secrets.cloud-key, python.secrets.password-argument
    a = boto3.client("s3", aws_secret_access_key="EXAMPLE-change-me")
    # ok: python.secrets.cloud-key
    b = boto3.client("s3", aws_secret_access_key=key)
    # ruleid: python.secrets.sdk-key
    c = openai.OpenAI(api_key="EXAMPLE-change-me")
    # ok: python.secrets.sdk-key
    d = openai.OpenAI(api_key=key)
    return a, b, c, d


def remote(word):
    client = paramiko.SSHClient()
    # ruleid: python.secrets.login-password, python.secrets.password-argument
    client.connect("example.com", password="change-me")
    # ok: python.secrets.login-password
    client.connect("example.com", password=word)
    # ruleid: python.secrets.login-password
    requests.get("https://example.com", auth=("user", "change-me"), timeout=5)
    server = smtplib.SMTP_SSL("example.com")
    # ruleid: python.secrets.login-password
    server.login("user", "change-me")
    # ok: python.secrets.login-password
    server.login("user", word)


def report(user, api_key):
    # ruleid: python.secrets.logged-secret
    logger.info("login with %s", user.password)
    # ruleid: python.secrets.logged-secret
    logger.debug(f"key is {api_key}")
    # ok: python.secrets.logged-secret
    logger.info("login of %s", user.name)
    # ruleid: python.secrets.logged-environment
    print(os.environ)
    # ok: python.secrets.logged-environment
    print(os.environ["HOME"])
    # ruleid: python.secrets.logged-request
    logger.info("headers %s", request.headers)
    # ok: python.secrets.logged-request
    logger.info("path %s", request.path)
