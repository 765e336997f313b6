// Small comforts; every page does its work without them.
(function () {
  "use strict";

  function isTyping(element) {
    return element && (element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName));
  }

  // "/" goes to the search field
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    var search = document.getElementById("q");
    if (!search || !search.offsetParent) return;
    event.preventDefault();
    search.focus();
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

  // buttons that print are hidden by the server's markup until a script can serve them
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // after a form came back with problems, reading starts at their list
  var problems = document.querySelector(".error-summary");
  if (problems) problems.focus();

  // what a filter changed is said once, in the one live region of the page
  document.addEventListener("htmx:afterSettle", function (event) {
    var said = event.target.querySelector && event.target.querySelector("[data-announce]");
    if (said) document.getElementById("announce").textContent = said.textContent;
  });

  // a slow or failing server sends the reader to the plain page
  document.addEventListener("htmx:responseError", function (event) {
    window.location.assign(event.detail.pathInfo.requestPath);
  });
})();
