// What pages do better with JavaScript. Events of htmx have the names of versions 2 and 4.
(() => {
  "use strict";
  const on = (names, act, capture = false) => {
    for (const name of names.split(" ")) document.addEventListener(name, act, capture);
  };
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // Focus goes where the server points.
  const focus = () => {
    const target = document.querySelector("[data-autofocus]");
    if (!target) return;
    if (!target.matches("a, button, input, select, textarea, [tabindex]")) target.tabIndex = -1;
    target.removeAttribute("data-autofocus");
    target.focus();
  };

  // A renewed part keeps the focus: htmx sees to what has the same id, else it is on the part.
  let held = "";
  on("htmx:beforeSwap htmx:before:swap", (event) => {
    const part = event.detail?.target ?? event.target;
    held = part.contains?.(document.activeElement) ? part.id : "";
  });
  const keep = () => {
    const part = held && document.activeElement === document.body && document.getElementById(held);
    held = "";
    if (!part) return;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  };

  // A hidden page doesn't poll.
  on("htmx:beforeRequest htmx:before:request", (event) => {
    if (document.hidden && event.target.closest?.("[data-poll]")) event.preventDefault();
  });

  // A page that was only to wait on leaves no step back to it.
  on("go-on", (event) => { location.replace(event.detail.address); });

  // What couldn't be fetched is said.
  const fault = (shown) => () => {
    const notice = document.getElementById("fault");
    if (notice) notice.hidden = !shown;
  };
  on("htmx:responseError htmx:sendError htmx:timeout htmx:response:error htmx:error", fault(true));
  on("htmx:afterSettle htmx:after:swap", () => {
    fault(false)();
    fresh();
    focus();
    keep();
  });

  // Questions before a form is sent: <form data-confirm="id of a dialog">.
  const confirmed = new WeakSet();
  const ask = (form, submitter) => {
    const dialog = document.getElementById(form.dataset.confirm);
    if (!dialog) return false;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "confirm") return;
      confirmed.add(form);
      form.requestSubmit(submitter);
    }, { once: true });
    dialog.showModal();
    return true;
  };

  // A form is sent once; its button says that it works. Not one with data-own: a download, or a script of the page.
  const sending = new Map();
  const busy = (form, button) => {
    sending.set(form, button && { button, words: [...button.childNodes] });
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (button.dataset.busy) button.replaceChildren(button.dataset.busy);
  };
  const idle = (form) => {
    const was = sending.get(form);
    sending.delete(form);
    if (!was) return;
    was.button.removeAttribute("aria-disabled");
    was.button.replaceChildren(...was.words);
  };
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  on("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || "own" in form.dataset) return;
    if (sending.has(form)) return stop(event);
    if (form.dataset.confirm && !confirmed.delete(form) && ask(form, submitter)) return stop(event);
    changed.delete(form);
    busy(form, submitter);
  }, true);
  on("htmx:afterRequest htmx:after:request", (event) => idle(event.target));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) [...sending.keys()].forEach(idle);
  });

  // A link loses nothing typed: <form data-guard>.
  const changed = new Set();
  on("input", (event) => {
    const { form } = event.target;
    if (form?.matches("[data-guard]")) changed.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });

  // Copy the words of an element: <button data-copy="id">.
  on("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const label = button.querySelector("[data-label]");
    const before = label.textContent;
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.dataset.text ?? source.textContent);
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2000);
  });

  // Fields that only matter with some answer of another one: data-only-if names it, data-only-if-value its pattern.
  const matters = (field) => {
    const other = field.form?.elements[field.dataset.onlyIf];
    if (!other) return true;
    const given = other.type === "checkbox" ? String(other.checked) : other.value;
    return RegExp(field.dataset.onlyIfValue).test(given) && !other.closest?.(".field")?.hidden;
  };
  const depend = () => all("[data-only-if]", (field) => { field.closest(".field").hidden = !matters(field); });
  on("input", depend);

  // Menus close by a click elsewhere, Escape, and another menu; else it follows data-escape.
  const close = (kept) => all("details[data-menu][open]", (menu) => { if (menu !== kept) menu.open = false; });
  on("click", (event) => close(event.target.closest?.("details[data-menu]")));
  on("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const open = event.target.closest?.("details[data-menu][open]");
    close();
    if (open) open.querySelector("summary").focus();
    else document.getElementById(event.target.closest?.("[data-escape]")?.dataset.escape)?.click();
  });

  // What only works with JavaScript appears with it; the browser's time zone is a first guess at sign-in.
  const fresh = () => {
    if (navigator.clipboard) all("[data-copy][hidden]", (button) => { button.hidden = false; });
    all("input[data-time-zone]", (field) => {
      field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
    });
  };
  fresh();
  depend();
  focus();
})();
