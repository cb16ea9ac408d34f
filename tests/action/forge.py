"""A GitHub of one repository, acme/shop: pull requests, comments, reviews and artifacts over HTTP, as far as posting
results needs them. It pages as GitHub does and can refuse to be written to."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "/repos/acme/shop"
BOT = {"login": "github-actions[bot]", "type": "Bot", "id": 41898282}


class Forge:
    def __init__(self):
        self.pulls, self.comments, self.review_comments, self.reviews = [], [], [], []
        self.artifacts, self.zips, self.requests = [], {}, []
        self.writable, self.next_id = True, 1000
        forge = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body=None, headers=None):
                data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(length) if length else b""
                split = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(split.query).items()}
                forge.requests.append((self.command, split.path, self.headers.get("Authorization") or ""))
                body = json.loads(sent) if sent else {}
                self.answer(*forge.route(self.command, split.path, query, body))

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def writes(self):
        return [(method, path) for method, path, _ in self.requests if method != "GET"]

    def made(self, fields):
        self.next_id += 1
        identity = {"id": self.next_id, "node_id": f"N{self.next_id}", "user": BOT, "author_association": "NONE"}
        times = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
        return {**identity, **times, "performed_via_github_app": None, "html_url": self.url, **fields}

    def route(self, method, path, query, body):
        if path == "/user":
            # What a token of a workflow gets.
            return 403, {"message": "Resource not accessible by integration"}
        if method != "GET" and not self.writable:
            return 403, {"message": "Resource not accessible by integration"}
        if path == "/graphql":
            return 200, {"data": None, "errors": [{"message": "not part of this server"}]}
        for pattern, handler in (
            (r"/pulls", self.list_pulls),
            (r"/pulls/(\d+)", self.one_pull),
            (r"/pulls/(\d+)/files", lambda *_: (200, [])),
            (r"/issues/(\d+)/comments", self.issue_comments),
            (r"/issues/comments/(\d+)", lambda *a: self.one(self.comments, *a)),
            (r"/pulls/(\d+)/comments", self.list_review_comments),
            (r"/pulls/comments/(\d+)", lambda *a: self.one(self.review_comments, *a)),
            (r"/pulls/(\d+)/reviews", self.pull_reviews),
            (r"/actions/runs/(\d+)/artifacts", self.run_artifacts),
            (r"/actions/artifacts/(\d+)/zip", lambda _m, _q, _b, number: (200, self.zips[int(number)])),
        ):
            found = re.fullmatch(REPOSITORY + pattern, path)
            if found:
                return handler(method, query, body, *found.groups())
        return 404, {"message": "Not Found"}

    def page(self, path, items, query):
        size = min(int(query.get("per_page", 30)), 100)
        number = int(query.get("page", 1))
        headers = {}
        if number * size < len(items):
            headers["Link"] = f'<{self.url}{path}?per_page={size}&page={number + 1}>; rel="next"'
        return 200, items[(number - 1) * size : number * size], headers

    def list_pulls(self, _method, query, _body):
        head = query.get("head")
        fits = [p for p in self.pulls if head in (None, p["head"]["label"]) and p["state"] == query.get("state", "open")]
        return self.page(f"{REPOSITORY}/pulls", fits, query)

    def one_pull(self, _method, _query, _body, number):
        fits = [pull for pull in self.pulls if pull["number"] == int(number)]
        return (200, fits[0]) if fits else (404, {"message": "Not Found"})

    def issue_comments(self, method, query, body, number):
        if method == "POST":
            self.comments.append(self.made({"body": body["body"]}))
            return 201, self.comments[-1]
        return self.page(f"{REPOSITORY}/issues/{number}/comments", self.comments, query)

    def one(self, items, method, _query, body, number):
        for item in items:
            if item["id"] == int(number):
                if method == "DELETE":
                    items.remove(item)
                    return 204, None
                item.update(body)
                return 200, item
        return 404, {"message": "Not Found"}

    def list_review_comments(self, _method, query, _body, number):
        return self.page(f"{REPOSITORY}/pulls/{number}/comments", self.review_comments, query)

    def pull_reviews(self, method, query, body, number):
        if method == "GET":
            return self.page(f"{REPOSITORY}/pulls/{number}/reviews", self.reviews, query)
        states = {"COMMENT": "COMMENTED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "APPROVE": "APPROVED"}
        state = states.get(body.get("event"), "PENDING")
        review = self.made({**body, "state": state})
        self.reviews.append(review)
        for comment in body.get("comments", []):
            made = {"pull_request_review_id": review["id"], "commit_id": body.get("commit_id"), **comment}
            self.review_comments.append(self.made(made))
        return 200, review

    def run_artifacts(self, _method, query, _body, _run):
        fits = [a for a in self.artifacts if query.get("name") in (None, a["name"])]
        return 200, {"total_count": len(fits), "artifacts": fits}
