const pug = require('pug');
const ejs = require('ejs');
const nunjucks = require('nunjucks');
const Handlebars = require('handlebars');
const Mustache = require('mustache');
const i18next = require('i18next');
const _ = require('lodash');
const { allowInsecurePrototypeAccess } = require('@handlebars/allow-prototype-access');
const app = require('express')();

app.post('/preview', (req, res) => {
  // ruleid: javascript.templates.compile-taint
  const a = ejs.render(req.body.template, {});
  // ruleid: javascript.templates.compile-taint, javascript.templates.compile-joined
  const b = pug.compile('p ' + req.body.name + ' wrote:')();
  // ok: javascript.templates.compile-taint, javascript.templates.compile-joined
  const c = ejs.render('<p><%= name %></p>', { name: req.body.name });
  // ruleid: javascript.templates.compile-taint
  const d = _.template(req.body.template);
  res.json([a, b, c, d]);
});

// ruleid: javascript.templates.handlebars-no-escape
const raw = Handlebars.compile(source, { noEscape: true });
// ok: javascript.templates.handlebars-no-escape
const page = Handlebars.compile(source, { strict: true });
// ruleid: javascript.templates.handlebars-proto-access
page(data, { allowProtoPropertiesByDefault: true });
// ok: javascript.templates.handlebars-proto-access
page(data, { allowProtoPropertiesByDefault: false });

Handlebars.registerHelper('bold', (text) => {
  // ruleid: javascript.templates.handlebars-safe-string
  return new Handlebars.SafeString('<b>' + text + '</b>');
});
Handlebars.registerHelper('strong', (text) => {
  // ok: javascript.templates.handlebars-safe-string
  return new Handlebars.SafeString('<b>' + Handlebars.escapeExpression(text) + '</b>');
});

// ruleid: javascript.templates.nunjucks-autoescape-off
nunjucks.configure('views', { autoescape: false, express: app });
// ok: javascript.templates.nunjucks-autoescape-off
nunjucks.configure('views', { autoescape: true, express: app });
// ruleid: javascript.templates.mustache-escape-off
Mustache.escape = (text) => text;
// ok: javascript.templates.mustache-escape-off
Mustache.escape = (text) => text.replace(/</g, '&lt;');
// ruleid: javascript.templates.ejs-escape-off
ejs.render(source, data, { escape: (text) => text });
// ok: javascript.templates.ejs-escape-off
ejs.render(source, data, { escape: escapeXml });
// ruleid: javascript.templates.translation-escape-off
i18next.init({ lng: 'en', interpolation: { escapeValue: false } });
// ok: javascript.templates.translation-escape-off
i18next.init({ lng: 'en', interpolation: { escapeValue: true } });

// ruleid: javascript.templates.escape-markup-off
engine.escapeMarkup = false;
// ok: javascript.templates.escape-markup-off
engine.escapeMarkup = true;

app.get('/search', (req, res) => {
  // ruleid: javascript.regex.pattern-taint, javascript.regex.non-literal-pattern
  const found = list.filter((x) => new RegExp(req.query.q, 'i').test(x));
  // ok: javascript.regex.pattern-taint
  // ruleid: javascript.regex.non-literal-pattern
  const safe = new RegExp(_.escapeRegExp(req.query.q));
  // ok: javascript.regex.non-literal-pattern
  const word = new RegExp('^[a-z]+$');
  // ruleid: javascript.regex.slow-pattern
  const slow = /^(a+)+$/.test(req.query.q);
  // ok: javascript.regex.slow-pattern
  const fast = /^[a-z]+$/.test(req.query.q);
  // ruleid: javascript.regex.unanchored-host-check
  if (req.headers.origin.includes('example.com')) {
    res.json({ found, safe, word, slow, fast });
  }
  // ok: javascript.regex.unanchored-host-check
  if (req.query.text.includes('example.com')) {
    res.end();
  }
});
