# ruleid: python.xml.etree-import
import xml.etree.ElementTree as ET
# ruleid: python.xml.sax-import
import xml.sax
# ruleid: python.xml.minidom-import
from xml.dom import minidom
# ruleid: python.xml.pulldom-import
from xml.dom import pulldom
# ruleid: python.xml.expatbuilder-import
from xml.dom import expatbuilder
# ruleid: python.xml.etree-import
from xml.etree import cElementTree
# ruleid: python.xml.sax-import
from xml.sax import expatreader
# ruleid: python.xml.xmlrpc-import
import xmlrpc.client
# ruleid: python.xml.xmlrpc-import
from xmlrpc.server import SimpleXMLRPCServer
# ok: python.xml.etree-import, python.xml.sax-import, python.xml.xmlrpc-import
import json
# ok: python.xml.expatbuilder-import, python.xml.lxml-import, python.xml.minidom-import, python.xml.pulldom-import
import defusedxml.ElementTree

# ruleid: python.xml.lxml-import
from lxml import etree
from flask import Flask, request

app = Flask(__name__)


def parse_all(path, text, handler):
    # ruleid: python.xml.celementtree
    a = cElementTree.parse(path)
    # ok: python.xml.celementtree
    b = cElementTree.tostring(a)
    # ruleid: python.xml.elementtree
    c = ET.fromstring(text)
    # ok: python.xml.elementtree
    d = defusedxml.ElementTree.fromstring(text)
    # ruleid: python.xml.expatreader
    e = expatreader.create_parser()
    # ok: python.xml.expatreader
    f = expatreader.version
    # ruleid: python.xml.expatbuilder
    g = expatbuilder.parseString(text)
    # ok: python.xml.expatbuilder
    h = expatbuilder.Rejecter()
    # ruleid: python.xml.sax
    xml.sax.parseString(text, handler)
    # ok: python.xml.sax
    i = xml.sax.SAXParseException
    # ruleid: python.xml.minidom
    j = minidom.parse(path)
    # ok: python.xml.minidom
    k = minidom.Document()
    # ruleid: python.xml.pulldom
    n = pulldom.parse(path)
    # ok: python.xml.pulldom
    o = pulldom.START_ELEMENT
    return a, b, c, d, e, f, g, h, i, j, k, n, o


def parse_lxml(path):
    # ruleid: python.xml.lxml-parse
    a = etree.parse(path)
    # ruleid: python.xml.lxml-entities
    parser = etree.XMLParser(resolve_entities=True)
    # ruleid: python.xml.lxml-entities
    other = etree.XMLParser(no_network=False)
    # ok: python.xml.lxml-entities
    safe = etree.XMLParser(resolve_entities=False, no_network=True)
    # ok: python.xml.lxml-parse
    b = etree.parse(path, safe)
    return a, b, parser, other


def reader():
    # ruleid: python.xml.sax
    parser = xml.sax.make_parser()
    # ruleid: python.xml.sax-external-entities
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    # ok: python.xml.sax-external-entities
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    return parser


@app.post("/import")
def import_document():
    # ruleid: python.xml.lxml-parse, python.xml.request-parse
    tree = etree.fromstring(request.data)
    # ok: python.xml.request-parse
    safe = defusedxml.ElementTree.fromstring(request.data)
    # ruleid: python.xml.request-xslt
    sheet = etree.XSLT(request.form["sheet"])
    # ok: python.xml.request-xslt
    fixed = etree.XSLT(etree.parse("sheet.xsl", etree.XMLParser(resolve_entities=False)))
    return json.dumps([str(tree), str(safe), str(sheet), str(fixed)])
