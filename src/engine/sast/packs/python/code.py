import ast
import importlib
import json
import os
import sys

import requests
from flask import Flask, request

app = Flask(__name__)


def run(text, namespace):
    # ruleid: python.code.exec-call, python.code.exec-in-tests
    exec(text, namespace)
    # ok: python.code.exec-call, python.code.exec-in-tests, python.code.exec-literal
    namespace.exec(text)
    # ok: python.code.exec-call, python.code.exec-in-tests
    # ruleid: python.code.exec-literal
    exec("import this")
    # ruleid: python.code.eval-call, python.code.eval-in-tests
    a = eval(text)
    # ruleid: python.code.eval-call, python.code.eval-in-tests
    b = eval(f"{text} + 1")
    # ok: python.code.eval-call, python.code.eval-in-tests
    c = ast.literal_eval(text)
    # ok: python.code.eval-call, python.code.eval-in-tests
    # ruleid: python.code.eval-literal
    d = eval("1 + 2")
    # ok: python.code.eval-literal
    e = 1 + 2
    return a, b, c, d, e


@app.route("/calc")
def calc():
    expression = request.args["q"]
    # ruleid: python.code.eval-call, python.code.eval-in-tests, python.code.request-eval
    value = eval(expression)
    # ok: python.code.request-eval
    other = json.loads(request.data)
    # ok: python.code.request-eval
    # ruleid: python.code.eval-call, python.code.eval-in-tests
    number = eval(str(int(expression)))
    return str((value, other, number))


def from_shell():
    # ruleid: python.code.argv-eval, python.code.eval-call, python.code.eval-in-tests
    print(eval(sys.argv[1]))
    # ok: python.code.argv-eval
    print(ast.literal_eval(sys.argv[1]))


def update(url):
    source = requests.get(url, timeout=5).text
    # ruleid: python.code.exec-call, python.code.exec-in-tests, python.code.network-eval
    exec(source)
    # ok: python.code.network-eval
    print(source)


@app.route("/plugin")
def plugin(registry):
    name = request.args["name"]
    # ruleid: python.code.dynamic-import, python.code.request-import
    module = importlib.import_module(name)
    # ok: python.code.request-import
    known = registry[name]
    return str((module, known))


def load(name):
    # ruleid: python.code.dynamic-import
    a = importlib.import_module("plugins." + name)
    # ok: python.code.dynamic-import
    b = importlib.import_module("json")
    return a, b


@app.route("/greet")
def greet(user):
    template = request.args["template"]
    # ruleid: python.code.request-format
    text = template.format(user=user)
    # ok: python.code.request-format
    safe = "Hello {}".format(template)
    return text + safe
