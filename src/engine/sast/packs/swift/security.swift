import CryptoKit
import Foundation
import SQLite3

final class Store: NSObject {
    func find(name: String, db: OpaquePointer?, queue: Database) throws {
        // ruleid: swift.sql.interpolated-query
        sqlite3_exec(db, "DELETE FROM items WHERE name = '\(name)'", nil, nil, nil)
        // ruleid: swift.sql.interpolated-query
        try queue.execute(sql: "DELETE FROM items WHERE name = '" + name + "'")
        // ok: swift.sql.interpolated-query
        try queue.execute(sql: "DELETE FROM items WHERE name = ?", arguments: [name])
        // ok: swift.sql.interpolated-query
        sqlite3_exec(db, "VACUUM", nil, nil, nil)
    }

    func crypto(data: Data) {
        // ruleid: swift.crypto.weak-digest
        let a = Insecure.MD5.hash(data: data)
        // ok: swift.crypto.weak-digest
        let b = SHA256.hash(data: data)
        // ruleid: swift.crypto.weak-cipher
        let c = CCAlgorithm(kCCAlgorithmDES)
        // ruleid: swift.crypto.weak-cipher
        let d = CCOptions(kCCOptionECBMode)
        // ok: swift.crypto.weak-cipher
        let e = CCAlgorithm(kCCAlgorithmAES)
    }

    func trust(challenge: URLAuthenticationChallenge, completionHandler: Handler, serverTrust: SecTrust) {
        // ruleid: swift.tls.certificate-check-off
        completionHandler(.useCredential, URLCredential(trust: serverTrust))
    }

    func checked(challenge: URLAuthenticationChallenge, completionHandler: Handler, serverTrust: SecTrust) {
        if SecTrustEvaluateWithError(serverTrust, nil) {
            // ok: swift.tls.certificate-check-off
            completionHandler(.useCredential, URLCredential(trust: serverTrust))
        }
    }

    func guarded(challenge: URLAuthenticationChallenge, completionHandler: Handler, serverTrust: SecTrust) {
        guard SecTrustEvaluateWithError(serverTrust, nil) else { return }
        // ok: swift.tls.certificate-check-off
        completionHandler(.useCredential, URLCredential(trust: serverTrust))
    }

    func secrets(value: String) {
        // ruleid: swift.secrets.password-in-defaults
        UserDefaults.standard.set(value, forKey: "user_password")
        // ok: swift.secrets.password-in-defaults
        UserDefaults.standard.set(value, forKey: "theme")
        // ruleid: swift.secrets.keychain-always-accessible
        let a = [kSecAttrAccessible: kSecAttrAccessibleAlways]
        // ok: swift.secrets.keychain-always-accessible
        let b = [kSecAttrAccessible: kSecAttrAccessibleWhenUnlocked]
    }

    func load(data: Data, parser: XMLParser, web: WKWebView, name: String) {
        // ruleid: swift.deserialization.unarchive-any-class
        let a = NSKeyedUnarchiver.unarchiveObject(with: data)
        // ok: swift.deserialization.unarchive-any-class
        let b = try? NSKeyedUnarchiver.unarchivedObject(ofClass: Item.self, from: data)
        // ruleid: swift.xml.external-entities
        parser.shouldResolveExternalEntities = true
        // ok: swift.xml.external-entities
        parser.shouldResolveExternalEntities = false
        // ruleid: swift.web.interpolated-script
        web.evaluateJavaScript("show('\(name)')", completionHandler: nil)
        // ok: swift.web.interpolated-script
        web.evaluateJavaScript("refresh()", completionHandler: nil)
    }
}
