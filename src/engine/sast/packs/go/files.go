package examples

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/gin-gonic/gin"
)

func download(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	// ruleid: go.path.request-data-file, go.path.file-variable
	data, _ := os.ReadFile(filepath.Join("/srv/data", name))
	_, _ = w.Write(data)
	// ok: go.path.request-data-file
	// ruleid: go.path.file-variable
	_, _ = os.ReadFile(filepath.Join("/srv/data", filepath.Base(name)))
	// ok: go.path.request-data-file, go.path.file-variable
	_, _ = os.ReadFile("/srv/data/readme.txt")
	if !filepath.IsLocal(name) {
		return
	}
	// ok: go.path.request-data-file
	// ruleid: go.path.file-variable
	_, _ = os.Open(filepath.Join("/srv/data", name))
}

func ginFiles(c *gin.Context) {
	// ruleid: go.path.request-data-file
	c.File("/srv/data/" + c.Param("name"))
	file, _ := c.FormFile("file")
	// ruleid: go.path.uploaded-file-name
	_ = c.SaveUploadedFile(file, "/srv/uploads/"+file.Filename)
	// ok: go.path.uploaded-file-name
	_ = c.SaveUploadedFile(file, "/srv/uploads/"+newID()+filepath.Ext(file.Filename))
}

func unzip(src, dst string) error {
	zr, err := zip.OpenReader(src)
	if err != nil {
		return err
	}
	for _, f := range zr.File {
		target := filepath.Join(dst, f.Name)
		// ruleid: go.archive.path-traversal, go.path.file-variable
		out, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY, f.Mode())
		if err != nil {
			return err
		}
		rc, err := f.Open()
		if err != nil {
			return err
		}
		// ruleid: go.archive.decompression-bomb
		_, _ = io.Copy(out, rc)
	}
	return nil
}

func unzipChecked(src, dst string) error {
	zr, err := zip.OpenReader(src)
	if err != nil {
		return err
	}
	for _, f := range zr.File {
		if !filepath.IsLocal(f.Name) {
			continue
		}
		target := filepath.Join(dst, f.Name)
		// ok: go.archive.path-traversal
		// ruleid: go.path.file-variable
		out, err := os.Create(target)
		if err != nil {
			return err
		}
		rc, _ := f.Open()
		// ok: go.archive.decompression-bomb
		_, _ = io.CopyN(out, rc, 10<<20)
	}
	return nil
}

func untar(tr *tar.Reader, dst string) error {
	for {
		hdr, err := tr.Next()
		if err != nil {
			return err
		}
		target := filepath.Join(dst, hdr.Name)
		if !strings.HasPrefix(target, filepath.Clean(dst)+string(os.PathSeparator)) {
			return errBadPath
		}
		// ok: go.archive.path-traversal
		_ = os.MkdirAll(target, 0o750)
	}
}

func links(h *tar.Header, target string, in io.Reader) {
	// ruleid: go.archive.symlink-entry
	_ = os.Symlink(h.Linkname, target)
	// ok: go.archive.symlink-entry
	_ = os.Symlink("current", target)
	gz, _ := gzip.NewReader(in)
	// ruleid: go.archive.decompression-bomb
	_, _ = io.ReadAll(gz)
	// ok: go.archive.decompression-bomb
	_, _ = io.ReadAll(io.LimitReader(gz, 1<<20))
}

func modes(path string, data []byte, keyFile string) {
	// ruleid: go.permissions.world-writable, go.permissions.file-broad-mode
	_ = os.Chmod(path, 0777)
	// ok: go.permissions.world-writable
	// ruleid: go.permissions.file-broad-mode
	_ = os.WriteFile(path, data, 0o666)
	// ruleid: go.permissions.file-broad-mode
	_ = os.WriteFile(path, data, 0o644)
	// ok: go.permissions.world-writable, go.permissions.file-broad-mode
	_ = os.WriteFile(path, data, 0o600)
	// ruleid: go.permissions.directory-broad-mode
	_ = os.MkdirAll(path, 0o755)
	// ok: go.permissions.directory-broad-mode
	_ = os.MkdirAll(path, 0o750)
	// ruleid: go.permissions.private-key-readable, go.permissions.file-broad-mode
	_ = os.WriteFile(keyFile, data, 0644)
	// ok: go.permissions.private-key-readable
	_ = os.WriteFile(keyFile, data, 0600)
	// ruleid: go.permissions.umask-zero
	syscall.Umask(0)
	// ok: go.permissions.umask-zero
	syscall.Umask(0o077)
}

func temp(data []byte) {
	// ruleid: go.files.predictable-temp-file
	_, _ = os.Create("/tmp/report.txt")
	// ruleid: go.files.predictable-temp-file
	_ = os.WriteFile(filepath.Join(os.TempDir(), "report.txt"), data, 0600)
	// ok: go.files.predictable-temp-file
	_, _ = os.CreateTemp("", "report-*.txt")
}

func clean(root string) error {
	return filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if info.IsDir() {
			return nil
		}
		// ruleid: go.files.walk-race
		return os.Remove(path)
	})
}

func cleanRoot(root *os.Root, name string) error {
	// ok: go.files.walk-race
	return root.Remove(name)
}

func serve(w http.ResponseWriter, r *http.Request) {
	// ruleid: go.path.request-data-file
	http.ServeFile(w, r, filepath.Join("static", r.URL.Query().Get("file")))
	// ok: go.path.request-data-file
	http.ServeFile(w, r, filepath.Join("static", r.URL.Path))
}
