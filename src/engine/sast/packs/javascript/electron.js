const { app, BrowserWindow, shell, ipcMain, session } = require('electron');
const { exec } = require('child_process');

// ruleid: javascript.electron.node-integration
new BrowserWindow({ width: 800, webPreferences: { nodeIntegration: true } });
// ruleid: javascript.electron.context-isolation-off
new BrowserWindow({ webPreferences: { contextIsolation: false } });
// ruleid: javascript.electron.web-security-off
new BrowserWindow({ webPreferences: { webSecurity: false } });
// ruleid: javascript.electron.insecure-content-allowed
new BrowserWindow({ webPreferences: { allowRunningInsecureContent: true } });
// ruleid: javascript.electron.experimental-features
new BrowserWindow({ webPreferences: { experimentalFeatures: true } });
// ruleid: javascript.electron.sandbox-off
new BrowserWindow({ webPreferences: { sandbox: false } });
// ruleid: javascript.electron.remote-module
new BrowserWindow({ webPreferences: { enableRemoteModule: true } });
// ruleid: javascript.electron.webview-tag
new BrowserWindow({ webPreferences: { webviewTag: true } });
// ok: javascript.electron.node-integration, javascript.electron.context-isolation-off, javascript.electron.web-security-off
// ok: javascript.electron.insecure-content-allowed, javascript.electron.experimental-features, javascript.electron.sandbox-off
// ok: javascript.electron.remote-module, javascript.electron.webview-tag
new BrowserWindow({ webPreferences: { nodeIntegration: false, contextIsolation: true, sandbox: true } });

function open(win) {
  win.webContents.setWindowOpenHandler(({ url }) => {
    // ruleid: javascript.electron.open-external
    shell.openExternal(url);
    if (url.startsWith('https:')) {
      // ok: javascript.electron.open-external
      shell.openExternal(url);
    }
    return { action: 'deny' };
  });
  // ok: javascript.electron.open-external
  shell.openExternal('https://example.com/help');
}

// ruleid: javascript.electron.certificate-error-ignored
app.on('certificate-error', (event, contents, url, error, certificate, callback) => {
  event.preventDefault();
  callback(true);
});
// ok: javascript.electron.certificate-error-ignored
app.on('certificate-error', (event, contents, url, error, certificate, callback) => {
  callback(false);
});

ipcMain.handle('run', async (event, command) => {
  // ruleid: javascript.electron.ipc-command-taint
  exec(command);
  // ok: javascript.electron.ipc-command-taint
  exec('sync');
});
