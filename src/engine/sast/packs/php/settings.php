<?php

class CsrfEx1 {
    public function configureOptions($resolver, $csrf) {
        // ruleid: php.web.symfony-csrf-off
        $resolver->setDefaults(['csrf_protection' => false]);
        // ok: php.web.symfony-csrf-off
        $resolver->setDefaults(['csrf_protection' => true]);
    }
}

// ruleid: php.web.laravel-csrf-except-all
class OpenTokens extends VerifyCsrfToken
{
    protected $except = ['*'];
}

// ok: php.web.laravel-csrf-except-all
class Tokens extends VerifyCsrfToken
{
    protected $except = ['hooks/*'];
}

class Item extends Model
{
    // ruleid: php.web.laravel-unguarded-model
    protected $guarded = [];
}

class Note extends Model
{
    // ok: php.web.laravel-unguarded-model
    protected $guarded = ['id'];
}

function models($request, $item) {
    // ruleid: php.web.laravel-mass-assignment
    $item->forceFill($request->all());
    // ruleid: php.web.laravel-mass-assignment
    Item::unguarded(fn () => $item->fill($request->all()));
    // ok: php.web.laravel-mass-assignment
    Item::unguarded(fn () => $item->fill($attributes));
    // ok: php.web.laravel-mass-assignment
    $item->forceFill(['name' => $request->input('name')]);
    // ruleid: php.secrets.literal-database-password
    $pdo = new PDO("mysql:host=example.com", "app", "change-me");
    // ok: php.secrets.literal-database-password
    $pdo = new PDO("mysql:host=example.com", "app", getenv("DB_PASSWORD"));
    // ruleid: php.permissions.world-writable-file
    chmod("/srv/upload", 0777);
    // ok: php.permissions.world-writable-file
    chmod("/srv/upload", 0750);
}

function data($stored, $ldap, $doc, $text) {
    // ruleid: php.deserialization.unserialize-taint, php.deserialization.unserialize-any-class
    $a = unserialize(base64_decode($_COOKIE['cart']));
    // ok: php.deserialization.unserialize-taint
    $b = unserialize($_COOKIE['cart'], ['allowed_classes' => false]);
    // ok: php.deserialization.unserialize-taint
    $c = json_decode($_COOKIE['cart']);
    // ruleid: php.deserialization.unserialize-any-class
    $d = unserialize($stored);
    // ok: php.deserialization.unserialize-any-class
    $e = unserialize($stored, ['allowed_classes' => false]);
    // ruleid: php.injection.ldap-taint
    ldap_search($ldap, "dc=example,dc=com", "(uid=" . $_GET['user'] . ")");
    // ok: php.injection.ldap-taint
    ldap_search($ldap, "dc=example,dc=com", "(uid=" . ldap_escape($_GET['user'], "", LDAP_ESCAPE_FILTER) . ")");
    // ruleid: php.injection.xpath-taint
    $doc->xpath("//user[@name='" . $_GET['user'] . "']");
    $xp = new DOMXPath($doc);
    // ruleid: php.injection.xpath-taint
    $xp->query("//user[@name='{$_GET['user']}']");
    // ok: php.injection.xpath-taint
    $xp->query("//user[@id='" . (int) $_GET['id'] . "']");
    // ruleid: php.injection.mail-header-taint
    mail("info@example.com", "Form", $text, "From: " . $_POST['from']);
    // ok: php.injection.mail-header-taint
    mail("info@example.com", "Form", $_POST['text'], "From: info@example.com");
}

function settings($name, $value) {
    // ruleid: php.web.cookie-flags-off
    setcookie("id", $value, 0, "/", "example.com", true, false);
    // ruleid: php.web.cookie-flags-off
    setcookie("id", $value, ['expires' => 0, 'httponly' => false]);
    // ok: php.web.cookie-flags-off
    setcookie("id", $value, ['secure' => true, 'httponly' => true]);
    // ruleid: php.web.cookie-flags-missing
    setcookie("id", $value, time() + 60);
    // ok: php.web.cookie-flags-missing
    setcookie("id", $value, 0, "/", "", true, true);
    // ruleid: php.web.phpinfo
    phpinfo();
    // ok: php.web.phpinfo
    phpinfo(INFO_LICENSE);
    // ruleid: php.web.display-errors
    ini_set('display_errors', '1');
    // ok: php.web.display-errors
    ini_set('display_errors', '0');
    // ruleid: php.web.cors-reflected-origin
    header("Access-Control-Allow-Origin: " . $_SERVER['HTTP_ORIGIN']);
    // ok: php.web.cors-reflected-origin
    header("Access-Control-Allow-Origin: https://example.com");
}
