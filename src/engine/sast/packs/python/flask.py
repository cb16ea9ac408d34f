import os

from flask import Flask, Response, make_response, redirect, render_template_string, request, send_file, send_from_directory, url_for
from django.utils.http import url_has_allowed_host_and_scheme
from markupsafe import escape

app = Flask(__name__)
# ruleid: python.flask.fixed-secret-key
app.secret_key = "change-me"
# ruleid: python.flask.fixed-secret-key
app.config["SECRET_KEY"] = "change-me"
# ok: python.flask.fixed-secret-key
app.secret_key = os.environ["SECRET_KEY"]
# ruleid: python.flask.debug-config
app.config["DEBUG"] = True
# ok: python.flask.debug-config
app.config["DEBUG"] = False
# ruleid: python.flask.session-cookie-config
app.config["SESSION_COOKIE_SECURE"] = False
# ok: python.flask.session-cookie-config
app.config["SESSION_COOKIE_SECURE"] = True
# ruleid: python.flask.csrf-disabled
app.config["WTF_CSRF_ENABLED"] = False
# ok: python.flask.csrf-disabled
app.config["WTF_CSRF_ENABLED"] = True


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    # ruleid: python.flask.request-template, python.flask.template-string
    page = render_template_string("<p>Hello " + name)
    # ok: python.flask.request-template, python.flask.template-string
    page += render_template_string("<p>Hello {{ name }}", name=name)
    return page


@app.route("/echo")
def echo():
    name = request.args.get("name", "")
    # ruleid: python.flask.response-markup
    first = make_response("<p>" + name)
    # ok: python.flask.response-markup
    second = Response("<p>" + escape(name))
    if first:
        # ruleid: python.flask.response-markup
        return f"<p>{name}</p>"
    # ok: python.flask.response-markup
    return f"<p>{escape(name)}</p>" + str(second)


@app.post("/card")
def card():
    data = request.get_json()
    if data.get("plain"):
        # ok: python.flask.response-markup
        return Response("<p>" + data["name"], mimetype="text/plain")
    if data.get("page"):
        # ok: python.flask.response-markup
        return {"html": f"<p>{data['name']}</p>"}
    if data.get("count"):
        count = request.args.get("count", type=int)
        # ok: python.flask.response-markup
        return f"<p>{count}</p>"
    if data.get("short"):
        # ruleid: python.flask.response-markup
        return f"<p>{request.json['name']}</p>", 201
    page = f"<p>{data['name']}</p>"
    # ruleid: python.flask.response-markup
    return page


@app.get("/users/<name>")
def user(name):
    # ruleid: python.flask.response-markup
    return "<p>{}</p>".format(name)


@app.get("/orders/<int:number>")
def order(number):
    # ok: python.flask.response-markup
    return "<p>{}</p>".format(number)


@app.route("/cookie")
def cookie(response):
    # ruleid: python.flask.insecure-cookie
    response.set_cookie("a", "b", secure=False)
    # ok: python.flask.insecure-cookie
    response.set_cookie("a", "b", secure=True, httponly=True, samesite="Lax")
    return response


@app.route("/file")
def file():
    name = request.args["name"]
    if name == "all":
        # ok: python.flask.send-file
        return send_from_directory("/srv/files", name)
    # ruleid: python.flask.send-file
    return send_file("/srv/files/" + name)


@app.route("/next")
def next_page():
    target = request.args.get("next")
    if target == "home":
        # ok: python.flask.open-redirect
        return redirect(url_for("hello", name=target))
    if target.startswith("page"):
        # ok: python.flask.open-redirect
        return redirect("/pages/" + target)
    if target == "name":
        # ok: python.flask.open-redirect
        return redirect(f"/pages/{target}")
    if target == "slash":
        # ruleid: python.flask.open-redirect
        return redirect(f"/{target}")
    if target == "query":
        # ok: python.flask.open-redirect
        return redirect("/search?q=%s" % target)
    if target.startswith("host"):
        # ruleid: python.flask.open-redirect
        return redirect("//" + target)
    # ruleid: python.flask.open-redirect
    return redirect(target)


@app.route("/back")
def back_page():
    target = request.args.get("next")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    # ok: python.flask.open-redirect
    return redirect(target)


if __name__ == "__main__":
    if app.config:
        # ok: python.flask.debug-mode
        app.run(port=8000)
    # ruleid: python.flask.debug-mode
    app.run(debug=True)
