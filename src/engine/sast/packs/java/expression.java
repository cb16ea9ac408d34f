package com.example.run;

import freemarker.template.Template;
import groovy.lang.GroovyShell;
import java.util.*;
import javax.script.ScriptEngine;
import javax.servlet.http.HttpServletRequest;
import javax.validation.ConstraintValidatorContext;
import org.apache.velocity.app.Velocity;
import org.springframework.expression.ExpressionParser;

class Scripts {
    void scripts(HttpServletRequest req, ScriptEngine engine, String text) throws Exception {
        // ruleid: java.injection.script-request-data, java.injection.script-variable
        engine.eval(req.getParameter("code"));
        // ok: java.injection.script-request-data
        // ruleid: java.injection.script-variable
        engine.eval(text);
        // ok: java.injection.script-request-data, java.injection.script-variable
        engine.eval("1 + 1");
        // ruleid: java.injection.script-request-data, java.injection.script-variable
        new GroovyShell().evaluate(req.getParameter("groovy"));
    }

    Object expressions(HttpServletRequest req, ExpressionParser parser, String configured) {
        // ruleid: java.injection.expression-request-data, java.injection.spel-variable
        parser.parseExpression(req.getParameter("filter"));
        // ok: java.injection.expression-request-data
        // ruleid: java.injection.spel-variable
        parser.parseExpression(configured);
        // ok: java.injection.expression-request-data, java.injection.spel-variable
        return parser.parseExpression("name.length() > 3");
    }

    void templates(HttpServletRequest req, Context ctx, Writer out, Configuration cfg) throws Exception {
        String text = req.getParameter("layout");
        // ruleid: java.injection.template-request-data
        Velocity.evaluate(ctx, out, "page", text);
        // ruleid: java.injection.template-request-data
        new Template("page", new StringReader(text), cfg);
        // ok: java.injection.template-request-data
        cfg.getTemplate("page.ftl").process(Map.of("text", text), out);
    }

    Object reflection(HttpServletRequest req, ClassLoader loader) throws Exception {
        // ruleid: java.injection.reflection-request-data
        Class<?> type = Class.forName(req.getParameter("type"));
        // ok: java.injection.reflection-request-data
        return Class.forName("com.example.run.Scripts");
    }

    boolean isValid(String value, ConstraintValidatorContext context) {
        // ruleid: java.injection.validation-message-template
        context.buildConstraintViolationWithTemplate("Not allowed: " + value).addConstraintViolation();
        // ok: java.injection.validation-message-template
        context.buildConstraintViolationWithTemplate("{value.notAllowed}").addConstraintViolation();
        return false;
    }
}
