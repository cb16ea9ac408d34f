const mysql = require('mysql2');
const { Pool } = require('pg');
const knex = require('knex')(config);
const { Sequelize } = require('sequelize');
const mongoose = require('mongoose');
const { DataSource } = require('typeorm');
const pool = new Pool();
const app = require('express')();

app.get('/users', async (req, res) => {
  const name = req.query.name;
  // ruleid: javascript.sql.query-taint, javascript.sql.query-joined-text
  await pool.query("SELECT * FROM users WHERE name = '" + name + "'");
  // ruleid: javascript.sql.query-taint, javascript.sql.query-joined-text
  await pool.query(`SELECT * FROM users WHERE id = ${req.query.id}`);
  // ok: javascript.sql.query-taint, javascript.sql.query-joined-text
  await pool.query('SELECT * FROM users WHERE name = $1', [name]);
  const id = parseInt(req.query.id, 10);
  // ok: javascript.sql.query-taint
  await pool.query('SELECT * FROM users WHERE id = ' + pool.escape(id));
  // ruleid: javascript.sql.query-taint, javascript.sql.raw-unsafe-call
  await prisma.$queryRawUnsafe(`SELECT * FROM users WHERE name = '${name}'`);
  // ok: javascript.sql.query-taint, javascript.sql.raw-unsafe-call
  await prisma.$queryRaw`SELECT * FROM users WHERE name = ${name}`;
  // ok: javascript.sql.raw-unsafe-call
  await prisma.$executeRawUnsafe('VACUUM');
  // ruleid: javascript.sql.query-taint, javascript.sql.knex-raw-joined
  await knex.raw('SELECT * FROM users WHERE name = ' + name);
  // ok: javascript.sql.query-taint, javascript.sql.knex-raw-joined
  await knex.raw('SELECT * FROM users WHERE name = ?', [name]);
  // ruleid: javascript.sql.query-taint, javascript.sql.sequelize-joined, javascript.sql.query-joined-text
  await sequelize.query(`SELECT * FROM users WHERE name = '${name}'`);
  // ok: javascript.sql.query-taint, javascript.sql.sequelize-joined
  await sequelize.query('SELECT * FROM users WHERE name = ?', { replacements: [name] });
});

async function find(db, repository, email) {
  // ruleid: javascript.sql.query-joined-text
  db.all("SELECT id FROM users WHERE email = '" + email + "'", done);
  // ok: javascript.sql.query-joined-text
  db.all('SELECT id FROM ' + table + ' WHERE email = ?', [email], done);
  // ruleid: javascript.sql.typeorm-where-joined
  await repository.createQueryBuilder('u').where(`u.email = '${email}'`).getOne();
  // ok: javascript.sql.typeorm-where-joined
  await repository.createQueryBuilder('u').where('u.email = :email', { email }).getOne();
}

// ruleid: javascript.sql.multiple-statements
const connection = mysql.createConnection({ host: 'localhost', multipleStatements: true });
// ok: javascript.sql.multiple-statements
const connection2 = mysql.createConnection({ host: 'localhost', multipleStatements: false });

app.post('/login', async (req, res) => {
  // ruleid: javascript.sql.nosql-operator-taint
  const a = await User.findOne({ name: req.body.name, password: req.body.password });
  // ruleid: javascript.sql.nosql-operator-taint
  const b = await User.find(req.query);
  // ok: javascript.sql.nosql-operator-taint
  const c = await User.findOne({ name: String(req.body.name) });
  // ok: javascript.sql.nosql-operator-taint
  const d = await User.findOne({ where: { name: req.body.name } });
  // ruleid: javascript.sql.nosql-where-taint
  const e = await users.find({ $where: `this.name == '${req.body.name}'` }).toArray();
  // ok: javascript.sql.nosql-where-taint
  const f = await users.find({ $where: 'this.a == this.b' }).toArray();
  res.json([a, b, c, d, e, f]);
});

// ruleid: javascript.sql.nosql-sanitizing-off
mongoose.set('sanitizeFilter', false);
// ok: javascript.sql.nosql-sanitizing-off
mongoose.set('sanitizeFilter', true);
