function show(el, user, comments) {
  // ruleid: javascript.xss.dom-location, javascript.xss.inner-html-non-literal
  el.innerHTML = decodeURIComponent(location.hash.slice(1));
  const q = new URLSearchParams(window.location.search).get('q');
  // ruleid: javascript.xss.dom-location, javascript.xss.insert-adjacent-html, javascript.web.document-write
  document.write('<b>' + q + '</b>');
  // ok: javascript.xss.dom-location, javascript.xss.inner-html-non-literal
  el.innerHTML = DOMPurify.sanitize(location.hash);
  // ok: javascript.xss.dom-location
  el.textContent = q;
  // ruleid: javascript.xss.inner-html-parameter, javascript.xss.inner-html-non-literal
  el.innerHTML = '<p>' + user.name + '</p>';
  // ruleid: javascript.xss.inner-html-parameter, javascript.xss.inner-html-non-literal
  el.innerHTML = `<p>${user.comment}</p>`;
  // ok: javascript.xss.inner-html-parameter
  // ruleid: javascript.xss.inner-html-non-literal
  el.innerHTML = `<p>${comments.length}</p>`;
  // ok: javascript.xss.inner-html-parameter, javascript.xss.inner-html-non-literal
  el.innerHTML = '<p>Loading</p>';
  // ruleid: javascript.xss.insert-adjacent-html
  el.insertAdjacentHTML('beforeend', render(comments));
  // ok: javascript.xss.insert-adjacent-html
  el.insertAdjacentHTML('beforeend', '<hr>');
  // ok: javascript.web.document-write
  el.append(document.createElement('hr'));
}

// ruleid: javascript.web.message-origin-unchecked
window.addEventListener('message', (event) => {
  // ruleid: javascript.xss.dom-message, javascript.xss.inner-html-non-literal
  document.getElementById('box').innerHTML = event.data.html;
});

// ok: javascript.web.message-origin-unchecked
window.addEventListener('message', (event) => {
  if (event.origin !== 'https://example.com') return;
  // ok: javascript.xss.dom-message
  document.getElementById('box').textContent = event.data.text;
});

function send(frame, worker, data) {
  // ruleid: javascript.web.post-message-any-target
  window.parent.postMessage(data, '*');
  // ok: javascript.web.post-message-any-target
  window.parent.postMessage(data, 'https://example.com');
  // ok: javascript.web.post-message-any-target
  worker.postMessage(data);
}

function go() {
  const params = new URLSearchParams(window.location.search);
  // ruleid: javascript.web.location-taint
  window.location.href = params.get('next');
  // ok: javascript.web.location-taint
  window.location.href = '/search?q=' + encodeURIComponent(params.get('q'));
  // ok: javascript.web.location-taint
  window.location.href = '/home';
}

function login(token, theme) {
  // ruleid: javascript.web.token-in-local-storage
  localStorage.setItem('access_token', token);
  // ok: javascript.web.token-in-local-storage
  localStorage.setItem('theme', theme);
}

function links(url, link, other) {
  // ruleid: javascript.web.window-open-without-noopener
  window.open(url, '_blank');
  // ok: javascript.web.window-open-without-noopener
  window.open(url, '_blank', 'noopener');
  // ruleid: javascript.web.script-url
  link.href = 'javascript:run("' + url + '")';
  // ok: javascript.web.script-url
  link.href = 'https://example.com/run?' + url;
  // ok: javascript.web.script-url
  link.href = 'javascript:void(0)';
}

function load() {
  const script = document.createElement('script');
  // ruleid: javascript.web.script-source-taint
  script.src = new URLSearchParams(location.search).get('plugin');
  // ok: javascript.web.script-source-taint
  script.src = 'https://example.com/plugin.js';
  document.head.append(script);
  const image = document.createElement('img');
  // ok: javascript.web.script-source-taint
  image.src = new URLSearchParams(location.search).get('image');
}
