package examples

import (
	"fmt"
	"log"
	"net/http"
	"net/smtp"
	"os"
	"strconv"
	"text/template"

	"github.com/antchfx/xpath"
	"github.com/go-ldap/ldap/v3"
	"go.mongodb.org/mongo-driver/bson"
)

func searches(r *http.Request, user, dn string) {
	// ruleid: go.injection.nosql-where
	_ = bson.M{"$where": "this.owner == '" + user + "'"}
	// ok: go.injection.nosql-where
	_ = bson.M{"owner": user}

	filter := fmt.Sprintf("(&(objectClass=person)(uid=%s))", user)
	// ruleid: go.injection.ldap-filter
	_ = ldap.NewSearchRequest(dn, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 1, 0, false, filter, nil, nil)
	safe := fmt.Sprintf("(&(objectClass=person)(uid=%s))", ldap.EscapeFilter(user))
	// ok: go.injection.ldap-filter
	_ = ldap.NewSearchRequest(dn, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 1, 0, false, safe, nil, nil)

	// ruleid: go.injection.xpath-request-data
	_, _ = xpath.Compile("//user[name='" + r.FormValue("name") + "']")
	// ok: go.injection.xpath-request-data
	_, _ = xpath.Compile("//user[" + strconv.Itoa(1) + "]")
}

func notify(w http.ResponseWriter, r *http.Request) {
	subject := r.FormValue("subject")
	// ruleid: go.injection.log-request-data
	log.Printf("mail about %s", subject)
	// ok: go.injection.log-request-data
	log.Printf("mail about %s", strconv.Quote(subject))
	msg := "Subject: " + subject + "\r\n\r\nHello"
	// ruleid: go.injection.smtp-request-data
	_ = smtp.SendMail("mail.example.com:25", nil, "a@example.com", []string{"b@example.com"}, []byte(msg))
	// ok: go.injection.smtp-request-data
	_ = smtp.SendMail("mail.example.com:25", nil, "a@example.com", []string{"b@example.com"}, []byte("Subject: news\r\n\r\nHello"))
}

func renderPage(w http.ResponseWriter, out *os.File, t *template.Template, page any) {
	// ruleid: go.xss.text-template-response
	_ = t.Execute(w, page)
	// ok: go.xss.text-template-response
	_ = t.Execute(out, page)
}
