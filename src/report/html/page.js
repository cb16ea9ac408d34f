(function () {
  "use strict";
  var root = document.documentElement;
  var toggle = document.getElementById("theme");
  var dark = function () {
    var chosen = root.getAttribute("data-theme");
    return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  };
  var name = function () { toggle.textContent = dark() ? "Light theme" : "Dark theme"; };
  toggle.hidden = false;
  toggle.addEventListener("click", function () {
    root.setAttribute("data-theme", dark() ? "light" : "dark");
    name();
  });
  name();

  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (part) { part.open = false; });
  });

  var form = document.getElementById("filters");
  if (!form) { return; }
  var tally = document.getElementById("tally");
  var none = document.getElementById("none");
  var frame = document.getElementById("frame");
  var rows = Array.from(document.querySelectorAll("tr[data-severity]")).map(function (row) {
    return { row: row, text: row.textContent.toLowerCase(), path: row.dataset.path.toLowerCase() };
  });
  form.hidden = false;
  tally.hidden = false;
  var apply = function () {
    var text = form.elements.text.value.trim().toLowerCase();
    var path = form.elements.path.value.trim().toLowerCase();
    var scanner = form.elements.scanner.value;
    var severities = {};
    form.querySelectorAll("input[type=checkbox]").forEach(function (box) {
      severities[box.value] = box.checked;
    });
    var shown = 0;
    rows.forEach(function (entry) {
      var data = entry.row.dataset;
      var keep = severities[data.severity] && (!scanner || data.scanner === scanner) &&
        entry.text.includes(text) && entry.path.includes(path);
      entry.row.hidden = !keep;
      if (keep) { shown += 1; }
    });
    tally.firstElementChild.textContent = shown === rows.length
      ? rows.length + (rows.length === 1 ? " finding" : " findings")
      : shown + " of " + rows.length + " findings";
    none.hidden = shown > 0;
    frame.hidden = shown === 0;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { window.setTimeout(apply, 0); });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(input|select|textarea)$/i.test(event.target.tagName)) {
      event.preventDefault();
      form.elements.text.focus();
    }
  });
  document.getElementById("open-all").addEventListener("click", function (event) {
    var open = event.target.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll("#frame details").forEach(function (part) { part.open = open; });
    event.target.setAttribute("aria-pressed", String(open));
    event.target.textContent = open ? "Close all" : "Open all";
  });
  apply();
})();
