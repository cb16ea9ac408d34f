package com.example.app

class Store(private val db: SQLiteDatabase, private val context: Context) {
    fun find(name: String) {
        // ruleid: kotlin.sql.template-query
        val a = db.rawQuery("SELECT * FROM items WHERE name = '$name'", null)
        // ruleid: kotlin.sql.template-query
        db.execSQL("DELETE FROM items WHERE name = '" + name + "'")
        // ok: kotlin.sql.template-query
        val b = db.rawQuery("SELECT * FROM items WHERE name = ?", arrayOf(name))
        // ok: kotlin.sql.template-query
        db.execSQL("DROP TABLE IF EXISTS $TABLE")
    }

    fun run(name: String) {
        // ruleid: kotlin.process.shell-template
        Runtime.getRuntime().exec("ping -c 1 $name")
        // ruleid: kotlin.process.shell-template
        ProcessBuilder("sh", "-c", "ls ${name}").start()
        // ok: kotlin.process.shell-template
        ProcessBuilder("ping", "-c", "1", name).start()
        // ok: kotlin.process.shell-template
        Runtime.getRuntime().exec("uptime")
    }

    fun crypto(data: ByteArray, key: ByteArray) {
        // ruleid: kotlin.crypto.weak-digest
        val a = MessageDigest.getInstance("MD5").digest(data)
        // ok: kotlin.crypto.weak-digest
        val b = MessageDigest.getInstance("SHA-256").digest(data)
        // ruleid: kotlin.crypto.weak-cipher
        val c = Cipher.getInstance("AES/ECB/PKCS5Padding")
        // ruleid: kotlin.crypto.weak-cipher
        val d = Cipher.getInstance("DES")
        // ok: kotlin.crypto.weak-cipher
        val e = Cipher.getInstance("AES/GCM/NoPadding")
        // ruleid: kotlin.secrets.literal-key
        val f = SecretKeySpec("change-me-EXAMPLE".toByteArray(), "AES")
        // ok: kotlin.secrets.literal-key
        val g = SecretKeySpec(key, "AES")
        // ruleid: kotlin.random.predictable-secret
        val resetToken = Random.nextInt(100000, 999999).toString()
        // ok: kotlin.random.predictable-secret
        val delay = Random.nextInt(10)
    }

    val trustAll = object : X509TrustManager {
        // ruleid: kotlin.tls.empty-trust-manager
        override fun checkServerTrusted(chain: Array<X509Certificate>, authType: String) {}
        override fun getAcceptedIssuers(): Array<X509Certificate> = arrayOf()
    }

    val pinned = object : X509TrustManager {
        // ok: kotlin.tls.empty-trust-manager
        override fun checkServerTrusted(chain: Array<X509Certificate>, authType: String) {
            check(chain)
        }
    }

    fun client() {
        // ruleid: kotlin.tls.hostname-not-checked
        val a = HostnameVerifier { _, _ -> true }
        // ruleid: kotlin.tls.hostname-not-checked
        val b = OkHttpClient.Builder().hostnameVerifier { host, session -> true }.build()
        // ok: kotlin.tls.hostname-not-checked
        val c = HostnameVerifier { host, _ -> host == "example.com" }
    }

    fun web(view: WebView) {
        // ruleid: kotlin.web.webview-script-bridge
        view.addJavascriptInterface(Bridge(), "bridge")
        // ok: kotlin.web.webview-script-bridge
        view.loadUrl("https://example.com/")
        // ruleid: kotlin.web.webview-file-access
        view.settings.allowUniversalAccessFromFileURLs = true
        // ok: kotlin.web.webview-file-access
        view.settings.allowUniversalAccessFromFileURLs = false
        // ruleid: kotlin.permissions.world-readable-storage
        context.getSharedPreferences("app", MODE_WORLD_READABLE)
        // ok: kotlin.permissions.world-readable-storage
        context.getSharedPreferences("app", MODE_PRIVATE)
    }
}

class Loose : WebViewClient() {
    override fun onReceivedSslError(view: WebView, handler: SslErrorHandler, error: SslError) {
        // ruleid: kotlin.tls.webview-error-ignored
        handler.proceed()
    }
}

class Strict : WebViewClient() {
    override fun onReceivedSslError(view: WebView, handler: SslErrorHandler, error: SslError) {
        // ok: kotlin.tls.webview-error-ignored
        handler.cancel()
    }
}
