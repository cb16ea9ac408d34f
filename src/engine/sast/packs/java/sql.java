package com.example.data;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import javax.persistence.EntityManager;
import javax.servlet.http.HttpServletRequest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.*;

class OrderController {
    private JdbcTemplate jdbc;
    private EntityManager em;

    ResultSet byStatus(HttpServletRequest request, Connection db) throws Exception {
        String status = request.getParameter("status");
        Statement st = db.createStatement();
        // ruleid: java.sql.request-data, java.sql.jdbc-concatenation, java.sql.variable-statement
        ResultSet rs = st.executeQuery("SELECT id FROM orders WHERE status = '" + status + "'");
        // ok: java.sql.request-data, java.sql.jdbc-concatenation, java.sql.variable-statement
        PreparedStatement ps = db.prepareStatement("SELECT id FROM orders WHERE status = ?");
        ps.setString(1, status);
        int limit = Integer.parseInt(request.getParameter("limit"));
        // ok: java.sql.request-data
        // ruleid: java.sql.variable-statement
        st.executeQuery("SELECT id FROM orders FETCH FIRST " + limit + " ROWS ONLY");
        return rs;
    }

    void built(HttpServletRequest request, Statement st) throws Exception {
        StringBuilder sql = new StringBuilder("SELECT id FROM orders");
        sql.append(" WHERE owner = '");
        sql.append(request.getParameter("owner"));
        // ruleid: java.sql.request-data
        st.executeQuery(sql.toString());
        StringBuilder fixed = new StringBuilder("SELECT id FROM orders");
        fixed.append(" WHERE owner = 1");
        // ok: java.sql.request-data
        st.executeQuery(fixed.toString());
    }

    @GetMapping("/orders")
    List<String> list(@RequestParam String owner, @RequestParam("sort") String sort) {
        // ruleid: java.sql.request-data, java.sql.spring-jdbc-concatenation, java.sql.variable-statement
        jdbc.queryForList("SELECT id FROM orders WHERE owner = '" + owner + "'", String.class);
        // ruleid: java.sql.request-data
        jdbc.query("SELECT id FROM orders ORDER BY " + sort, mapper);
        // ok: java.sql.request-data, java.sql.spring-jdbc-concatenation
        return jdbc.queryForList("SELECT id FROM orders WHERE owner = ?", String.class, owner);
    }

    @GetMapping("/orders/{id}")
    Object one(@PathVariable Long id, @RequestBody OrderFilter filter) {
        // ok: java.sql.request-data, java.sql.jpa-concatenation
        em.createQuery("FROM Order o WHERE o.id = " + id);
        // ruleid: java.sql.request-data, java.sql.jpa-concatenation
        em.createQuery(String.format("FROM Order o WHERE o.name = '%s'", filter.getName()));
        // ok: java.sql.request-data, java.sql.jpa-concatenation
        return em.createQuery("FROM Order o WHERE o.name = :name").setParameter("name", filter.getName());
    }

    void rename(Statement st, String name, String table) throws Exception {
        String sql = "UPDATE users SET name = '" + name + "' WHERE id = 1";
        // ruleid: java.sql.jdbc-concatenation
        st.execute(sql);
        // ok: java.sql.jdbc-concatenation
        // ruleid: java.sql.variable-statement
        st.executeUpdate("TRUNCATE TABLE " + table);
        // ok: java.sql.jdbc-concatenation, java.sql.variable-statement
        st.executeUpdate("UPDATE users SET active = 0 " + "WHERE id = 1");
    }

    void hql(String name) {
        // ruleid: java.sql.jpa-concatenation
        em.createQuery("FROM User u WHERE u.name = '" + name + "'");
        // ok: java.sql.jpa-concatenation
        em.createQuery("FROM User u WHERE u.name = :name");
    }
}

interface UserMapper {
    // ruleid: java.sql.mybatis-interpolation
    @Select("SELECT * FROM users ORDER BY ${column}")
    List<User> sorted(String column);

    // ok: java.sql.mybatis-interpolation
    @Select("SELECT * FROM users WHERE id = #{id}")
    User byId(long id);
}
