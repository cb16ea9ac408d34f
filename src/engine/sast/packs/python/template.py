import jinja2
import tornado.web
from django.template import Context
from jinja2 import Environment, select_autoescape
from mako.lookup import TemplateLookup
from mako.template import Template
from markupsafe import Markup


def environments(loader, choose):
    # ruleid: python.template.jinja-no-autoescape
    a = jinja2.Environment(loader=loader)
    # ruleid: python.template.jinja-no-autoescape
    b = Environment(loader=loader, autoescape=choose)
    # ok: python.template.jinja-no-autoescape
    # ruleid: python.template.jinja-autoescape-off
    c = Environment(loader=loader, autoescape=False)
    # ok: python.template.jinja-autoescape-off, python.template.jinja-no-autoescape
    d = Environment(loader=loader, autoescape=select_autoescape())
    # ok: python.template.jinja-autoescape-off, python.template.jinja-no-autoescape
    e = Environment(loader=loader, autoescape=True)
    # ruleid: python.template.autoescape-option
    e.autoescape = False
    # ok: python.template.autoescape-option
    e.autoescape = True
    return a, b, c, d, e


def others(text, folder, handlers):
    # ruleid: python.template.mako
    a = Template(text)
    # ok: python.template.mako
    b = Template(text, default_filters=["h"])
    # ruleid: python.template.mako-lookup
    c = TemplateLookup(directories=[folder])
    # ok: python.template.mako-lookup
    d = TemplateLookup(directories=[folder], default_filters=["h"])
    # ruleid: python.template.markup, python.template.markup-built
    e = Markup("<b>" + text + "</b>")
    # ruleid: python.template.markup, python.template.markup-built
    f = Markup(f"<b>{text}</b>")
    # ok: python.template.markup, python.template.markup-built
    g = Markup("<b>{}</b>").format(text)
    # ruleid: python.template.tornado-autoescape
    h = tornado.web.Application(handlers, autoescape=None)
    # ok: python.template.tornado-autoescape
    i = tornado.web.Application(handlers)
    # ruleid: python.template.django-engine-autoescape
    j = Context({"text": text}, autoescape=False)
    # ok: python.template.django-engine-autoescape
    k = Context({"text": text})
    return a, b, c, d, e, f, g, h, i, j, k
