package com.example.app;

import android.app.PendingIntent;
import android.content.*;
import android.database.sqlite.SQLiteDatabase;
import android.os.Environment;
import android.webkit.*;

class PageActivity extends Activity {
    void settings(WebView view) {
        WebSettings s = view.getSettings();
        // ruleid: java.android.webview-javascript
        s.setJavaScriptEnabled(true);
        // ok: java.android.webview-javascript
        s.setJavaScriptEnabled(false);
        // ruleid: java.android.webview-interface
        view.addJavascriptInterface(new Bridge(), "bridge");
        // ok: java.android.webview-interface
        view.removeJavascriptInterface("bridge");
        // ruleid: java.android.webview-file-access
        s.setAllowUniversalAccessFromFileURLs(true);
        // ok: java.android.webview-file-access
        s.setAllowUniversalAccessFromFileURLs(false);
        // ruleid: java.android.webview-local-files
        s.setAllowFileAccess(true);
        // ok: java.android.webview-local-files
        s.setAllowFileAccess(false);
        // ruleid: java.android.webview-mixed-content
        s.setMixedContentMode(WebSettings.MIXED_CONTENT_ALWAYS_ALLOW);
        // ok: java.android.webview-mixed-content
        s.setMixedContentMode(WebSettings.MIXED_CONTENT_NEVER_ALLOW);
        // ruleid: java.android.webview-debugging
        WebView.setWebContentsDebuggingEnabled(true);
        if (BuildConfig.DEBUG) {
            // ok: java.android.webview-debugging
            WebView.setWebContentsDebuggingEnabled(true);
        }
        // ruleid: java.android.webview-intent-url
        view.loadUrl(getIntent().getStringExtra("url"));
        // ok: java.android.webview-intent-url
        view.loadUrl("https://www.example.com/");
    }

    void storage(Context ctx) throws Exception {
        // ruleid: java.android.world-accessible-file
        ctx.openFileOutput("notes.txt", Context.MODE_WORLD_READABLE);
        // ok: java.android.world-accessible-file
        ctx.openFileOutput("notes.txt", Context.MODE_PRIVATE);
        // ruleid: java.android.external-storage
        Environment.getExternalStorageDirectory();
        // ok: java.android.external-storage
        ctx.getFilesDir();
    }

    void query(SQLiteDatabase db, String name) {
        // ruleid: java.android.sqlite-concatenation
        db.rawQuery("SELECT * FROM notes WHERE name = '" + name + "'", null);
        // ok: java.android.sqlite-concatenation
        db.rawQuery("SELECT * FROM notes WHERE name = ?", new String[] {name});
    }

    void intents(Context ctx, Intent intent, BroadcastReceiver receiver, IntentFilter filter) {
        // ruleid: java.android.mutable-pending-intent
        PendingIntent.getActivity(ctx, 0, intent, PendingIntent.FLAG_MUTABLE);
        // ok: java.android.mutable-pending-intent
        PendingIntent.getActivity(ctx, 0, intent, PendingIntent.FLAG_IMMUTABLE);
        // ruleid: java.android.broadcast-without-permission
        ctx.sendBroadcast(intent);
        // ok: java.android.broadcast-without-permission
        ctx.sendBroadcast(intent, "com.example.app.RECEIVE");
        // ruleid: java.android.receiver-exported
        ctx.registerReceiver(receiver, filter, Context.RECEIVER_EXPORTED);
        // ok: java.android.receiver-exported
        ctx.registerReceiver(receiver, filter, Context.RECEIVER_NOT_EXPORTED);
    }
}

class OpenClient extends WebViewClient {
    public void onReceivedSslError(WebView view, SslErrorHandler handler, SslError error) {
        // ruleid: java.android.webview-tls-errors-ignored
        handler.proceed();
    }
}

class ClosedClient extends WebViewClient {
    public void onReceivedSslError(WebView view, SslErrorHandler handler, SslError error) {
        // ok: java.android.webview-tls-errors-ignored
        handler.cancel();
    }
}

class Chrome extends WebChromeClient {
    public void onGeolocationPermissionsShowPrompt(String origin, GeolocationPermissions.Callback callback) {
        // ruleid: java.android.webview-geolocation
        callback.invoke(origin, true, false);
        // ok: java.android.webview-geolocation
        callback.invoke(origin, false, false);
    }
}
