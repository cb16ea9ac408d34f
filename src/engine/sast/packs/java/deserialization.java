package com.example.io;

import com.esotericsoftware.kryo.Kryo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.thoughtworks.xstream.XStream;
import com.thoughtworks.xstream.security.AnyTypePermission;
import java.beans.XMLDecoder;
import java.io.*;
import java.net.Socket;
import javax.jms.ObjectMessage;
import javax.jms.TextMessage;
import javax.servlet.http.HttpServletRequest;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class Streams {
    Object fromRequest(HttpServletRequest req) throws Exception {
        // ruleid: java.deserialization.request-data
        ObjectInputStream in = new ObjectInputStream(req.getInputStream());
        // ruleid: java.deserialization.object-stream
        return in.readObject();
    }

    Object fromCookie(HttpServletRequest req, ObjectMapper mapper) throws Exception {
        byte[] raw = Base64.getDecoder().decode(req.getHeader("X-State"));
        // ok: java.deserialization.request-data
        mapper.readValue(raw, State.class);
        // ruleid: java.deserialization.request-data
        return SerializationUtils.deserialize(raw);
    }

    Object fromSocket(Socket s, File cache) throws Exception {
        // ok: java.deserialization.network-object-stream, java.deserialization.request-data
        new ObjectInputStream(new FileInputStream(cache)).close();
        // ruleid: java.deserialization.network-object-stream
        return new ObjectInputStream(s.getInputStream());
    }

    Object filtered(InputStream raw, ObjectInputFilter filter) throws Exception {
        ObjectInputStream in = new ObjectInputStream(raw);
        in.setObjectInputFilter(filter);
        // ok: java.deserialization.object-stream
        return in.readObject();
    }

    Object decoder(InputStream in, Unmarshaller u) throws Exception {
        // ok: java.deserialization.xml-decoder
        u.unmarshal(in);
        // ruleid: java.deserialization.xml-decoder
        return new XMLDecoder(in).readObject();
    }
}

class Libraries {
    Object xstream(String xml) {
        XStream open = new XStream();
        // ruleid: java.deserialization.xstream-open
        open.fromXML(xml);
        // ruleid: java.deserialization.xstream-any-type
        open.addPermission(AnyTypePermission.ANY);
        return null;
    }

    Object xstreamClosed(String xml) {
        XStream closed = new XStream();
        // ok: java.deserialization.xstream-any-type
        closed.addPermission(NoTypePermission.NONE);
        closed.allowTypes(new Class[] {Order.class});
        // ok: java.deserialization.xstream-open
        return closed.fromXML(xml);
    }

    Object yaml(String text) {
        Yaml open = new Yaml();
        // ruleid: java.deserialization.snakeyaml-load
        open.load(text);
        Yaml safe = new Yaml(new SafeConstructor(new LoaderOptions()));
        // ok: java.deserialization.snakeyaml-load
        return safe.load(text);
    }

    void json(ObjectMapper mapper, PolymorphicTypeValidator ptv) {
        // ruleid: java.deserialization.jackson-default-typing
        mapper.enableDefaultTyping();
        // ruleid: java.deserialization.jackson-default-typing
        mapper.activateDefaultTyping(LaissezFaireSubTypeValidator.instance, ObjectMapper.DefaultTyping.NON_FINAL);
        // ok: java.deserialization.jackson-default-typing
        mapper.activateDefaultTyping(ptv, ObjectMapper.DefaultTyping.NON_FINAL);
        // ruleid: java.deserialization.fastjson-autotype
        ParserConfig.getGlobalInstance().setAutoTypeSupport(true);
        // ok: java.deserialization.fastjson-autotype
        ParserConfig.getGlobalInstance().setSafeMode(true);
    }

    void others(Kryo kryo, Hessian2Input hessian, ObjectMessage om, TextMessage tm) throws Exception {
        // ruleid: java.deserialization.kryo-unregistered
        kryo.setRegistrationRequired(false);
        // ok: java.deserialization.kryo-unregistered
        kryo.setRegistrationRequired(true);
        // ruleid: java.deserialization.hessian
        hessian.readObject();
        // ok: java.deserialization.hessian
        hessian.readInt();
        // ruleid: java.deserialization.jms-object-message
        om.getObject();
        // ok: java.deserialization.jms-object-message
        tm.getText();
    }

    void rpc(XmlRpcServerConfigImpl config) {
        // ruleid: java.deserialization.xml-rpc-extensions
        config.setEnabledForExtensions(true);
        // ok: java.deserialization.xml-rpc-extensions
        config.setEnabledForExtensions(false);
    }

    void brokers(ActiveMQConnectionFactory f, DefaultJackson2JavaTypeMapper m) {
        // ruleid: java.deserialization.trust-all-packages
        f.setTrustAllPackages(true);
        // ok: java.deserialization.trust-all-packages
        f.setTrustAllPackages(false);
        // ruleid: java.deserialization.trust-all-packages
        m.addTrustedPackages("*");
        // ruleid: java.deserialization.spring-http-invoker
        new HttpInvokerServiceExporter();
        // ok: java.deserialization.spring-http-invoker
        new HttpRequestHandlerServlet();
    }
}

// ruleid: java.deserialization.jackson-class-names
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
abstract class Shape {}

// ok: java.deserialization.jackson-class-names
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
abstract class Event {}
