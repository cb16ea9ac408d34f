package examples

import (
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"unsafe"

	"github.com/gin-gonic/gin"
	"github.com/lestrrat-go/libxml2/parser"
)

func proxy(w http.ResponseWriter, r *http.Request) {
	target := r.URL.Query().Get("url")
	// ruleid: go.ssrf.request-data, go.ssrf.variable-url
	resp, err := http.Get(target)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	// ok: go.ssrf.request-data
	// ruleid: go.ssrf.variable-url
	_, _ = http.Get("https://api.example.com/items/" + url.PathEscape(r.FormValue("id")))
	// ok: go.ssrf.request-data, go.ssrf.variable-url
	_, _ = http.Get("https://api.example.com/status")
	var hook struct{ URL string }
	_ = json.NewDecoder(r.Body).Decode(&hook)
	// ruleid: go.ssrf.request-data
	req, _ := http.NewRequestWithContext(r.Context(), "POST", hook.URL, nil)
	_, _ = http.DefaultClient.Do(req)
	// ruleid: go.ssrf.dial-request-data
	_, _ = net.Dial("tcp", r.FormValue("addr"))
	// ok: go.ssrf.dial-request-data
	_, _ = net.Dial("tcp", "db.example.com:5432")
}

func webhook(c *gin.Context) {
	var in hookInput
	if err := c.ShouldBindJSON(&in); err != nil {
		return
	}
	// ruleid: go.ssrf.request-data, go.ssrf.variable-url
	_, _ = http.Post(in.URL, "application/json", nil)
}

func director(req *http.Request) {
	// ruleid: go.ssrf.proxy-request-host
	req.URL.Host = req.Header.Get("X-Target")
	// ok: go.ssrf.proxy-request-host
	req.URL.Host = "backend.example.com"
}

func xmlInput(in io.Reader, doc any) {
	// ruleid: go.xml.external-entities-libxml2
	p := parser.New(parser.XMLParseNoEnt)
	// ok: go.xml.external-entities-libxml2
	q := parser.New(parser.XMLParseNoNet)
	_, _ = p, q
	d := xml.NewDecoder(in)
	// ruleid: go.xml.lenient-decoder
	d.Strict = false
	// ok: go.xml.lenient-decoder
	d.Strict = true
	_ = d.Decode(doc)
}

func gobBody(w http.ResponseWriter, r *http.Request, cache io.Reader) {
	var v map[string]string
	// ruleid: go.deserialization.gob-request-body
	_ = gob.NewDecoder(r.Body).Decode(&v)
	// ok: go.deserialization.gob-request-body
	_ = gob.NewDecoder(cache).Decode(&v)
}

func numbers(b []byte, s string) {
	// ruleid: go.memory.unsafe-pointer
	_ = *(*string)(unsafe.Pointer(&b))
	// ok: go.memory.unsafe-pointer
	_ = unsafe.Sizeof(b)
	n, _ := strconv.Atoi(s)
	// ruleid: go.memory.parsed-integer-narrowed
	_ = int16(n)
	// ok: go.memory.parsed-integer-narrowed
	_ = int64(n)
	// ruleid: go.memory.integer-conversion
	_ = uint16(len(b))
	// ok: go.memory.integer-conversion
	_ = uint64(len(b))
}

func port(s string) uint16 {
	n, _ := strconv.Atoi(s)
	if n > 65535 || n < 0 {
		return 0
	}
	// ok: go.memory.parsed-integer-narrowed
	return uint16(n)
}

func access(role string) bool {
	// ruleid: go.memory.bidirectional-text
	return role == "admin‮ ⁦check"
	// ok: go.memory.bidirectional-text
	return role == "admin\u202e"
}
