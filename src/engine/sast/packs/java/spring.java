package com.example.config;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.cors.CorsConfiguration;

// ruleid: java.spring.security-debug
@EnableWebSecurity(debug = true)
class WebConfig {
    void open(HttpSecurity http) throws Exception {
        // ruleid: java.spring.csrf-disabled
        http.csrf().disable();
        // ruleid: java.spring.csrf-disabled
        http.csrf(AbstractHttpConfigurer::disable);
        // ruleid: java.spring.everything-permitted
        http.authorizeRequests().anyRequest().permitAll();
        // ruleid: java.spring.actuator-open
        http.authorizeRequests().antMatchers("/actuator/**").permitAll();
        // ruleid: java.spring.h2-console-open
        http.authorizeRequests().antMatchers("/h2-console/**").permitAll();
        // ruleid: java.spring.security-headers-off
        http.headers().frameOptions().disable();
        // ruleid: java.spring.session-fixation-off
        http.sessionManagement().sessionFixation().none();
        // ruleid: java.spring.fixed-remember-me-key
        http.rememberMe().key("EXAMPLE-change-me");
    }

    void closed(HttpSecurity http, String key) throws Exception {
        // ok: java.spring.csrf-disabled
        http.csrf(Customizer.withDefaults());
        // ok: java.spring.everything-permitted
        http.authorizeRequests().anyRequest().authenticated();
        // ok: java.spring.actuator-open
        http.authorizeRequests().antMatchers("/actuator/health").permitAll();
        // ok: java.spring.h2-console-open
        http.authorizeRequests().antMatchers("/h2-console/**").hasRole("ADMIN");
        // ok: java.spring.security-headers-off
        http.headers().frameOptions().sameOrigin();
        // ok: java.spring.session-fixation-off
        http.sessionManagement().sessionFixation().changeSessionId();
        // ok: java.spring.fixed-remember-me-key
        http.rememberMe().key(key);
    }

    SecurityFilterChain stateless(HttpSecurity http) throws Exception {
        // ok: java.spring.csrf-disabled
        http.csrf().disable();
        http.sessionManagement().sessionCreationPolicy(SessionCreationPolicy.STATELESS);
        return http.build();
    }

    CorsConfiguration cors() {
        CorsConfiguration c = new CorsConfiguration();
        // ruleid: java.spring.cors-any-origin-credentials, java.spring.cors-any-origin
        c.addAllowedOriginPattern("*");
        c.setAllowCredentials(true);
        return c;
    }

    CorsConfiguration corsListed() {
        CorsConfiguration c = new CorsConfiguration();
        // ok: java.spring.cors-any-origin-credentials, java.spring.cors-any-origin
        c.addAllowedOriginPattern("https://app.example.com");
        c.setAllowCredentials(true);
        return c;
    }

    void registry(CorsRegistry registry) {
        // ruleid: java.spring.cors-any-origin-credentials, java.spring.cors-any-origin
        registry.addMapping("/**").allowedOriginPatterns("*").allowCredentials(true);
    }

    void users(AuthenticationManagerBuilder auth, PasswordEncoder encoder, UserDetailsService users) throws Exception {
        // ruleid: java.spring.default-password-encoder
        auth.inMemoryAuthentication().withUser("admin").password("{noop}EXAMPLE-change-me").roles("ADMIN");
        // ok: java.spring.default-password-encoder
        auth.userDetailsService(users).passwordEncoder(encoder);
    }

    void firewall(StrictHttpFirewall firewall, WebSecurity web, ResourceHandlerRegistry resources) {
        // ruleid: java.spring.firewall-relaxed
        firewall.setAllowUrlEncodedSlash(true);
        // ok: java.spring.firewall-relaxed
        firewall.setAllowUrlEncodedSlash(false);
        // ruleid: java.spring.paths-without-security
        web.ignoring().antMatchers("/api/internal/**");
        // ok: java.spring.paths-without-security
        web.httpFirewall(firewall);
        // ruleid: java.spring.files-served-from-root
        resources.addResourceHandler("/files/**").addResourceLocations("file:/");
        // ok: java.spring.files-served-from-root
        resources.addResourceHandler("/files/**").addResourceLocations("classpath:/static/");
    }
}

// ok: java.spring.security-debug
@EnableWebSecurity
class OtherConfig {}

// ruleid: java.spring.cors-any-origin
@CrossOrigin(origins = "*")
@RestController
class Mappings {
    // ruleid: java.spring.mapping-any-method
    @RequestMapping("/transfer")
    public String transfer() {
        return "done";
    }

    // ok: java.spring.mapping-any-method
    @PostMapping("/transfer")
    public String transferSafe() {
        return "done";
    }
}
