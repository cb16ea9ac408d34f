const xpath = require('xpath');
const libxmljs = require('libxmljs');
const xml2json = require('xml2json');
const util = require('util');
const app = require('express')();

app.get('/people', (req, res) => {
  // ruleid: javascript.injection.ldap-taint
  client.search('ou=people,dc=example,dc=com', { filter: `(uid=${req.query.uid})`, scope: 'sub' }, done);
  // ok: javascript.injection.ldap-taint
  client.search('ou=people,dc=example,dc=com', { filter: '(objectClass=person)', scope: 'sub' }, done);
  // ruleid: javascript.injection.xpath-taint
  xpath.select("//user[name='" + req.query.name + "']", doc);
  // ok: javascript.injection.xpath-taint
  xpath.select('//user', doc);
});

app.post('/xml', (req, res) => {
  // ruleid: javascript.xml.external-entities
  const a = libxmljs.parseXml(text, { noent: true });
  // ok: javascript.xml.external-entities
  const b = libxmljs.parseXml(text, { noent: false });
  // ruleid: javascript.xml.parser-taint
  const c = xml2json.toJson(req.body.xml);
  // ok: javascript.xml.parser-taint
  const d = xml2json.toJson('<a/>');
  res.json([a, b, c, d]);
});

app.post('/login', (req, res) => {
  // ok: javascript.web.log-injection-taint
  console.log('login');
  // ruleid: javascript.web.log-injection-taint
  console.info('user ' + req.body.name);
  // ok: javascript.web.log-injection-taint
  console.info('user', JSON.stringify(req.body.name));
  // ruleid: javascript.web.format-string-taint, javascript.web.log-injection-taint
  console.log('user ' + req.body.name, res.statusCode);
  // ok: javascript.web.format-string-taint
  util.format('user %s %d', req.body.name, res.statusCode);
});
