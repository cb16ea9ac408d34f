package examples

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	// ruleid: go.web.pprof-exposed
	_ "net/http/pprof"
	// ok: go.web.pprof-exposed
	_ "net/http/httptest"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/csrf"
	"github.com/gorilla/sessions"
	"github.com/gorilla/websocket"
	"github.com/rs/cors"
)

func serve(mux http.Handler, ln net.Listener, cfg *tls.Config) {
	// ruleid: go.web.serve-without-timeouts
	_ = http.ListenAndServe(":8080", mux)
	// ruleid: go.web.server-no-header-timeout
	bare := &http.Server{Addr: ":8080", Handler: mux}
	// ok: go.web.serve-without-timeouts
	_ = bare.ListenAndServe()
	// ok: go.web.server-no-header-timeout
	srv := &http.Server{Addr: ":8080", Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	_ = srv.Serve(ln)
	// ok: go.web.server-no-header-timeout
	late := &http.Server{Addr: ":8081"}
	late.ReadTimeout = 10 * time.Second

	// ruleid: go.web.file-server-root
	http.Handle("/files/", http.FileServer(http.Dir("/")))
	// ok: go.web.file-server-root
	http.Handle("/static/", http.FileServer(http.Dir("/srv/static")))

	// ruleid: go.web.bind-all-interfaces
	_, _ = net.Listen("tcp", ":9000")
	// ruleid: go.web.bind-all-interfaces
	_, _ = tls.Listen("tcp", "0.0.0.0:9000", cfg)
	// ok: go.web.bind-all-interfaces
	_, _ = net.Listen("tcp", "127.0.0.1:9000")
}

func cookies(w http.ResponseWriter, c *gin.Context, id string) {
	// ruleid: go.web.session-cookie-flags, go.web.cookie-flags
	http.SetCookie(w, &http.Cookie{Name: "session_id", Value: id, Path: "/"})
	// ruleid: go.web.session-cookie-flags, go.web.cookie-flags
	http.SetCookie(w, &http.Cookie{Name: "auth_token", Value: id, Secure: true, HttpOnly: false})
	// ok: go.web.session-cookie-flags
	// ruleid: go.web.cookie-flags
	http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark"})
	// ok: go.web.session-cookie-flags, go.web.cookie-flags
	http.SetCookie(w, &http.Cookie{Name: "session_id", Value: id, Secure: true, HttpOnly: true})

	// ruleid: go.web.gin-cookie-flags
	c.SetCookie("session", id, 3600, "/", "example.com", false, true)
	// ok: go.web.gin-cookie-flags
	c.SetCookie("session", id, 3600, "/", "example.com", true, true)

	store := sessions.NewCookieStore(keyFromEnv())
	// ruleid: go.web.gorilla-session-flags
	store.Options = &sessions.Options{Path: "/", MaxAge: 3600}
	// ok: go.web.gorilla-session-flags
	store.Options = &sessions.Options{Path: "/", MaxAge: 3600, Secure: true, HttpOnly: true}
}

func redirects(w http.ResponseWriter, r *http.Request) {
	next := r.URL.Query().Get("next")
	// ruleid: go.web.open-redirect
	http.Redirect(w, r, next, http.StatusFound)
	// ok: go.web.open-redirect
	http.Redirect(w, r, "/login?next="+next, http.StatusFound)
	page, _ := strconv.Atoi(r.FormValue("page"))
	// ok: go.web.open-redirect
	http.Redirect(w, r, "/list/"+strconv.Itoa(page), http.StatusFound)
}

func ginRedirect(c *gin.Context) {
	// ruleid: go.web.open-redirect
	c.Redirect(http.StatusFound, c.Query("url"))
	// ok: go.web.open-redirect
	c.Redirect(http.StatusFound, "/home")
}

func reflectOrigin(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	// ruleid: go.web.cors-reflected-origin
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Allow-Credentials", "true")
	if allowed[origin] {
		// ok: go.web.cors-reflected-origin
		w.Header().Set("Access-Control-Allow-Origin", origin)
	}
	if o := r.Header.Get("Origin"); o != "" {
		// ruleid: go.web.cors-reflected-origin
		w.Header().Set("Access-Control-Allow-Origin", o)
	}
	// ruleid: go.web.cors-any-origin
	w.Header().Set("Access-Control-Allow-Origin", "*")
	// ok: go.web.cors-any-origin
	w.Header().Set("Access-Control-Allow-Origin", "https://app.example.com")
}

func corsOptions() {
	// ruleid: go.web.cors-any-origin-credentials, go.web.cors-any-origin
	_ = cors.New(cors.Options{AllowedOrigins: []string{"*"}, AllowCredentials: true})
	// ok: go.web.cors-any-origin-credentials, go.web.cors-any-origin
	_ = cors.New(cors.Options{AllowedOrigins: []string{"https://app.example.com"}, AllowCredentials: true})
}

func sockets() {
	// ruleid: go.web.websocket-any-origin
	up := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool { return true }}
	// ok: go.web.websocket-any-origin
	up.CheckOrigin = func(r *http.Request) bool {
		return r.Header.Get("Origin") == "https://app.example.com"
	}
}

func setup(r *gin.Engine, key []byte) {
	// ruleid: go.web.csrf-insecure-cookie
	_ = csrf.Protect(key, csrf.Secure(false))
	// ok: go.web.csrf-insecure-cookie
	_ = csrf.Protect(key, csrf.Path("/"))
	// ruleid: go.web.trust-all-proxies
	_ = r.SetTrustedProxies([]string{"0.0.0.0/0"})
	// ok: go.web.trust-all-proxies
	_ = r.SetTrustedProxies([]string{"10.0.0.1"})
}

func upload(w http.ResponseWriter, r *http.Request) {
	// ruleid: go.web.unlimited-body
	body, _ := io.ReadAll(r.Body)
	_, _ = w.Write(body[:0])
}

func boundedUpload(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	// ok: go.web.unlimited-body
	body, _ := io.ReadAll(r.Body)
	_, _ = w.Write(body[:0])
}
