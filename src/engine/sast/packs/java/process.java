package com.example.run;

import java.util.*;
import javax.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.*;

class Commands {
    void request(HttpServletRequest req) throws Exception {
        String host = req.getParameter("host");
        // ruleid: java.process.request-data-command, java.process.command-concatenation, java.process.command-variable
        Runtime.getRuntime().exec("ping -c 1 " + host);
        // ruleid: java.process.request-data-command
        new ProcessBuilder("sh", "-c", host).start();
        // ok: java.process.request-data-command, java.process.command-concatenation, java.process.command-variable
        new ProcessBuilder("uptime").start();
        int count = Integer.parseInt(req.getParameter("count"));
        // ok: java.process.request-data-command, java.process.command-concatenation
        new ProcessBuilder("ping", "-c", String.valueOf(count), "example.com").start();
    }

    @PostMapping("/convert")
    void spring(@RequestParam("tool") String tool) throws Exception {
        // ruleid: java.process.request-data-command, java.process.command-variable
        new ProcessBuilder(tool, "--version").start();
    }

    void vertx(RoutingContext ctx) throws Exception {
        // ruleid: java.process.request-data-command, java.process.command-variable
        new ProcessBuilder(ctx.request().getParam("tool")).start();
        // ruleid: java.process.request-data-command, java.process.command-variable
        new ProcessBuilder(ctx.pathParam("tool")).start();
    }

    void local(String dir, List<String> args) throws Exception {
        String line = "tar -cf backup.tar " + dir;
        // ruleid: java.process.command-concatenation, java.process.command-variable
        Runtime.getRuntime().exec(line);
        // ruleid: java.process.command-concatenation
        new ProcessBuilder("bash", "-c", "cd " + dir + " && make").start();
        // ok: java.process.command-concatenation
        // ruleid: java.process.command-variable
        new ProcessBuilder(args).start();
        // ok: java.process.command-concatenation, java.process.command-variable
        Runtime.getRuntime().exec(new String[] {"make", "-C", dir});
    }
}
