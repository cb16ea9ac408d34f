package com.example.net;

import java.net.Socket;
import java.security.cert.*;
import java.util.*;
import javax.naming.Context;
import javax.net.ssl.*;
import org.apache.http.conn.ssl.*;

class OpenTrustManager implements X509TrustManager {
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    // ruleid: java.tls.trust-all-manager
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {}

    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

class PinnedTrustManager implements X509TrustManager {
    private X509TrustManager base;

    // ok: java.tls.trust-all-manager
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        base.checkServerTrusted(chain, type);
    }
}

class Verifiers {
    void anonymous(HttpsURLConnection c) {
        c.setHostnameVerifier(new HostnameVerifier() {
            // ruleid: java.tls.hostname-not-verified
            public boolean verify(String host, SSLSession session) {
                return true;
            }
        });
        // ruleid: java.tls.hostname-not-verified
        c.setHostnameVerifier((host, session) -> true);
        // ruleid: java.tls.hostname-not-verified
        HostnameVerifier v = NoopHostnameVerifier.INSTANCE;
        // ok: java.tls.hostname-not-verified
        c.setHostnameVerifier(new DefaultHostnameVerifier());
        // ok: java.tls.hostname-not-verified
        c.setHostnameVerifier((host, session) -> host.equals("db.example.com"));
    }

    void strategies(SSLContextBuilder b, KeyStore store) throws Exception {
        // ruleid: java.tls.trust-all-strategy
        b.loadTrustMaterial(null, TrustAllStrategy.INSTANCE);
        // ruleid: java.tls.trust-all-strategy
        b.loadTrustMaterial(null, (chain, type) -> true);
        // ok: java.tls.trust-all-strategy
        b.loadTrustMaterial(store, null);
    }
}

class Protocols {
    void contexts(SSLSocket socket) throws Exception {
        // ruleid: java.tls.old-protocol
        SSLContext.getInstance("TLSv1");
        // ruleid: java.tls.generic-ssl-context
        SSLContext.getInstance("SSL");
        // ok: java.tls.old-protocol, java.tls.generic-ssl-context
        SSLContext.getInstance("TLSv1.3");
        // ruleid: java.tls.old-protocol
        socket.setEnabledProtocols(new String[] {"SSLv3", "TLSv1.2"});
        // ok: java.tls.old-protocol
        socket.setEnabledProtocols(new String[] {"TLSv1.2", "TLSv1.3"});
        // ruleid: java.tls.weak-cipher-suite
        socket.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_NULL_SHA256"});
        // ok: java.tls.weak-cipher-suite
        socket.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
    }

    void options(Properties p, SSLParameters params, PKIXParameters pkix) {
        // ruleid: java.tls.mail-server-not-checked
        p.put("mail.smtp.ssl.trust", "*");
        // ok: java.tls.mail-server-not-checked
        p.put("mail.smtp.ssl.trust", "mail.example.com");
        // ruleid: java.tls.endpoint-identification-off
        params.setEndpointIdentificationAlgorithm(null);
        // ok: java.tls.endpoint-identification-off
        params.setEndpointIdentificationAlgorithm("HTTPS");
        // ruleid: java.tls.revocation-off
        pkix.setRevocationEnabled(false);
        // ok: java.tls.revocation-off
        pkix.setRevocationEnabled(true);
        // ruleid: java.tls.ssh-host-key-not-checked
        p.put("StrictHostKeyChecking", "no");
        // ok: java.tls.ssh-host-key-not-checked
        p.put("StrictHostKeyChecking", "yes");
    }

    void mail(Email mail, Email checked) {
        // ruleid: java.tls.mail-server-not-checked
        mail.setSSLOnConnect(true);
        // ok: java.tls.mail-server-not-checked
        checked.setSSLOnConnect(true);
        checked.setSSLCheckServerIdentity(true);
    }

    void clients(SSLSocketFactory f) throws Exception {
        // ruleid: java.tls.default-http-client
        new DefaultHttpClient();
        // ok: java.tls.default-http-client
        HttpClients.createDefault();
        // ruleid: java.tls.plain-socket
        new Socket("db.example.com", 5432);
        // ok: java.tls.plain-socket
        f.createSocket("db.example.com", 5432);
    }

    void ldap(Hashtable<String, String> env) {
        // ruleid: java.tls.ldap-simple-plain
        env.put(Context.PROVIDER_URL, "ldap://ldap.example.com:389");
        // ok: java.tls.ldap-simple-plain
        env.put(Context.PROVIDER_URL, "ldaps://ldap.example.com:636");
        // ruleid: java.tls.ldap-anonymous
        env.put(Context.SECURITY_AUTHENTICATION, "none");
        // ok: java.tls.ldap-anonymous
        env.put(Context.SECURITY_AUTHENTICATION, "simple");
    }
}
