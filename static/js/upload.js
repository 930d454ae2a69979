// Sends a customer file in pieces (tus) and goes on where it stopped, also after a reload: the page lists what has
// arrived, so nothing is kept in the browser. Without this script the form sends the file in one go.
(() => {
  "use strict";
  const form = document.querySelector("form[data-upload]");
  if (!form || !window.tus?.isSupported) return;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const { file: input, csrfmiddlewaretoken: token } = form.elements;
  const bar = form.querySelector("progress");
  const title = document.title;
  const delays = [0, 1000, 3000, 5000, 10000, ...Array(40).fill(15000)];
  const [smallest, largest] = [8 * 2 ** 20, 64 * 2 ** 20];
  let upload, began, first, told, seen, lost, done, sent;

  const words = (name, values) =>
    form.dataset[`say${name}`].replace(/\{(\w+)\}/g, (_, key) => {
      const value = values[key];
      return typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value;
    });
  // What is seen, and what is also heard by those who listen to the page.
  const tell = (text, heard = true) => {
    part("shown").textContent = text;
    if (heard) part("status").textContent = text;
    seen = Date.now();
  };
  const say = (name) => tell(words(name, { percent: Math.floor(bar.value) }));
  const wrong = (text) => {
    part("error").textContent = text;
    part("error").hidden = !text;
    input.setAttribute("aria-invalid", Boolean(text));
    if (text) input.focus();
  };
  const show = (sending) => {
    part("drop").hidden = part("send").hidden = sending;
    part("file").hidden = !sending;
  };
  const running = (yes) => {
    part("pause").hidden = !yes;
    part("resume").hidden = yes;
    part(yes ? "pause" : "resume").focus();
  };

  const left = (seconds) => {
    if (seconds < 45) return words("Seconds");
    const minutes = Math.round(seconds / 60);
    return minutes < 2 ? words("Minute") : words("Minutes", { minutes });
  };
  const progress = (sent, size) => {
    const now = Date.now();
    bar.value = size ? (100 * sent) / size : 100;
    document.title = `${Math.floor(bar.value)} % – ${title}`;
    if (lost || first === undefined) {
      if (sent) say("Resumed");
      [lost, began, first, told] = [false, now, sent, { at: now, percent: bar.value }];
    }
    // Seen every half second; heard every five seconds or ten per cent. Speed is a guess that takes five seconds.
    const early = now - began < 5000;
    const heard = !early && (now - told.at >= 5000 || bar.value - told.percent >= 10);
    if (!heard && now - seen < 500) return;
    if (heard) told = { at: now, percent: bar.value };
    const speed = (sent - first) / (now - began);
    tell(words(early ? "Arrived" : "Going", {
      done: Math.round(sent / 1e6), size: Math.round(size / 1e6), percent: Math.floor(bar.value),
      speed: Math.max(1, Math.round(speed / 1e3)), left: left((size - sent) / speed / 1000),
    }), heard);
  };

  // Where a piece takes less than a second, the pause between two pieces is what a large file waits for.
  const arrived = () => {
    const [now, before] = [Date.now(), sent];
    sent = now;
    if (now - before < 1000) upload.options.chunkSize = Math.min(largest, 2 * upload.options.chunkSize);
  };
  const retry = (error) => {
    const status = error.originalResponse?.getStatus() ?? 0;
    lost = true;
    if (upload) upload.options.chunkSize = smallest; // none: it was cancelled, and its end is asked for again
    if (!status) say("Lost");
    return !status || status === 409 || status === 423 || (status >= 500 && status !== 507);
  };
  const failed = (error) => {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (!status && error.originalRequest) {
      running(false);
      return say("Lost");
    }
    show(false);
    if (status === 401 || status === 403) return wrong(words("Out"));
    if ([413, 429, 507].includes(status)) return wrong(error.originalResponse.getBody());
    wrong(words(error.originalRequest ? "Failed" : "Changed"));
  };
  const use = () => {
    done = true;
    say("Done");
    const next = document.createElement("form");
    [next.method, next.action] = ["post", `${upload.url}/use`];
    form.querySelectorAll("input[type=hidden]").forEach((field) => next.append(field.cloneNode()));
    document.body.append(next);
    next.submit();
  };

  const start = (file) => {
    wrong(file ? file.size > Number(form.dataset.max) ? words("Size") : "" : words("None"));
    if (!part("error").hidden) return;
    const same = [...document.querySelectorAll("[data-unfinished]")].find(({ dataset }) =>
      dataset.size === String(file.size) && dataset.modified === String(file.lastModified) && dataset.name === file.name);
    [first, lost] = [undefined, false];
    bar.value = 0;
    part("name").textContent = file.name;
    show(true);
    say("Starting");
    running(true);
    upload = new tus.Upload(file, {
      endpoint: form.dataset.upload, uploadUrl: same?.dataset.unfinished ?? null, chunkSize: smallest,
      metadata: { filename: file.name, modified: String(file.lastModified) }, headers: { "X-CSRFToken": token.value },
      retryDelays: delays, storeFingerprintForResuming: false,
      onShouldRetry: retry, onChunkComplete: arrived, onProgress: progress, onError: failed, onSuccess: use,
    });
    upload.start();
  };
  const go = () => {
    if (!upload || part("resume").hidden || done) return;
    lost = true;
    running(true);
    upload.start();
  };

  form.addEventListener("submit", (event) => {
    if (!input.files[0]) return; // the answer says so on top of the page, as it does about every form
    event.preventDefault();
    start(input.files[0]);
  });
  part("pause").addEventListener("click", () => {
    upload.abort();
    running(false);
    say("Paused");
  });
  part("resume").addEventListener("click", go);
  window.addEventListener("online", () => lost && go());
  part("cancel").addEventListener("click", () => {
    upload.abort(true).catch(() => undefined);
    upload = undefined;
    document.title = title;
    show(false);
    input.focus();
  });
  const over = (event, yes) => {
    event.preventDefault();
    part("drop").classList.toggle("over", yes);
  };
  for (const name of ["dragenter", "dragover"]) part("drop").addEventListener(name, (event) => over(event, true));
  part("drop").addEventListener("dragleave", (event) => over(event, false));
  part("drop").addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
})();
