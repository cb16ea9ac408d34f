<?php

function output($request, $items) {
    // ruleid: php.xss.output-taint
    echo "<p>Hello " . $_GET['name'] . "</p>";
    $q = $_POST['q'];
    // ruleid: php.xss.output-taint
    echo "<input value='$q'>";
    // ruleid: php.xss.output-taint
    print($_REQUEST['x']);
    // ruleid: php.xss.output-taint
    die("no page " . $_SERVER['REQUEST_URI']);
    // ok: php.xss.output-taint
    echo htmlspecialchars($_GET['name'], ENT_QUOTES);
    // ok: php.xss.output-taint
    echo "Page " . (int) $_GET['page'];
    // ok: php.xss.output-taint
    echo isset($_GET['all']) ? 'all' : 'some';
    // ok: php.xss.output-taint
    echo json_encode($_GET);
    // ok: php.xss.output-taint
    echo esc_html($_GET['name']);
}

function redirects($request) {
    // ruleid: php.web.redirect-taint
    header("Location: " . $_GET['next']);
    // ruleid: php.web.redirect-taint
    return redirect($request->input('next'));
    // ok: php.web.redirect-taint
    header("Location: /item.php?id=" . $_GET['id']);
    // ok: php.web.redirect-taint
    header("Location: /home");
}

function fetch($client) {
    $ch = curl_init();
    // ruleid: php.ssrf.request-target-taint
    curl_setopt($ch, CURLOPT_URL, $_POST['url']);
    // ruleid: php.ssrf.request-target-taint
    $client->request('GET', $_GET['url']);
    // ok: php.ssrf.request-target-taint
    curl_setopt($ch, CURLOPT_POSTFIELDS, $_POST['body']);
    // ok: php.ssrf.request-target-taint
    $client->request('POST', 'https://example.com/', ['body' => $_POST['body']]);
}

function files($request) {
    // ruleid: php.files.path-taint
    readfile("/srv/data/" . $_GET['file']);
    // ruleid: php.files.path-taint
    $text = file_get_contents($_POST['url']);
    // ruleid: php.files.path-taint
    unlink($request->input('path'));
    // ok: php.files.path-taint
    readfile("/srv/data/" . basename($_GET['file']));
    // ok: php.files.path-taint
    $body = json_decode(file_get_contents('php://input'), true);
    // ok: php.files.path-taint
    file_put_contents("/srv/data/log.txt", $_POST['text']);
    // ruleid: php.files.include-taint
    include("pages/" . $_GET['page'] . ".php");
    // ruleid: php.files.include-taint
    require_once $_GET['module'];
    // ok: php.files.include-taint
    include("pages/home.php");
    // ok: php.files.include-taint
    include("pages/" . basename($_GET['page']) . ".php");
    // ruleid: php.files.upload-original-name
    move_uploaded_file($_FILES['f']['tmp_name'], "uploads/" . $_FILES['f']['name']);
    // ok: php.files.upload-original-name
    move_uploaded_file($_FILES['f']['tmp_name'], "uploads/" . bin2hex(random_bytes(16)) . ".png");
}

function settings($name, $value) {
    // ruleid: php.web.extract-request
    extract($_POST);
    // ok: php.web.extract-request
    extract($_POST, EXTR_SKIP);
    // ok: php.web.extract-request
    extract($value);
    // ruleid: php.web.parse-str-variables
    parse_str($value);
    // ok: php.web.parse-str-variables
    parse_str($value, $fields);
}

$template = <<<'BLADE'
// ruleid: php.xss.blade-unescaped-request
<p>{!! request('name') !!}</p>
// ok: php.xss.blade-unescaped-request
<p>{{ request('name') }}</p>
// ruleid: php.xss.blade-unescaped
<p>{!! $post->body !!}</p>
// ok: php.xss.blade-unescaped
<p>{!! Form::open() !!}</p>
BLADE;

function after_saving($request, $page) {
    $page->title = $request->input('title');
    $page->save();
    // ok: php.web.redirect-taint
    redirect('/pages/' . $request->input('page'));
    // ok: php.web.redirect-taint
    redirect($page->editUrl());
    // ruleid: php.web.redirect-taint
    return redirect($request->input('next'));
}
