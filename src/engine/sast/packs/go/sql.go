package examples

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"
)

func listOrders(db *sql.DB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status := r.URL.Query().Get("status")
		// ruleid: go.sql.request-data, go.sql.concatenated-value, go.sql.concatenated-text
		rows, err := db.Query("SELECT id FROM orders WHERE status = '" + status + "'")
		if err != nil {
			return
		}
		defer rows.Close()
		// ok: go.sql.request-data, go.sql.concatenated-value
		_, _ = db.QueryContext(r.Context(), "SELECT id FROM orders WHERE status = ?", status)
		page, _ := strconv.Atoi(r.FormValue("page"))
		// ok: go.sql.request-data, go.sql.format-value
		_, _ = db.QueryContext(r.Context(), fmt.Sprintf("SELECT id FROM orders LIMIT 20 OFFSET %d", page))
		var in struct{ Name string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		q := fmt.Sprintf("DELETE FROM orders WHERE name = '%s'", in.Name)
		// ruleid: go.sql.request-data, go.sql.format-value, go.sql.format-identifier
		_, _ = db.ExecContext(r.Context(), q)
	}
}

func build(ctx context.Context, db *sql.DB, name, table string, ids []string) {
	// ruleid: go.sql.format-value, go.sql.format-identifier
	_, _ = db.Query(fmt.Sprintf("SELECT id FROM users WHERE name = '%s'", name))
	// ok: go.sql.format-value
	// ruleid: go.sql.format-identifier
	_, _ = db.Exec(fmt.Sprintf("TRUNCATE TABLE %s", table))
	// ok: go.sql.format-value, go.sql.format-identifier
	_, _ = db.Exec(fmt.Sprintf("SELECT id FROM users LIMIT %d", 10))
	query := "SELECT id FROM users WHERE name = '" + name + "'"
	// ruleid: go.sql.concatenated-value, go.sql.concatenated-text
	_ = db.QueryRowContext(ctx, query)
	// ok: go.sql.concatenated-value
	// ruleid: go.sql.concatenated-text
	_ = db.QueryRow("SELECT count(*) FROM " + table)
	// ok: go.sql.concatenated-value, go.sql.concatenated-text
	_ = db.QueryRow("SELECT id FROM users WHERE name = $1", "prefix-"+name)
}

func gormHandlers(c *gin.Context, db *gorm.DB) {
	var users []string
	sort := c.Query("sort")
	// ruleid: go.sql.gorm-request-data
	db.Order(sort).Find(&users)
	// ruleid: go.sql.gorm-request-data, go.sql.gorm-format-value
	db.Where(fmt.Sprintf("name = '%s'", c.Param("name"))).Find(&users)
	// ok: go.sql.gorm-request-data, go.sql.gorm-format-value
	db.Where("name = ?", c.Param("name")).Find(&users)
	var f filter
	if err := c.ShouldBindJSON(&f); err == nil {
		// ruleid: go.sql.gorm-request-data, go.sql.concatenated-value, go.sql.concatenated-text
		db.Raw("SELECT * FROM users WHERE city = '" + f.City + "'").Scan(&users)
	}
}
