// Keys on the pages of a hit and a document, as they stand beside the buttons. Escape leaves a
// field, so that they work again. Everything works without them.
"use strict";

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest('input:not([type="checkbox"]), textarea, select');
  if (writing && event.key === "Escape") writing.blur();
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  const missing = target.form && target.form.querySelector("textarea:invalid");
  (missing || target).focus();
  if (!missing && target.matches("button, a")) target.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A form is sent once: a second click while it is on its way would only wait for the same answer.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// The field that has the focus shows where on the page it was read.
document.addEventListener("focusin", (event) => {
  for (const box of document.querySelectorAll(".pages rect.on")) box.classList.remove("on");
  const field = event.target.closest("[data-box]");
  const box = field && document.getElementById(field.dataset.box);
  if (!box) return;
  box.classList.add("on");
  box.scrollIntoView({ block: "nearest" });
});

// What comes into the inbox is shown at once, on pages that somebody can see.
const bell = document.querySelector("[data-bell]");
let stream, heard;

function listen() {
  if (!bell || stream || document.hidden) return;
  stream = new EventSource("/inbox/stream");
  stream.addEventListener("inbox", (event) => {
    const unread = Number(event.data.split(" ")[0]);
    bell.querySelector("b").textContent = unread ? String(unread) : "";
    if (heard !== undefined && heard !== event.data) {
      document.body.dispatchEvent(new CustomEvent("inbox"));
    }
    heard = event.data;
  });
}

function hush() {
  if (stream) stream.close();
  stream = undefined;
}

document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
window.addEventListener("pagehide", hush);
window.addEventListener("pageshow", listen);
