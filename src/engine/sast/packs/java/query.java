package com.example.data;

import javax.naming.directory.DirContext;
import javax.naming.directory.SearchControls;
import javax.servlet.http.HttpServletRequest;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.xpath.XPath;
import org.bson.Document;

class Lookups {
    Object ldap(HttpServletRequest req, DirContext ctx, SearchControls sc) throws Exception {
        String uid = req.getParameter("uid");
        // ruleid: java.injection.ldap-request-data, java.injection.ldap-concatenation
        ctx.search("ou=people", "(uid=" + uid + ")", sc);
        // ok: java.injection.ldap-request-data, java.injection.ldap-concatenation
        return ctx.search("ou=people", "(uid={0})", new Object[] {uid}, sc);
    }

    Object ldapLocal(DirContext ctx, String group, SearchControls sc) throws Exception {
        String filter = "(cn=" + group + ")";
        // ruleid: java.injection.ldap-concatenation
        ctx.search("ou=groups", filter, sc);
        String safe = "(cn=" + LdapEncoder.filterEncode(group) + ")";
        // ok: java.injection.ldap-concatenation
        return ctx.search("ou=groups", safe, sc);
    }

    void other(HttpServletRequest req, XPath xpath, Document doc) throws Exception {
        String name = req.getParameter("name");
        // ruleid: java.injection.xpath-request-data
        xpath.evaluate("//user[name='" + name + "']", doc);
        // ok: java.injection.xpath-request-data
        xpath.evaluate("//user[name=$name]", doc);
        // ruleid: java.injection.nosql-request-data
        Document.parse("{ owner: '" + name + "' }");
        // ok: java.injection.nosql-request-data
        new Document("owner", name);
    }

    void fromRequest(HttpServletRequest req, TransformerFactory f) throws Exception {
        // ruleid: java.xml.xslt-request-data
        f.newTransformer(new StreamSource(new StringReader(req.getParameter("xsl"))));
        // ok: java.xml.xslt-request-data
        f.newTransformer(new StreamSource(new File("report.xsl")));
    }
}
