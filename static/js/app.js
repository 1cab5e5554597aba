// Enhancements only: every page works without this file, except copying.

const $ = (selector, root = document) => root.querySelector(selector);
const OPENER = "opener";

function announce(text) {
  const place = $("#announcer");
  place.textContent = "";
  // A reader speaks a change; the same text twice would be none.
  requestAnimationFrame(() => { place.textContent = text; });
}

// Copying

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Over plain http there is no clipboard object.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  const host = $("dialog:modal") || document.body;
  host.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

async function copy(button) {
  try {
    await write(button.dataset.copy);
  } catch {
    return;
  }
  button.focus();
  button.classList.add("copied");
  announce($("#announcer").dataset.copied);
  setTimeout(() => button.classList.remove("copied"), 2000);
}

// Panels and dialogs: the server sends <dialog open>, here they become modal

function dirty(dialog) {
  return [...dialog.querySelectorAll("form[method=post] :is(input, textarea):not([type=hidden])")].some((field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
}

function makeModal(dialog) {
  if (dialog.matches(":modal")) return;
  dialog.close();
  dialog.showModal();
  ($("[data-focus]", dialog) || $("[autofocus]", dialog) || dialog).focus();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!dirty(dialog)) $("[data-close]", dialog)?.click();
  });
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog && outside(dialog, event) && !dirty(dialog)) $("[data-close]", dialog)?.click();
  });
}

function outside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

function rememberOpener(link) {
  sessionStorage.setItem(OPENER, JSON.stringify({ id: link.id, href: link.getAttribute("href"), page: location.pathname }));
}

function returnFocus() {
  const kept = JSON.parse(sessionStorage.getItem(OPENER) || "null");
  if (!kept || kept.page !== location.pathname) return;
  sessionStorage.removeItem(OPENER);
  const opener = (kept.id && document.getElementById(kept.id)) || [...document.querySelectorAll("a[data-opens]")].find((link) => link.getAttribute("href") === kept.href);
  opener?.focus();
}

// Too many requests: the wait is counted down in sight, then the page is asked for again

function countDown(place) {
  const words = place.textContent;
  let left = Number(place.dataset.retry);
  const timer = setInterval(() => {
    left -= 1;
    place.textContent = words.replace(/\d+/, Math.max(left, 0));
    if (left > 0) return;
    clearInterval(timer);
    location.assign(location.href);
  }, 1000);
}

// What stands on the page now: after loading and after each exchange of #page

function settle() {
  const wait = $("[data-retry]");
  if (wait) countDown(wait);
  const modal = $("dialog[data-modal][open]");
  if (modal) makeModal(modal);
  else {
    returnFocus();
    $("[data-focus]")?.focus();
  }
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-copy], a[data-opens], .menu a");
  if (!target) return;
  if (target.matches("[data-copy]")) copy(target);
  else if (target.matches("[data-opens]")) rememberOpener(target);
  else target.closest("[popover]")?.hidePopover();
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (event.target.matches("[data-autosubmit], [data-autosubmit] *")) form.requestSubmit();
});

// One press, one deed: a second press of the same form's button does nothing until the answer is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-repeatable")) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
  // An answer that is a file leaves the page standing.
  setTimeout(() => delete form.dataset.sent, 8000);
});

function release() {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
}
addEventListener("pageshow", release);

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && $("#search")) {
    event.preventDefault();
    $("#search").select();
  }
});

// A passkey that was refused or dismissed
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = $("[data-passkey-trouble]");
  if (place) place.hidden = false;
});

// An answer that is no page of ours with the frame (sign-in after the session's end) is opened whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (/<main[^>]*data-plain/.test(xhr.responseText) || !xhr.responseText.includes('id="page"')) {
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  }
  // The anchor is for loading the page; an exchange leaves the row under the pointer.
  delete event.detail.pathInfo.anchor;
});
document.addEventListener("htmx:afterSettle", () => {
  release();
  settle();
  // A message that came with an exchange is seen; here it is also spoken.
  const said = $(".bars .bar-text");
  if (said) announce(said.textContent.trim());
});
settle();
