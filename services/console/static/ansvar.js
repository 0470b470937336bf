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

// A picture can be made smaller and larger, with buttons or with + - 0 while it has the focus, and
// drawn with the mouse. Without this it scrolls.
function zoom(picture, by) {
  const drawing = picture.querySelector("svg");
  if (!drawing) return; // a large one comes after the page
  const { width, height } = drawing.viewBox.baseVal;
  const now = drawing.clientWidth / width || 1;
  const whole = Math.min(picture.clientWidth / width, picture.clientHeight / height, 1);
  const wanted = by === "whole" ? whole : by === "1" ? 1 : now * Number(by);
  const size = Math.min(3, Math.max(Math.min(0.1, whole), wanted));
  const middle = [picture.scrollLeft + picture.clientWidth / 2, picture.scrollTop + picture.clientHeight / 2];
  drawing.setAttribute("width", width * size);
  drawing.setAttribute("height", height * size);
  picture.scrollLeft = (middle[0] * size) / now - picture.clientWidth / 2;
  picture.scrollTop = (middle[1] * size) / now - picture.clientHeight / 2;
}

const KEYS = { "+": "1.25", "-": "0.8", "0": "1", "1": "whole" };

for (const row of document.querySelectorAll("[data-zoom]")) {
  const picture = document.getElementById(row.dataset.zoom);
  row.hidden = false;
  row.addEventListener("click", (event) => {
    const button = event.target.closest("[data-by]");
    if (button) zoom(picture, button.dataset.by);
  });
  picture.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    event.stopPropagation();
    zoom(picture, KEYS[event.key]);
  });
  let from;
  picture.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button || event.target.closest("a")) return;
    from = [event.clientX + picture.scrollLeft, event.clientY + picture.scrollTop];
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    picture.scrollLeft = from[0] - event.clientX;
    picture.scrollTop = from[1] - event.clientY;
  });
  picture.addEventListener("pointerup", () => (from = undefined));
}

// What comes into the inbox is shown at once, on pages that somebody can see.
const bell = document.querySelector("[data-bell]");
let stream;
let heard = document.querySelector("[data-heard]")?.dataset.heard; // what came since it was made is news

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
