import logging
import re

import neo4j
from flask import Flask, request
from ldap.filter import escape_filter_chars

app = Flask(__name__)
logger = logging.getLogger(__name__)


@app.route("/search")
def search(connection, base, scope, tree, cache, server):
    name = request.args["name"]
    # ruleid: python.injection.ldap-filter
    a = connection.search_s(base, scope, "(uid=" + name + ")")
    # ok: python.injection.ldap-filter
    b = connection.search_s(base, scope, "(uid=" + escape_filter_chars(name) + ")")
    # ruleid: python.injection.xpath
    c = tree.xpath(f"//user[@name='{name}']")
    # ok: python.injection.xpath
    d = tree.xpath("//user[@name=$name]", name=name)
    # ruleid: python.injection.regex
    e = re.search(name, "text")
    # ok: python.injection.regex
    f = re.search(re.escape(name), "text")
    # ruleid: python.injection.log-line
    logger.info("search for %s", name)
    # ok: python.injection.log-line
    logger.info("search for %s", repr(name))
    # ruleid: python.injection.mail-header
    server.sendmail("a@example.com", "b@example.com", "Subject: " + name)
    # ok: python.injection.mail-header
    server.sendmail("a@example.com", "b@example.com", "Subject: fixed")
    # ruleid: python.injection.redis-script
    g = cache.eval("return " + name, 0)
    # ok: python.injection.redis-script
    h = cache.eval("return ARGV[1]", 0, name)
    return str((a, b, c, d, e, f, g, h))


@app.route("/login", methods=["POST"])
def login(users):
    data = request.get_json()
    # ruleid: python.injection.mongo-request
    user = users.find_one({"name": data["name"], "word": data["word"]})
    # ok: python.injection.mongo-request
    other = users.find_one({"name": str(data["name"])})
    return str((user, other))


def where(users, name):
    # ruleid: python.injection.mongo-where
    a = users.find({"$where": "this.name == '" + name + "'"})
    # ok: python.injection.mongo-where
    b = users.find({"$where": "this.a == this.b"})
    return a, b


def graph(session, label, name):
    # ruleid: python.injection.cypher
    a = session.run(f"MATCH (n:{label}) RETURN n")
    # ok: python.injection.cypher
    b = session.run("MATCH (n {name: $name}) RETURN n", name=name)
    return a, b, neo4j.__version__
