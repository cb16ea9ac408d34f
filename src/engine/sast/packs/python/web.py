import html
import logging
import traceback

import tornado.web
from aiohttp import web
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse
from flask import jsonify, request
from flask_cors import CORS

# ruleid: python.web.fastapi-debug
debug_app = FastAPI(debug=True)
# ok: python.web.fastapi-debug
app = FastAPI()
# ruleid: python.web.cors-all-credentials
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
# ok: python.web.cors-all-credentials
# ruleid: python.web.cors-all
app.add_middleware(CORSMiddleware, allow_origins=["*"])
# ok: python.web.cors-all, python.web.cors-all-credentials
app.add_middleware(CORSMiddleware, allow_origins=["https://example.com"], allow_credentials=True)
# ruleid: python.web.django-cors-all
CORS_ALLOW_ALL_ORIGINS = True
# ok: python.web.django-cors-all
CORS_ALLOWED_ORIGINS = ["https://example.com"]


def setup(flask_app, router, GraphQLView, origins):
    # ruleid: python.web.flask-cors-credentials
    CORS(flask_app, supports_credentials=True)
    # ok: python.web.flask-cors-credentials
    CORS(flask_app, supports_credentials=True, origins=origins)
    # ruleid: python.web.aiohttp-traversal
    router.add_static("/static", "/srv/static", follow_symlinks=True)
    # ok: python.web.aiohttp-traversal
    web.static("/static", "/srv/static")
    # ruleid: python.web.graphql-console
    view = GraphQLView.as_view("graphql", graphiql=True)
    # ok: python.web.graphql-console
    view = GraphQLView.as_view("graphql", graphiql=False)
    return view


def after_request(response, allowed):
    # ruleid: python.web.origin-echo, python.web.response-header
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")
    # ok: python.web.origin-echo, python.web.response-header
    response.headers["Access-Control-Allow-Origin"] = allowed
    return response


@app.get("/hello/{name}")
async def hello(name: str, count: int):
    if count:
        # ok: python.web.html-response
        return HTMLResponse(f"<p>{html.escape(name)} {count}</p>")
    # ruleid: python.web.html-response
    return HTMLResponse(f"<p>{name}</p>")


class Page(tornado.web.RequestHandler):
    def get(self):
        name = self.get_argument("name")
        # ruleid: python.web.tornado-write
        self.write("<p>" + name + "</p>")
        # ok: python.web.tornado-write
        self.write("<p>" + tornado.escape.xhtml_escape(name) + "</p>")


def failing(run):
    try:
        run()
    except ValueError:
        # ok: python.web.error-detail
        logging.error(traceback.format_exc())
        # ruleid: python.web.error-detail
        return jsonify({"error": traceback.format_exc()})
    return None


def describe():
    # ok: python.web.error-detail
    return traceback.format_exc()


@app.get("/state")
def state():
    # ruleid: python.web.error-detail
    return traceback.format_exc()
