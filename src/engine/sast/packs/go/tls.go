package examples

import (
	"crypto/tls"
	"crypto/x509"
	"os"

	"golang.org/x/crypto/ssh"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

func clients(pool *x509.CertPool, check func(tls.ConnectionState) error) {
	// ruleid: go.tls.insecure-skip-verify, go.tls.missing-min-version
	a := &tls.Config{InsecureSkipVerify: true}
	// ruleid: go.tls.insecure-skip-verify
	a.InsecureSkipVerify = true
	// ok: go.tls.insecure-skip-verify, go.tls.missing-min-version
	b := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	// ok: go.tls.insecure-skip-verify
	_ = &tls.Config{InsecureSkipVerify: true, VerifyConnection: check, MinVersion: tls.VersionTLS12}
	b.InsecureSkipVerify = false

	// ruleid: go.tls.old-protocol-version
	_ = tls.Config{MinVersion: tls.VersionTLS10}
	// ruleid: go.tls.old-protocol-version
	b.MaxVersion = tls.VersionTLS11
	// ok: go.tls.old-protocol-version
	b.MinVersion = tls.VersionTLS13
}

func suites() {
	cfg := &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			// ruleid: go.tls.weak-cipher-suite
			tls.TLS_RSA_WITH_RC4_128_SHA,
			// ruleid: go.tls.weak-cipher-suite
			tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
			// ruleid: go.tls.no-forward-secrecy-suite
			tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
			// ok: go.tls.weak-cipher-suite, go.tls.no-forward-secrecy-suite
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		},
	}
	var ids []uint16
	// ruleid: go.tls.insecure-suites-enabled
	for _, s := range tls.InsecureCipherSuites() {
		ids = append(ids, s.ID)
	}
	// ok: go.tls.insecure-suites-enabled
	for _, s := range tls.CipherSuites() {
		ids = append(ids, s.ID)
	}
	cfg.CipherSuites = ids
	// ruleid: go.tls.renegotiation-freely
	cfg.Renegotiation = tls.RenegotiateFreelyAsClient
	// ok: go.tls.renegotiation-freely
	cfg.Renegotiation = tls.RenegotiateNever
	// ruleid: go.tls.session-keys-logged
	cfg.KeyLogWriter = os.Stderr
	// ok: go.tls.session-keys-logged
	cfg.Rand = nil
}

func callbacks(pool *x509.CertPool) {
	// ruleid: go.tls.peer-check-always-passes, go.tls.peer-check-skipped-on-resumption
	_ = &tls.Config{MinVersion: tls.VersionTLS12, VerifyPeerCertificate: func(raw [][]byte, chains [][]*x509.Certificate) error {
		return nil
	}}
	// ok: go.tls.peer-check-skipped-on-resumption
	_ = &tls.Config{MinVersion: tls.VersionTLS12, VerifyConnection: verifyState}
	// ok: go.tls.peer-check-always-passes
	// ruleid: go.tls.peer-check-skipped-on-resumption
	_ = &tls.Config{MinVersion: tls.VersionTLS12, VerifyPeerCertificate: func(raw [][]byte, chains [][]*x509.Certificate) error {
		return verifyChain(raw, pool)
	}}
}

func sshClient(key ssh.PublicKey) {
	// ruleid: go.tls.ssh-insecure-host-key
	cfg := &ssh.ClientConfig{User: "deploy", HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	// ruleid: go.tls.ssh-insecure-host-key
	cfg.HostKeyCallback = func(host string, remote net.Addr, k ssh.PublicKey) error {
		return nil
	}
	// ok: go.tls.ssh-insecure-host-key
	cfg.HostKeyCallback = ssh.FixedHostKey(key)

	_ = ssh.Config{
		Ciphers: []string{
			// ruleid: go.tls.ssh-weak-algorithm
			"arcfour128",
			// ok: go.tls.ssh-weak-algorithm
			"aes128-gcm@openssh.com",
		},
	}
}

func sshServer(users store) {
	var current ssh.PublicKey
	var count int
	_ = &ssh.ServerConfig{
		PublicKeyCallback: func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			// ruleid: go.tls.ssh-public-key-callback-state
			current = key
			// ok: go.tls.ssh-public-key-callback-state
			count = count + 1
			return nil, nil
		},
	}
	users.Remember(current, count)
}

func dial(addr string, cfg *tls.Config) {
	// ruleid: go.tls.grpc-plaintext
	_, _ = grpc.Dial(addr, grpc.WithInsecure())
	// ruleid: go.tls.grpc-insecure-credentials
	_, _ = grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	// ok: go.tls.grpc-plaintext, go.tls.grpc-insecure-credentials
	_, _ = grpc.NewClient(addr, grpc.WithTransportCredentials(credentials.NewTLS(cfg)))
}
