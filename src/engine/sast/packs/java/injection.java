package com.example.data;

import javax.mail.internet.MimeMessage;
import javax.naming.InitialContext;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpSession;
import org.apache.commons.beanutils.BeanUtils;
import org.slf4j.Logger;

class Requests {
    private Logger log;

    void jndi(HttpServletRequest req, InitialContext ctx, String configured) throws Exception {
        // ruleid: java.injection.jndi-request-data, java.injection.jndi-variable
        ctx.lookup(req.getParameter("resource"));
        // ok: java.injection.jndi-request-data
        // ruleid: java.injection.jndi-variable
        ctx.lookup(configured);
        // ok: java.injection.jndi-request-data, java.injection.jndi-variable
        ctx.lookup("java:comp/env/jdbc/main");
        // ruleid: java.injection.log4j-message-lookups
        System.setProperty("log4j2.formatMsgNoLookups", "false");
        // ok: java.injection.log4j-message-lookups
        System.setProperty("log4j2.formatMsgNoLookups", "true");
    }

    void responses(HttpServletRequest req, HttpServletResponse res, HttpSession session) throws Exception {
        String lang = req.getParameter("lang");
        // ruleid: java.injection.log-request-data
        log.info("language {}", lang);
        // ok: java.injection.log-request-data
        log.info("language {}", Integer.parseInt(lang));
        // ruleid: java.injection.response-header-request-data
        res.setHeader("X-Language", lang);
        // ok: java.injection.response-header-request-data
        res.setHeader("X-Language", URLEncoder.encode(lang, "UTF-8"));
        // ruleid: java.injection.format-string-request-data
        String text = String.format(lang, 1);
        // ok: java.injection.format-string-request-data
        text = String.format("%s", lang);
        // ruleid: java.injection.trust-boundary
        session.setAttribute("lang", lang);
        // ok: java.injection.trust-boundary
        session.setAttribute("page", Integer.parseInt(req.getParameter("page")));
    }

    void mail(HttpServletRequest req, MimeMessage msg, Account account) throws Exception {
        // ruleid: java.injection.mail-header-request-data
        msg.setSubject(req.getParameter("subject"));
        // ok: java.injection.mail-header-request-data
        msg.setSubject("News");
        // ruleid: java.injection.bean-properties-request-data
        BeanUtils.populate(account, req.getParameterMap());
        // ok: java.injection.bean-properties-request-data
        account.setName(req.getParameter("name"));
    }
}
