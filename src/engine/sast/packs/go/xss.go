package examples

import (
	"fmt"
	"html"
	"html/template"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
	"github.com/yuin/goldmark"
	mdhtml "github.com/yuin/goldmark/renderer/html"
)

func marked(w http.ResponseWriter, r *http.Request, t *template.Template, name string) {
	// ruleid: go.xss.template-html-request-data, go.xss.template-html-variable
	_ = t.Execute(w, template.HTML(r.FormValue("bio")))
	// ok: go.xss.template-html-request-data, go.xss.template-html-variable
	_ = t.Execute(w, template.HTML(html.EscapeString(r.FormValue("bio"))))
	// ok: go.xss.template-html-variable
	_ = template.HTML("<b>hello</b>")
	// ok: go.xss.template-html-request-data
	_ = t.Execute(w, r.FormValue("bio"))

	// ruleid: go.xss.template-html-formatted, go.xss.template-html-variable
	_ = template.HTML(fmt.Sprintf("<a href='/u/%s'>profile</a>", name))
	// ruleid: go.xss.template-html-formatted, go.xss.template-html-variable
	_ = template.HTML("<b>" + name + "</b>")
	// ok: go.xss.template-html-formatted
	// ruleid: go.xss.template-html-variable
	_ = template.HTML("<b>" + html.EscapeString(name) + "</b>")
	// ok: go.xss.template-html-formatted
	// ruleid: go.xss.template-html-variable
	_ = template.HTML(fmt.Sprintf("<img width=%d>", 20))
}

func greet(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	// ruleid: go.xss.response-request-data
	fmt.Fprintf(w, "<h1>Hello %s</h1>", name)
	// ruleid: go.xss.response-request-data
	_, _ = w.Write([]byte("Hello " + name))
	// ok: go.xss.response-request-data
	fmt.Fprintf(w, "<h1>Hello %s</h1>", html.EscapeString(name))
	// ok: go.xss.response-request-data
	fmt.Fprintf(w, "Hello %s", name)
}

func greetPlain(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// ok: go.xss.response-request-data
	_, _ = io.WriteString(w, "Hello "+r.FormValue("name"))
}

func preview(w http.ResponseWriter, r *http.Request) {
	// ruleid: go.xss.template-from-request-data
	t, err := template.New("preview").Parse(r.FormValue("layout"))
	if err != nil {
		return
	}
	_ = t
	// ok: go.xss.template-from-request-data
	fixed := template.Must(template.New("page").Parse("<p>{{.}}</p>"))
	_ = fixed.Execute(w, r.FormValue("text"))
}

func ginPage(c *gin.Context) {
	// ruleid: go.xss.framework-html-request-data
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte("<p>"+c.Query("q")+"</p>"))
	// ok: go.xss.framework-html-request-data
	c.JSON(http.StatusOK, gin.H{"q": c.Query("q")})
}

func echoPage(c echo.Context) error {
	// ruleid: go.xss.framework-html-request-data
	return c.HTML(http.StatusOK, "<p>"+c.QueryParam("q")+"</p>")
}

var helpers = template.FuncMap{
	// ruleid: go.xss.template-unescape-function
	"safeHTML": func(s string) template.HTML {
		// ruleid: go.xss.template-html-variable
		return template.HTML(s)
	},
	// ok: go.xss.template-unescape-function
	"upper": func(s string) string { return s },
}

func markdown() {
	// ruleid: go.xss.markdown-raw-html
	_ = goldmark.New(goldmark.WithRendererOptions(mdhtml.WithUnsafe()))
	// ok: go.xss.markdown-raw-html
	_ = goldmark.New(goldmark.WithRendererOptions(mdhtml.WithHardWraps()))
}
