package com.example.xml;

import java.io.*;
import javax.xml.XMLConstants;
import javax.xml.parsers.*;
import javax.xml.stream.*;
import javax.xml.transform.*;
import javax.xml.validation.*;
import javax.xml.xpath.*;
import org.dom4j.io.SAXReader;
import org.w3c.dom.Document;
import org.xml.sax.*;

class Parsers {
    Document open(InputStream in) throws Exception {
        DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
        f.setNamespaceAware(true);
        // ruleid: java.xml.document-builder-entities
        DocumentBuilder b = f.newDocumentBuilder();
        return b.parse(in);
    }

    Document closed(InputStream in) throws Exception {
        DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
        f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        // ok: java.xml.document-builder-entities
        return f.newDocumentBuilder().parse(in);
    }

    Document closedInTry(InputStream in) throws Exception {
        DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
        try {
            f.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
        // ok: java.xml.document-builder-entities
        return f.newDocumentBuilder().parse(in);
    }

    void sax(InputStream in, DefaultHandler h) throws Exception {
        SAXParserFactory f = SAXParserFactory.newInstance();
        // ruleid: java.xml.sax-parser-entities
        f.newSAXParser().parse(in, h);
        // ruleid: java.xml.sax-parser-entities
        SAXParserFactory.newInstance().newSAXParser().parse(in, h);
    }

    void saxClosed(InputStream in, DefaultHandler h) throws Exception {
        SAXParserFactory f = SAXParserFactory.newInstance();
        f.setFeature("http://xml.org/sax/features/external-general-entities", false);
        // ok: java.xml.sax-parser-entities
        f.newSAXParser().parse(in, h);
    }

    void reader(InputSource in) throws Exception {
        // ruleid: java.xml.xml-reader-entities
        XMLReader r = XMLReaderFactory.createXMLReader();
        r.parse(in);
    }

    void readerClosed(InputSource in) throws Exception {
        // ok: java.xml.xml-reader-entities
        XMLReader r = XMLReaderFactory.createXMLReader();
        r.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        r.parse(in);
    }

    XMLStreamReader stax(InputStream in) throws Exception {
        XMLInputFactory f = XMLInputFactory.newInstance();
        // ruleid: java.xml.stream-reader-entities
        return f.createXMLStreamReader(in);
    }

    XMLStreamReader staxClosed(InputStream in) throws Exception {
        XMLInputFactory f = XMLInputFactory.newInstance();
        f.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        // ok: java.xml.stream-reader-entities
        return f.createXMLStreamReader(in);
    }
}

class Transforms {
    void style(Source sheet, Source in, Result out) throws Exception {
        // ruleid: java.xml.plain-transformer
        TransformerFactory f = TransformerFactory.newInstance();
        // ruleid: java.xml.transformer-entities
        Transformer t = f.newTransformer(sheet);
        t.transform(in, out);
    }

    void styleClosed(Source sheet, Source in, Result out) throws Exception {
        // ok: java.xml.plain-transformer
        TransformerFactory f = TransformerFactory.newInstance();
        f.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        f.setAttribute(XMLConstants.ACCESS_EXTERNAL_STYLESHEET, "");
        // ok: java.xml.transformer-entities
        f.newTransformer(sheet).transform(in, out);
    }
}

class Others {
    void validate(Schema schema, Source in) throws Exception {
        Validator v = schema.newValidator();
        // ruleid: java.xml.schema-validator-entities
        v.validate(in);
    }

    void validateClosed(Schema schema, Source in) throws Exception {
        Validator v = schema.newValidator();
        v.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        // ok: java.xml.schema-validator-entities
        v.validate(in);
    }

    Object dom4j(InputStream in) throws Exception {
        SAXReader r = new SAXReader();
        // ruleid: java.xml.dom4j-jdom-entities
        return r.read(in);
    }

    Object dom4jClosed(InputStream in) throws Exception {
        SAXReader r = new SAXReader();
        r.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        // ok: java.xml.dom4j-jdom-entities
        return r.read(in);
    }

    void xpath(XPath xp, Reader in, Document doc) throws Exception {
        // ruleid: java.xml.xpath-parses-input
        xp.evaluate("/a/b", new InputSource(in));
        // ok: java.xml.xpath-parses-input
        xp.evaluate("/a/b", doc);
    }

    void saml(BasicParserPool pool) {
        // ruleid: java.xml.saml-comments-kept
        pool.setIgnoreComments(false);
        // ok: java.xml.saml-comments-kept
        pool.setIgnoreComments(true);
    }

    void features(DocumentBuilderFactory f) throws Exception {
        // ruleid: java.xml.entities-switched-on
        f.setFeature("http://xml.org/sax/features/external-general-entities", true);
        // ok: java.xml.entities-switched-on
        f.setFeature("http://xml.org/sax/features/external-general-entities", false);
    }
}
