package com.example.web;

import java.io.PrintWriter;
import java.util.Set;
import java.util.regex.Pattern;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.http.ResponseCookie;

class Cookies {
    void bare(HttpServletResponse res, String id) {
        // ruleid: java.web.session-cookie-not-secure, java.web.session-cookie-not-httponly, java.web.cookie-not-secure
        Cookie c = new Cookie("session_id", id);
        res.addCookie(c);
    }

    void theme(HttpServletResponse res) {
        // ok: java.web.session-cookie-not-secure, java.web.session-cookie-not-httponly
        // ruleid: java.web.cookie-not-secure
        Cookie c = new Cookie("theme", "dark");
        // ruleid: java.web.persistent-cookie
        c.setMaxAge(31536000);
        res.addCookie(c);
    }

    void guarded(HttpServletResponse res, String id) {
        // ok: java.web.session-cookie-not-secure, java.web.session-cookie-not-httponly, java.web.cookie-not-secure
        Cookie c = new Cookie("session_id", id);
        c.setSecure(true);
        c.setHttpOnly(true);
        // ok: java.web.persistent-cookie
        c.setMaxAge(3600);
        res.addCookie(c);
    }

    void flags(Cookie c, String id) {
        // ruleid: java.web.cookie-flag-off
        c.setHttpOnly(false);
        // ok: java.web.cookie-flag-off
        c.setHttpOnly(true);
        // ruleid: java.web.cookie-flag-off
        ResponseCookie.from("session", id).path("/").httpOnly(false).build();
        // ok: java.web.cookie-flag-off
        ResponseCookie.from("session", id).path("/").httpOnly(true).secure(true).build();
    }

    void tracking(ServletContext ctx) {
        // ruleid: java.web.session-id-in-url
        ctx.setSessionTrackingModes(Set.of(SessionTrackingMode.URL));
        // ok: java.web.session-id-in-url
        ctx.setSessionTrackingModes(Set.of(SessionTrackingMode.COOKIE));
    }
}

class Responses {
    void errors(HttpServletResponse res, Exception e) throws Exception {
        // ruleid: java.web.stack-trace-in-response
        e.printStackTrace(res.getWriter());
        // ok: java.web.stack-trace-in-response
        res.getWriter().println("Something went wrong.");
        // ruleid: java.web.stack-trace-printed
        e.printStackTrace();
        // ok: java.web.stack-trace-printed
        log.error("request failed", e);
    }

    void cors(HttpServletRequest req, HttpServletResponse res) {
        // ruleid: java.web.cors-any-origin
        res.setHeader("Access-Control-Allow-Origin", "*");
        // ok: java.web.cors-any-origin
        res.setHeader("Access-Control-Allow-Origin", "https://app.example.com");
        // ruleid: java.web.cors-reflected-origin
        res.setHeader("Access-Control-Allow-Origin", req.getHeader("Origin"));
        String origin = req.getHeader("Origin");
        if (allowed.contains(origin)) {
            // ok: java.web.cors-reflected-origin
            res.setHeader("Access-Control-Allow-Origin", origin);
        }
    }

    void patterns(HttpServletRequest request) {
        // ruleid: java.web.regex-request-data
        Pattern.compile(request.getParameter("pattern"));
        // ok: java.web.regex-request-data
        Pattern.compile(Pattern.quote(request.getParameter("pattern")));
    }

    void emails(String text) {
        // ruleid: java.web.regex-nested-quantifier
        Pattern.compile("^([a-z0-9]+)*@example$").matcher(text).find();
        // ok: java.web.regex-nested-quantifier
        Pattern.compile("^([a-z0-9]+\\.)*example$").matcher(text).find();
    }

    void components(Label label) {
        // ruleid: java.xss.wicket-unescaped
        label.setEscapeModelStrings(false);
        // ok: java.xss.wicket-unescaped
        label.setEscapeModelStrings(true);
        // ruleid: java.web.hidden-method-override
        new HiddenHttpMethodFilter();
        // ok: java.web.hidden-method-override
        new CharacterEncodingFilter();
    }
}
