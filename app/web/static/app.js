// Small comforts; every page does its work without them.
(function () {
  "use strict";

  function isTyping(element) {
    return element && (element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName));
  }

  // "/" goes to the search field, "g" and a letter to a section; a browser may be told to leave its keys alone
  var KEYS_OFF = "keyboard-shortcuts-off";
  var waitsForSection = false;

  function areKeysOff() {
    try { return window.localStorage.getItem(KEYS_OFF) === "yes"; } catch (error) { return false; }
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || areKeysOff()) return;
    var goes = waitsForSection && document.querySelector("[data-key='" + CSS.escape(event.key) + "']");
    waitsForSection = !waitsForSection && event.key === "g";
    if (goes) {
      event.preventDefault();
      goes.click();
    } else if (event.key === "/") {
      var search = document.getElementById("q");
      if (!search || !search.offsetParent) search = document.getElementById("find");
      if (!search || !search.offsetParent) return;
      event.preventDefault();
      search.focus();
    }
  });

  document.querySelectorAll("[data-keys]").forEach(function (button) {
    function say() { button.textContent = areKeysOff() ? button.dataset.on : button.dataset.off; }
    button.hidden = false;
    say();
    button.addEventListener("click", function () {
      try { window.localStorage.setItem(KEYS_OFF, areKeysOff() ? "no" : "yes"); } catch (error) { return; }
      say();
    });
  });

  // a flash gets a button to dismiss it
  document.querySelectorAll("[data-dismiss]").forEach(function (flash) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "flash-close";
    button.textContent = "Dismiss";
    button.addEventListener("click", function () { flash.remove(); });
    flash.prepend(button);
  });

  // what is typed into a password field may be looked at
  document.querySelectorAll("[data-shows]").forEach(function (line) {
    var password = document.getElementById(line.dataset.shows);
    line.hidden = false;
    line.querySelector("input").addEventListener("change", function (event) {
      password.type = event.target.checked ? "text" : "password";
    });
  });

  // a form that only passes on what a platform sent along goes at once, since that serves for seconds; not on going back
  var entry = performance.getEntriesByType("navigation")[0];
  document.querySelectorAll("form[data-at-once]").forEach(function (form) {
    if (!entry || entry.type !== "back_forward") form.requestSubmit();
  });

  // buttons that print are hidden by the server's markup until a script can serve them
  function offerPrint() {
    document.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });
  }

  offerPrint();
  document.addEventListener("htmx:afterSettle", offerPrint);
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });

  // after a form came back with problems, reading starts at their list
  var problems = document.querySelector(".error-summary");
  if (problems) problems.focus();

  // what a filter changed is said once, in the one live region of the page
  document.addEventListener("htmx:afterSettle", function (event) {
    var said = event.target.querySelector && event.target.querySelector("[data-announce]");
    if (said) document.getElementById("announce").textContent = said.textContent;
  });

  // a slow server is said so after 8 seconds, and after 30 the plain page is offered
  var waits = [];
  document.addEventListener("htmx:beforeRequest", function (event) {
    var announce = document.getElementById("announce");
    var path = event.detail.pathInfo.requestPath;
    waits = [
      window.setTimeout(function () { announce.className = "still"; announce.textContent = "Still working\u2026"; }, 8000),
      window.setTimeout(function () {
        var link = document.createElement("a");
        link.href = path;
        link.textContent = "Open the plain page";
        announce.append(" ", link);
      }, 30000),
    ];
  });
  document.addEventListener("htmx:afterRequest", function () {
    waits.forEach(window.clearTimeout);
    var announce = document.getElementById("announce");
    announce.className = "visually-hidden";
    announce.textContent = "";
  });

  // a failing server sends the reader to the plain page
  document.addEventListener("htmx:responseError", function (event) {
    window.location.assign(event.detail.pathInfo.requestPath);
  });
})();
