package com.example.web;

import java.io.*;
import java.net.*;
import javax.servlet.http.*;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.util.HtmlUtils;

class GreetServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = request.getParameter("name");
        // ruleid: java.xss.servlet-response
        response.getWriter().println("<h1>Hello " + name + "</h1>");
        PrintWriter out = response.getWriter();
        // ruleid: java.xss.servlet-response
        out.print(name);
        // ok: java.xss.servlet-response
        out.print(HtmlUtils.htmlEscape(name));
        // ok: java.xss.servlet-response
        out.print("<h1>Hello</h1>");
    }

    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        // ok: java.xss.servlet-response
        response.getWriter().println(request.getParameter("name"));
    }

    void redirects(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String next = request.getParameter("next");
        // ruleid: java.web.open-redirect
        response.sendRedirect(next);
        // ok: java.web.open-redirect
        response.sendRedirect("/login?next=" + next);
        // ok: java.web.open-redirect
        response.sendRedirect(request.getContextPath() + "/home");
        // ruleid: java.web.dispatcher-request-data
        request.getRequestDispatcher("/pages/" + request.getParameter("page")).forward(request, response);
        // ok: java.web.dispatcher-request-data
        request.getRequestDispatcher("/search?q=" + request.getParameter("q")).forward(request, response);
        // ok: java.web.dispatcher-request-data
        request.getRequestDispatcher("/pages/home.jsp").forward(request, response);
    }
}

@RestController
class ApiController {
    private RestTemplate rest;

    @GetMapping("/hello")
    public String hello(@RequestParam String name) {
        // ruleid: java.xss.controller-response
        return "<p>Hello " + name + "</p>";
    }

    @GetMapping("/hi")
    public String hi(@RequestParam String name) {
        // ok: java.xss.controller-response
        return "<p>Hello " + HtmlUtils.htmlEscape(name) + "</p>";
    }

    @GetMapping("/fetch")
    public String fetch(@RequestParam("url") String url, @RequestParam("id") String id) throws Exception {
        // ruleid: java.ssrf.request-data
        InputStream in = new URL(url).openStream();
        URL target = new URL(url);
        // ruleid: java.ssrf.request-data
        target.openConnection();
        // ok: java.ssrf.request-data
        rest.getForObject("https://api.example.com/items/" + id, String.class);
        // ruleid: java.ssrf.request-data
        return rest.getForObject(url, String.class);
    }
}

@Controller
class PageController {
    @GetMapping("/page")
    public String page(@RequestParam String lang) {
        // ruleid: java.web.view-name-request-data
        return "pages/" + lang + "/welcome";
    }

    @GetMapping("/start")
    public String start(@RequestParam String lang, Model model) {
        model.addAttribute("lang", lang);
        // ok: java.web.view-name-request-data
        return "pages/welcome";
    }

    @GetMapping("/go")
    public String go(@RequestParam String target) {
        // ruleid: java.web.open-redirect
        return "redirect:" + target;
    }

    @GetMapping("/item")
    public String item(@RequestParam String id) {
        // ok: java.web.open-redirect, java.web.view-name-request-data
        return "redirect:/items/" + id;
    }
}
