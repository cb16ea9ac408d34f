<?php

function queries($db, $pdo, $wpdb, $request) {
    $id = $_GET['id'];
    // ruleid: php.sql.query-taint, php.sql.interpolated-query
    mysqli_query($db, "SELECT * FROM items WHERE id = $id");
    // ruleid: php.sql.query-taint
    $pdo->query("SELECT * FROM items WHERE name = '" . $_POST['name'] . "'");
    $sql = "SELECT * FROM items ORDER BY " . $request->query->get('sort');
    // ruleid: php.sql.query-taint
    $pdo->prepare($sql);
    // ok: php.sql.query-taint
    mysqli_query($db, "SELECT * FROM items WHERE id = " . (int) $_GET['id']);
    // ok: php.sql.query-taint
    $pdo->query("SELECT * FROM items WHERE name = " . $pdo->quote($_POST['name']));
    $st = $pdo->prepare("SELECT * FROM items WHERE id = ?");
    // ok: php.sql.query-taint
    $st->execute([$_GET['id']]);
    // ok: php.sql.query-taint
    $page = $request->query('page');
}

function laravel($request, $column) {
    // ruleid: php.sql.laravel-raw-taint
    Item::query()->whereRaw("name = '" . $request->input('name') . "'")->get();
    // ruleid: php.sql.laravel-raw-taint, php.sql.laravel-raw-interpolation
    DB::select("SELECT * FROM items WHERE id = " . $_GET['id']);
    // ok: php.sql.laravel-raw-taint
    DB::select("SELECT * FROM items WHERE id = ?", [$request->input('id')]);
    // ruleid: php.sql.laravel-raw-interpolation
    DB::table('items')->whereRaw("kind = $column")->get();
    // ruleid: php.sql.laravel-raw-interpolation
    DB::select("SELECT * FROM items WHERE kind = '" . $column . "'");
    // ok: php.sql.laravel-raw-interpolation
    DB::table('items')->whereRaw("price > ?", [$column])->get();
    // ok: php.sql.laravel-raw-interpolation
    DB::raw("count(*) as total");
}

function plain($db, $name) {
    // ruleid: php.sql.interpolated-query
    mysqli_query($db, "SELECT * FROM items WHERE name = '$name'");
    // ruleid: php.sql.interpolated-query
    mysqli_query($db, "SELECT * FROM items WHERE name = '" . $name . "'");
    // ok: php.sql.interpolated-query
    mysqli_query($db, "SELECT * FROM items");
    // ok: php.sql.interpolated-query
    mysqli_query($db, $name);
}

function wordpress($wpdb, $id) {
    // ruleid: php.sql.wordpress-unprepared
    $wpdb->get_results("SELECT * FROM posts WHERE id = $id");
    // ruleid: php.sql.wordpress-unprepared, php.sql.query-taint
    $wpdb->get_var("SELECT id FROM posts WHERE name LIKE '%" . $_POST['name'] . "%'");
    // ruleid: php.sql.wordpress-unprepared, php.sql.query-taint
    $wpdb->query("DELETE FROM posts WHERE name = " . $_POST['name']);
    // ok: php.sql.wordpress-unprepared
    $wpdb->get_results($wpdb->prepare("SELECT * FROM posts WHERE id = %d", $id));
    // ok: php.sql.wordpress-unprepared
    $wpdb->get_var("SELECT a.id FROM a JOIN b ON a.id = {$wpdb->posts}.ID");
    // ok: php.sql.wordpress-unprepared
    $wpdb->get_var("SELECT id FROM posts WHERE id = " . (int) $id);
    // ok: php.sql.wordpress-unprepared
    $wpdb->get_var("SELECT count(*) FROM {$wpdb->posts}");
    // ok: php.sql.wordpress-unprepared
    $wpdb->query("DELETE FROM posts WHERE id = 1");
}

function commands($file) {
    // ruleid: php.process.command-taint, php.process.command-variable
    system("ping -c 1 " . $_GET['host']);
    // ruleid: php.process.command-taint
    $out = `ls {$_GET['dir']}`;
    $cmd = "convert {$_POST['file']} out.png";
    // ruleid: php.process.command-taint, php.process.command-variable
    shell_exec($cmd);
    // ok: php.process.command-taint, php.process.command-variable
    system("ping -c 1 " . escapeshellarg($_GET['host']));
    // ruleid: php.process.command-variable
    exec("gzip $file", $lines);
    // ok: php.process.command-variable
    exec("uptime", $lines);
}

function code($body) {
    // ruleid: php.injection.eval-taint, php.injection.eval-variable
    eval($_POST['code']);
    // ruleid: php.injection.eval-taint
    assert("check(" . $_GET['x'] . ")");
    // ok: php.injection.eval-taint, php.injection.eval-variable
    $value = json_decode($_POST['code']);
    // ruleid: php.injection.eval-variable
    eval("return $body;");
    // ok: php.injection.eval-variable
    eval("return 1;");
    // ruleid: php.injection.create-function
    $f = create_function('$a', 'return $a;');
    // ok: php.injection.create-function
    $f = function ($a) { return $a; };
    // ruleid: php.injection.preg-replace-eval
    preg_replace("/<b>(.*)<\/b>/ie", "strtoupper('\\1')", $body);
    // ok: php.injection.preg-replace-eval
    preg_replace("/code/i", "x", $body);
    // ruleid: php.injection.callable-taint
    call_user_func($_GET['action'], 1);
    // ruleid: php.injection.callable-taint
    $class = new ReflectionClass($_GET['class']);
    // ok: php.injection.callable-taint
    call_user_func('strtolower', $_GET['name']);
}

function fields_of_a_request($request, $table) {
    // ruleid: php.sql.laravel-raw-taint
    User::whereRaw("name = '" . $request->name . "'")->get();
    // ruleid: php.sql.laravel-raw-taint
    $table->orderByRaw($request->sort)->get();
    // ruleid: php.process.command-taint
    exec("convert " . $request->file);
    // ok: php.process.command-taint
    exec("convert " . escapeshellarg($request->file));
    // ok: php.sql.laravel-raw-taint
    $table->orderByRaw("name")->get($request->fields);
}
