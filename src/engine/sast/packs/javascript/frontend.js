import { h, createApp } from 'vue';
import DOMPurify from 'dompurify';
import { marked } from 'marked';

export const view = {
  render() {
    // ruleid: javascript.xss.vue-inner-html
    return h('div', { class: 'post', innerHTML: this.post.body });
  },
};
export const better = {
  render() {
    // ok: javascript.xss.vue-inner-html
    return h('div', { class: 'post', innerHTML: DOMPurify.sanitize(this.post.body) });
  },
};
// ruleid: javascript.xss.vue-template-html
export const inline = { template: '<div v-html="body"></div>' };
// ok: javascript.xss.vue-template-html
export const text = { template: '<div>{{ body }}</div>' };

export function start(greeting) {
  // ruleid: javascript.xss.vue-template-computed
  createApp({ template: `<h1>${greeting}</h1>` }).mount('#app');
  // ok: javascript.xss.vue-template-computed
  createApp({ template: '<h1>{{ greeting }}</h1>' }).mount('#app');
}

export function list(user, items) {
  // ruleid: javascript.xss.jquery-markup
  $('#user').html('<b>' + user.name + '</b>');
  // ruleid: javascript.xss.jquery-markup
  $('#user').append(`<li>${user.title}</li>`);
  // ok: javascript.xss.jquery-markup
  $('#user').text(user.name);
  // ok: javascript.xss.jquery-markup
  $('#user').html('<b>' + items.length + '</b>');
  $.get('/news', function (data) {
    // ruleid: javascript.xss.jquery-response
    $('#news').html(data);
    // ok: javascript.xss.jquery-response
    $('#news').text(data);
  });
}

// ruleid: javascript.xss.markdown-raw-markup
marked.setOptions({ gfm: true, sanitize: false });
// ok: javascript.xss.markdown-raw-markup
marked.setOptions({ gfm: true });

angular.module('app').config(function ($sceProvider) {
  // ruleid: javascript.xss.angularjs-sce-off
  $sceProvider.enabled(false);
  // ok: javascript.xss.angularjs-sce-off
  $sceProvider.enabled(true);
});
angular.module('app').controller('page', function ($sce, data) {
  // ruleid: javascript.xss.angularjs-trust
  this.body = $sce.trustAsHtml(data.body);
  // ok: javascript.xss.angularjs-trust
  this.line = $sce.trustAsHtml('<hr>');
});

export const config = {
  // ruleid: javascript.web.next-svg-images, javascript.web.next-image-any-host
  images: { dangerouslyAllowSVG: true, remotePatterns: [{ protocol: 'https', hostname: '**' }] },
};
export const config2 = {
  // ok: javascript.web.next-svg-images, javascript.web.next-image-any-host
  images: { dangerouslyAllowSVG: false, remotePatterns: [{ protocol: 'https', hostname: 'example.com' }] },
};
