package examples

import (
	"encoding/json"
	"fmt"
	"net/http"
	// ruleid: go.process.cgi-import
	"net/http/cgi"
	// ok: go.process.cgi-import
	"net/http/httptest"
	"os"
	"os/exec"
	"plugin"
	"reflect"
	"strconv"
	"strings"
	"syscall"

	"github.com/dop251/goja"
	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
)

func runTool(w http.ResponseWriter, r *http.Request) {
	tool := r.URL.Query().Get("tool")
	// ruleid: go.process.request-data-command, go.process.command-variable
	out, _ := exec.Command(tool, "--version").Output()
	_, _ = w.Write(out)
	// ruleid: go.process.request-data-command, go.process.shell-built-command, go.process.shell-variable
	_ = exec.Command("sh", "-c", "ping -c 1 "+r.FormValue("host")).Run()
	// ruleid: go.process.request-data-argument
	_ = exec.CommandContext(r.Context(), "git", "clone", r.FormValue("url")).Run()
	n, _ := strconv.Atoi(r.FormValue("count"))
	// ok: go.process.request-data-command, go.process.request-data-argument, go.process.command-variable
	_ = exec.CommandContext(r.Context(), "ping", "-c", strconv.Itoa(n), "example.com").Run()
}

func runBuilt(w http.ResponseWriter, r *http.Request) {
	var line strings.Builder
	line.WriteString("ls ")
	line.WriteString(r.FormValue("dir"))
	// ruleid: go.process.request-data-command, go.process.shell-variable
	_ = exec.Command("sh", "-c", line.String()).Run()
}

func runJSON(c echo.Context) error {
	var job struct{ Cmd string }
	_ = json.NewDecoder(c.Request().Body).Decode(&job)
	// ruleid: go.process.request-data-command, go.process.command-variable
	return exec.Command(c.QueryParam("cmd")).Run()
}

func runGin(c *gin.Context) {
	// ruleid: go.process.request-data-command, go.process.shell-variable
	_ = exec.Command("/bin/bash", "-c", c.PostForm("cmd")).Run()
	// ok: go.process.request-data-command, go.process.shell-variable, go.process.shell-built-command
	_ = exec.Command("/bin/bash", "-c", "uptime | tail -1").Run()
}

func runFast(ctx *fasthttp.RequestCtx) {
	// ruleid: go.process.request-data-command, go.process.command-variable
	_ = exec.Command(string(ctx.FormValue("cmd"))).Run()
}

func runLambda(event events.APIGatewayProxyRequest) {
	// ruleid: go.process.request-data-command, go.process.command-variable
	_ = exec.Command(event.QueryStringParameters["cmd"]).Run()
}

func (c *ToolController) Post() {
	// ruleid: go.process.request-data-command, go.process.command-variable
	_ = exec.Command(c.Ctx.Input.Query("cmd")).Run()
}

func local(dir, script string, args []string) {
	line := fmt.Sprintf("cd %s && make", dir)
	// ruleid: go.process.shell-built-command, go.process.shell-variable
	_ = exec.Command("bash", "-c", line).Run()
	// ok: go.process.shell-built-command
	// ruleid: go.process.shell-variable
	_ = exec.Command("sh", "-c", script).Run()
	// ok: go.process.command-variable, go.process.shell-built-command
	_ = exec.Command("make", "-C", dir).Run()
	// ruleid: go.process.command-variable
	_ = syscall.Exec(args[0], args, os.Environ())
}

func scripts(w http.ResponseWriter, r *http.Request, vm *goja.Runtime, target any) {
	// ruleid: go.process.script-request-data
	_, _ = vm.RunString(r.FormValue("code"))
	_ = vm.Set("input", r.FormValue("input"))
	// ok: go.process.script-request-data
	_, _ = vm.RunString("transform(input)")

	// ruleid: go.process.reflect-method-request-data
	reflect.ValueOf(target).MethodByName(r.FormValue("action")).Call(nil)
	// ok: go.process.reflect-method-request-data
	reflect.ValueOf(target).MethodByName("Refresh").Call(nil)
}

func extensions(path string) {
	// ruleid: go.process.plugin-variable
	_, _ = plugin.Open(path)
	// ok: go.process.plugin-variable
	_, _ = plugin.Open("/usr/lib/example/auth.so")
	_ = cgi.Serve(nil)
	_ = httptest.NewRecorder()
}
