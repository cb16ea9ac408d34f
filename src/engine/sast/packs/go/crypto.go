package examples

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	// ruleid: go.crypto.weak-hash-import
	"crypto/des"
	"crypto/dsa"
	"crypto/hmac"
	// ruleid: go.crypto.weak-hash-import
	"crypto/md5"
	crand "crypto/rand"
	// ruleid: go.crypto.weak-hash-import
	"crypto/rc4"
	"crypto/rsa"
	// ruleid: go.crypto.weak-hash-import
	"crypto/sha1"
	// ok: go.crypto.weak-hash-import
	"crypto/sha256"
	"encoding/hex"
	"math/rand"
	"os"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/md4"
	"golang.org/x/crypto/pbkdf2"
	"golang.org/x/crypto/ripemd160"
)

func digests(data []byte, password string, user account) {
	// ruleid: go.crypto.weak-hash
	h := md5.New()
	h.Write(data)
	// ruleid: go.crypto.weak-hash
	_ = sha1.Sum(data)
	// ok: go.crypto.weak-hash, go.crypto.password-fast-hash
	_ = sha256.Sum256(data)
	// ruleid: go.crypto.obsolete-hash
	_ = md4.New()
	// ruleid: go.crypto.obsolete-hash
	_ = ripemd160.New()
	// ok: go.crypto.obsolete-hash
	_ = sha256.New()
	// ruleid: go.crypto.password-fast-hash
	_ = sha256.Sum256([]byte(password))
	// ruleid: go.crypto.password-fast-hash
	_ = sha256.Sum256([]byte(user.Salt + user.Password))
}

func ciphers(key, plain []byte) {
	// ruleid: go.crypto.des-cipher
	_, _ = des.NewCipher(key)
	// ruleid: go.crypto.des-cipher
	_, _ = des.NewTripleDESCipher(key)
	// ruleid: go.crypto.rc4-cipher
	_, _ = rc4.NewCipher(key)
	// ok: go.crypto.des-cipher, go.crypto.rc4-cipher, go.crypto.hardcoded-key
	block, _ := aes.NewCipher(key)
	// ruleid: go.crypto.hardcoded-key
	_, _ = aes.NewCipher([]byte("EXAMPLE-change-me"))
	// ruleid: go.crypto.hardcoded-key
	_ = hmac.New(sha256.New, []byte("EXAMPLE-change-me"))
	// ok: go.crypto.hardcoded-key
	_ = hmac.New(sha256.New, []byte(os.Getenv("MAC_KEY")))

	gcm, _ := cipher.NewGCM(block)
	// ruleid: go.crypto.hardcoded-nonce
	_ = gcm.Seal(nil, []byte("EXAMPLEnonce"), plain, nil)
	// ruleid: go.crypto.hardcoded-nonce
	_ = cipher.NewCBCEncrypter(block, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	nonce := make([]byte, gcm.NonceSize())
	_, _ = crand.Read(nonce)
	// ok: go.crypto.hardcoded-nonce
	_ = gcm.Seal(nonce, nonce, plain, nil)
}

func keys(pub *rsa.PublicKey, msg []byte) {
	// ruleid: go.crypto.rsa-small-key
	_, _ = rsa.GenerateKey(crand.Reader, 1024)
	// ok: go.crypto.rsa-small-key
	_, _ = rsa.GenerateKey(crand.Reader, 3072)
	// ruleid: go.crypto.rsa-pkcs1v15-encryption
	_, _ = rsa.EncryptPKCS1v15(crand.Reader, pub, msg)
	// ok: go.crypto.rsa-pkcs1v15-encryption
	_, _ = rsa.EncryptOAEP(sha256.New(), crand.Reader, pub, msg, nil)

	var priv dsa.PrivateKey
	// ruleid: go.crypto.dsa-signature
	_ = dsa.GenerateKey(&priv, crand.Reader)
	// ok: go.crypto.dsa-signature
	_ = rsa.SignPSS
}

func verify(key, body, given []byte, header string) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	// ruleid: go.crypto.mac-compare-timing
	if bytes.Equal(mac.Sum(nil), given) {
		return true
	}
	sum := mac.Sum(nil)
	// ruleid: go.crypto.mac-compare-timing
	if hex.EncodeToString(sum) == header {
		return true
	}
	// ok: go.crypto.mac-compare-timing
	return hmac.Equal(sum, given)
}

func passwords(pw, salt []byte) {
	// ruleid: go.crypto.bcrypt-low-cost
	_, _ = bcrypt.GenerateFromPassword(pw, 4)
	// ruleid: go.crypto.bcrypt-low-cost
	_, _ = bcrypt.GenerateFromPassword(pw, bcrypt.MinCost)
	// ok: go.crypto.bcrypt-low-cost
	_, _ = bcrypt.GenerateFromPassword(pw, bcrypt.DefaultCost)
	// ruleid: go.crypto.pbkdf2-few-iterations
	_ = pbkdf2.Key(pw, salt, 1000, 32, sha256.New)
	// ok: go.crypto.pbkdf2-few-iterations
	_ = pbkdf2.Key(pw, salt, 600000, 32, sha256.New)
}

func jitter(max int) int {
	// ok: go.random.math-rand-secret
	// ruleid: go.random.math-rand
	return rand.Intn(max)
}

func generateToken(alphabet string) string {
	out := make([]byte, 24)
	for i := range out {
		// ruleid: go.random.math-rand, go.random.math-rand-secret
		out[i] = alphabet[rand.Intn(len(alphabet))]
	}
	return string(out)
}

func newSessionToken() string {
	out := make([]byte, 24)
	// ok: go.random.math-rand, go.random.math-rand-secret
	_, _ = crand.Read(out)
	return hex.EncodeToString(out)
}

func invite(w io.Writer) {
	// ruleid: go.random.math-rand-secret-variable
	resetToken := rand.Intn(1000000)
	// ruleid: go.random.math-rand-secret-variable
	apiKey := fmt.Sprintf("%08d", rand.Int63())
	// ok: go.random.math-rand-secret-variable
	position := rand.Intn(10)
	fmt.Fprintln(w, resetToken, apiKey, position)
}
