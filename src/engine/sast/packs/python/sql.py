import os
import sys

import pandas as pd
import sqlalchemy
from flask import Flask, request
from sqlalchemy import text

app = Flask(__name__)


def build(table, columns, value):
    # ruleid: python.sql.built-query
    a = "SELECT * FROM users WHERE name = '%s'" % value
    # ruleid: python.sql.built-query
    b = "DELETE FROM " + table
    # ruleid: python.sql.built-query
    c = "INSERT INTO {} VALUES ({})".format(table, value)
    # ruleid: python.sql.built-query
    d = f"UPDATE {table} SET name = 1"
    # ruleid: python.sql.built-query
    e = (f"SELECT {columns} "
         "FROM users WHERE id = 1")
    # ruleid: python.sql.built-query
    f = ("SELECT id "
         f"FROM {table} WHERE id = 1")
    # ruleid: python.sql.built-query
    g = "SELECT " + ", ".join(columns) + " FROM " + table
    # ruleid: python.sql.built-query
    h = "SELECT * FROM TABLE_NAME ".replace("TABLE_NAME", table)
    # ok: python.sql.built-query
    i = "SELECT * FROM users WHERE id = %s"
    # ok: python.sql.built-query
    j = ("SELECT * FROM users "
         "WHERE id = ?")
    # ok: python.sql.built-query
    k = f"no statement in {table}"
    return a, b, c, d, e, f, g, h, i, j, k


def run(cursor, table, value):
    # ruleid: python.sql.built-execute, python.sql.built-query
    cursor.execute(f"SELECT * FROM {table}")
    # ruleid: python.sql.built-execute, python.sql.built-query
    cursor.execute("SELECT * FROM users WHERE name = " + value)
    # ruleid: python.sql.built-execute, python.sql.built-query, python.sql.quoted-placeholder
    cursor.execute("SELECT * FROM users WHERE name = '%s'" % value)
    # ok: python.sql.built-execute, python.sql.quoted-placeholder
    cursor.execute("SELECT * FROM users WHERE name = %s", (value,))
    # ok: python.sql.built-execute
    # ruleid: python.sql.built-query
    cursor.execute("SELECT * FROM users " + "WHERE id = 1")


@app.route("/user")
def user(cursor):
    name = request.args["name"]
    # ruleid: python.sql.built-query
    query = "SELECT * FROM users WHERE name = '" + name + "'"
    # ruleid: python.sql.request-query
    cursor.execute(query)
    number = int(request.args["number"])
    # ok: python.sql.request-query
    # ruleid: python.sql.built-execute, python.sql.built-query
    cursor.execute("SELECT * FROM users WHERE id = %d" % number)
    # ok: python.sql.request-query
    cursor.execute("SELECT * FROM users WHERE name = ?", (name,))
    return "done"


def from_shell(cursor):
    table = sys.argv[1]
    # ok: python.sql.built-execute
    # ruleid: python.sql.built-definition, python.sql.input-query
    cursor.execute("DROP TABLE " + table)
    # ok: python.sql.built-definition
    cursor.execute("DROP TABLE old_users")
    # ruleid: python.sql.built-execute, python.sql.built-query
    cursor.execute(f"""
        SELECT * FROM users WHERE name = '{getpass.getuser()}'
    """)
    # ok: python.sql.input-query
    cursor.execute("SELECT * FROM users WHERE home = ?", (os.getenv("HOME"),))


def alchemy(engine, table, value):
    # ruleid: python.sql.built-query, python.sql.sqlalchemy-text
    statement = text(f"SELECT * FROM {table}")
    # ruleid: python.sql.built-query, python.sql.sqlalchemy-text
    other = sqlalchemy.text("SELECT * FROM users WHERE id = " + value)
    # ok: python.sql.sqlalchemy-text
    bound = text("SELECT * FROM users WHERE id = :id").bindparams(id=value)
    # ruleid: python.sql.built-query, python.sql.sqlalchemy-text
    engine.exec_driver_sql(f"DELETE FROM {table}")
    # ok: python.sql.sqlalchemy-text
    # ruleid: python.sql.built-definition
    engine.exec_driver_sql(f"DROP TABLE {table}")
    return statement, other, bound


async def postgres(conn, table, value):
    # ruleid: python.sql.asyncpg-query, python.sql.built-query
    row = await conn.fetchrow(f"SELECT * FROM {table}")
    # ok: python.sql.asyncpg-query
    row = await conn.fetchrow("SELECT * FROM users WHERE id = $1", value)
    return row


def frames(conn, table, value):
    # ruleid: python.sql.built-query, python.sql.pandas-query
    a = pd.read_sql(f"SELECT * FROM {table}", conn)
    # ok: python.sql.pandas-query
    b = pd.read_sql("SELECT * FROM users WHERE id = %s", conn, params=[value])
    return a, b


def search(request, User):
    # ruleid: python.sql.request-order
    found = User.objects.filter(**request.GET.dict())
    # ok: python.sql.request-order
    found = User.objects.filter(name=request.GET["name"])
    return found
