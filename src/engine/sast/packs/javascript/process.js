const cp = require('child_process');
const { exec, execSync, spawn, execFile } = require('child_process');
const ncp = require('node:child_process');
const shell = require('shelljs');
const execa = require('execa');
const { execaCommand } = require('execa');
const { Client } = require('ssh2');
const express = require('express');
const app = express();

app.get('/ping', (req, res) => {
  const host = req.query.host;
  // ruleid: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal
  cp.exec('ping -c 1 ' + host, (err, out) => res.send(out));
  // ruleid: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal
  const text = execSync(`nslookup ${req.body.host}`);
  // ruleid: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal
  ncp.exec(`dig ${host}`);
  const count = parseInt(req.query.count, 10);
  // ok: javascript.process.shell-command-taint
  // ruleid: javascript.process.shell-command-non-literal
  exec(`ping -c ${count} example.com`);
  // ok: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal
  exec('uptime', (err, out) => res.send(out));
  // ok: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal
  const found = /(\d+)/.exec(req.query.id);
});

app.post('/run', (req, res) => {
  // ruleid: javascript.process.program-taint
  cp.spawn(req.body.tool, ['--version']);
  // ruleid: javascript.process.argument-taint
  spawn('git', ['clone', req.body.repository]);
  const n = Number(req.body.lines);
  // ok: javascript.process.argument-taint, javascript.process.program-taint
  execFile('tail', ['-n', n, '/var/log/app.log']);
  // ok: javascript.process.argument-taint
  spawn('git', ['fetch', '--all']);
});

function archive(dir) {
  // ruleid: javascript.process.shell-command-parameter, javascript.process.shell-command-non-literal
  exec(`tar czf out.tgz ${dir}`);
  // ok: javascript.process.shell-command-parameter
  // ruleid: javascript.process.shell-command-non-literal
  exec(`tar czf out.tgz ${JSON.stringify(dir)}`);
  // ok: javascript.process.shell-command-parameter
  execFile('tar', ['czf', 'out.tgz', dir]);
}

function start(script) {
  // ruleid: javascript.process.spawn-shell-option
  spawn('npm', ['run', script], { stdio: 'inherit', shell: true });
  // ok: javascript.process.spawn-shell-option
  spawn('npm', ['run', 'build'], { stdio: 'inherit', shell: true });
  // ok: javascript.process.spawn-shell-option
  spawn('npm', ['run', script], { stdio: 'inherit' });
  // ruleid: javascript.process.shell-dash-c
  spawn('/bin/sh', ['-c', 'make ' + script]);
  // ok: javascript.process.shell-dash-c
  spawn('/bin/sh', ['-c', 'make all']);
  // ok: javascript.process.shell-dash-c
  spawn('cc', ['-c', `${script}.c`]);
}

function release(version) {
  // ruleid: javascript.process.shelljs-exec
  shell.exec(`git tag v${version}`);
  // ok: javascript.process.shelljs-exec
  shell.exec('git push --tags');
  // ruleid: javascript.process.execa-command
  execaCommand(`npm publish --tag ${version}`);
  // ruleid: javascript.process.execa-command
  execa('npm publish --tag ' + version, { shell: true });
  // ok: javascript.process.execa-command
  execa('npm', ['publish', '--tag', version]);
}

app.post('/remote', (req, res) => {
  const conn = new Client();
  conn.on('ready', () => {
    // ruleid: javascript.process.ssh-command-taint
    conn.exec('systemctl status ' + req.body.unit, () => res.end());
    // ok: javascript.process.ssh-command-taint
    conn.exec('systemctl status nginx', () => res.end());
  });
});

function convert(name, format) {
  // ruleid: javascript.process.shell-command-taint
  child_process.exec('convert ' + name);
  // ok: javascript.process.shell-command-taint
  child_process.exec('convert -list ' + format);
}

app.post('/convert', (req, res) => {
  convert(req.body.name, 'png');
  res.end();
});
