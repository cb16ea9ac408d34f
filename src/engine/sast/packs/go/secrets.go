package examples

import (
	"log"
	"log/slog"
	"net/http"
	"os"

	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/csrf"
	"github.com/gorilla/sessions"
)

// ruleid: go.secrets.hardcoded-password, go.secrets.hardcoded-credential
const dbPassword = "EXAMPLE-pa55word"

// ruleid: go.secrets.hardcoded-password, go.secrets.hardcoded-credential
var apiKey = "EXAMPLE-0000-change-me"

// ok: go.secrets.hardcoded-password
// ruleid: go.secrets.hardcoded-credential
const resetPassword = "/account/reset-password1"

// ok: go.secrets.hardcoded-password, go.secrets.hardcoded-credential
var smtpPassword = os.Getenv("SMTP_PASSWORD")

// ok: go.secrets.hardcoded-password
// ruleid: go.secrets.hardcoded-credential
const fieldToken = "token"

type account struct {
	Name string `json:"name"`
	// ruleid: go.secrets.marshalled-secret-field
	Password string `json:"password"`
	// ok: go.secrets.marshalled-secret-field
	Secret string `json:"-"`
}

func connect() []string {
	return []string{
		// ruleid: go.secrets.connection-string-password
		"postgres://app:EXAMPLE-change-me@db.example.com:5432/app",
		// ok: go.secrets.connection-string-password
		"postgres://app@db.example.com:5432/app",
		// ok: go.secrets.connection-string-password
		"postgres://postgres:postgres@localhost:5432/app",
		// ok: go.secrets.connection-string-password
		"postgres://%s:%s@db.example.com:5432/app",
	}
}

func tokens(token *jwt.Token, raw string, claims jwt.Claims) {
	// ruleid: go.secrets.fixed-token-key
	_, _ = token.SignedString([]byte("EXAMPLE-change-me"))
	// ok: go.secrets.fixed-token-key
	_, _ = token.SignedString([]byte(os.Getenv("JWT_KEY")))
	_, _ = jwt.Parse(raw, func(t *jwt.Token) (interface{}, error) {
		if _, ok := t.Method.(*jwt.SigningMethodHMAC); !ok {
			return nil, jwt.ErrSignatureInvalid
		}
		// ruleid: go.secrets.fixed-token-key
		return []byte("EXAMPLE-change-me"), nil
	})

	// ruleid: go.jwt.none-algorithm
	_ = jwt.NewWithClaims(jwt.SigningMethodNone, claims)
	// ruleid: go.jwt.none-algorithm
	_, _ = token.SignedString(jwt.UnsafeAllowNoneSignatureType)
	// ok: go.jwt.none-algorithm
	_ = jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)

	// ruleid: go.jwt.parse-unverified
	_, _, _ = jwt.NewParser().ParseUnverified(raw, claims)
	// ok: go.jwt.parse-unverified, go.jwt.algorithm-not-checked
	_, _ = jwt.ParseWithClaims(raw, claims, keyFor, jwt.WithValidMethods([]string{"EdDSA"}))
	// ruleid: go.jwt.claims-not-validated
	_ = jwt.NewParser(jwt.WithoutClaimsValidation())
	// ok: go.jwt.claims-not-validated
	_ = jwt.NewParser(jwt.WithExpirationRequired())
	// ruleid: go.jwt.algorithm-not-checked
	_, _ = jwt.Parse(raw, func(t *jwt.Token) (interface{}, error) {
		return signingKey, nil
	})
}

func sessionsAndForms() {
	// ruleid: go.secrets.fixed-session-key
	_ = sessions.NewCookieStore([]byte("EXAMPLE-change-me"))
	// ruleid: go.secrets.fixed-session-key
	_ = csrf.Protect([]byte("EXAMPLE-change-me-EXAMPLE-change"))
	// ok: go.secrets.fixed-session-key
	_ = sessions.NewCookieStore([]byte(os.Getenv("SESSION_KEY")))
}

func requests(req *http.Request, user, password string) {
	// ruleid: go.secrets.basic-auth-literal
	req.SetBasicAuth("admin", "EXAMPLE-change-me")
	// ok: go.secrets.basic-auth-literal
	req.SetBasicAuth(user, password)
	// ruleid: go.secrets.password-compared-to-literal
	if password == "EXAMPLE-change-me" {
		return
	}
	// ok: go.secrets.password-compared-to-literal
	if password == "" {
		return
	}
	// ruleid: go.secrets.logged-secret
	log.Printf("login %s with %s", user, password)
	// ruleid: go.secrets.logged-secret
	slog.Info("login", "user", user, "password", password)
	// ok: go.secrets.logged-secret
	log.Printf("login %s without password", user)
}
