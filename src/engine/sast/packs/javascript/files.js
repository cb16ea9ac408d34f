const fs = require('fs');
const path = require('path');
const tar = require('tar');
const AdmZip = require('adm-zip');
const unzipper = require('unzipper');
const multer = require('multer');
const express = require('express');
const app = express();

app.get('/file', (req, res) => {
  // ruleid: javascript.files.path-read-taint, javascript.files.non-literal-path
  fs.readFile(path.join(__dirname, 'data', req.query.name), (err, data) => res.end(data));
  // ok: javascript.files.path-read-taint
  // ruleid: javascript.files.non-literal-path
  fs.readFile(path.join(__dirname, 'data', path.basename(req.query.name)), (err, data) => res.end(data));
  // ok: javascript.files.non-literal-path, javascript.files.path-read-taint
  const page = fs.readFileSync(path.join(__dirname, 'index.html'));
  // ok: javascript.files.non-literal-path
  fs.readFileSync('/etc/hostname');
});

app.post('/file', (req, res) => {
  const target = './notes/' + req.body.title + '.txt';
  // ruleid: javascript.files.path-write-taint, javascript.files.non-literal-path
  fs.writeFileSync(target, req.body.text);
  // ok: javascript.files.path-write-taint
  fs.writeFileSync('./notes/last.txt', req.body.text);
});

app.get('/download/:name', (req, res) => {
  // ruleid: javascript.files.send-file-taint
  res.sendFile('/srv/files/' + req.params.name);
  // ruleid: javascript.files.send-file-taint
  res.download(req.query.path);
  // ok: javascript.files.send-file-taint
  res.sendFile(req.params.name, { root: '/srv/files' });
  // ok: javascript.files.send-file-taint
  res.sendFile('/srv/files/readme.txt');
});

function modes(file) {
  // ruleid: javascript.files.world-writable-mode
  fs.chmodSync(file, 0o777);
  // ruleid: javascript.files.world-writable-mode
  fs.chmod(file, '0666', () => {});
  // ok: javascript.files.world-writable-mode
  fs.chmodSync(file, 0o755);
  // ok: javascript.files.world-writable-mode
  fs.chmodSync(file, '644');
}

function unpack(file, folder) {
  new AdmZip(file).getEntries().forEach((entry) => {
    // ruleid: javascript.archive.adm-zip-entry-path, javascript.files.non-literal-path
    fs.writeFileSync(path.join(folder, entry.entryName), entry.getData());
  });
  fs.createReadStream('in.zip').pipe(unzipper.Parse()).on('entry', (item) => {
    const name = item.path;
    // ruleid: javascript.archive.adm-zip-entry-path, javascript.files.non-literal-path
    item.pipe(fs.createWriteStream('out/' + name));
    const dest = path.resolve(folder, item.path);
    if (dest.startsWith(folder + path.sep)) {
      // ok: javascript.archive.adm-zip-entry-path
      // ruleid: javascript.files.non-literal-path
      item.pipe(fs.createWriteStream(dest));
    }
  });
  // ruleid: javascript.archive.tar-preserve-paths
  tar.x({ file: 'in.tar', preservePaths: true, sync: true });
  // ok: javascript.archive.tar-preserve-paths
  tar.x({ file: 'in.tar', sync: true });
}

const storage = multer.diskStorage({
  destination: 'uploads/',
  filename: (req, file, done) => {
    // ruleid: javascript.files.upload-original-name
    done(null, Date.now() + '-' + file.originalname);
  },
});

const better = multer.diskStorage({
  destination: 'uploads/',
  filename: (req, file, done) => {
    // ok: javascript.files.upload-original-name
    done(null, crypto.randomUUID() + path.extname(file.originalname));
  },
});

// ruleid: javascript.files.shared-temporary-path
fs.writeFileSync('/tmp/app.pid', String(process.pid));
// ok: javascript.files.shared-temporary-path
fs.writeFileSync('/run/app/app.pid', String(process.pid));

const KNOWN_FONTS = ['a.woff2', 'b.woff2'];
app.get('/font', async (req, res) => {
  const name = req.query.name;
  if (!KNOWN_FONTS.includes(name)) {
    return res.status(404).end();
  }
  // ok: javascript.files.path-read-taint
  res.send(await fs.promises.readFile(path.join(FONTS, name)));
});
