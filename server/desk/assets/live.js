// Follows what changes by itself on a lift's or a mailing's page, by server-sent events. Where those can't
// be had the page is asked for anew every few seconds. Out of sight it follows nothing.
const followed = document.querySelector("[data-follow]");
let stream, polling, over = false;

function follow() {
  if (over || document.hidden || stream) return;
  clearTimeout(polling);
  stream = new EventSource(followed.dataset.follow);
  stream.addEventListener("parts", (event) => show(new DOMParser().parseFromString(event.data, "text/html")));
  stream.addEventListener("over", () => { over = true; leave(); });
  stream.addEventListener("error", () => {
    if (stream && stream.readyState === EventSource.CLOSED) { leave(); poll(10); }
  });
}

function leave() {
  clearTimeout(polling);
  if (stream) stream.close();
  stream = null;
}

// Asks for the page so many times, then tries the stream again.
function poll(times) {
  polling = setTimeout(async () => {
    if (document.hidden) return;
    if (times === 0) return follow();
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { "Dateline-Refresh": "1" } });
      if (answer.status === 401) return location.reload();
      if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* The server can't be reached: what is shown stays. */ }
    poll(times - 1);
  }, 3000);
}

// Puts new parts in place of the old. What holds the focus is left alone, and what was opened stays open.
function show(fresh) {
  for (const part of fresh.querySelectorAll("[id^=live-]")) {
    const old = document.getElementById(part.id);
    if (!old || part.matches("[id^=live-] [id^=live-]") || old.contains(document.activeElement) || old.isEqualNode(part)) continue;
    for (const open of old.querySelectorAll("details[open][id]")) {
      const same = part.querySelector("#" + open.id);
      if (same) same.open = true;
    }
    old.replaceWith(part);
  }
  count();
}

// Counts down by the server's clock, whatever this machine's says.
let ahead = null, counting;
function count() {
  clearTimeout(counting);
  const timer = document.querySelector("[data-until]");
  if (!timer) return;
  if (timer.dataset.now !== ahead?.said) ahead = { said: timer.dataset.now, by: Date.now() - Number(timer.dataset.now) };
  const left = Date.parse(timer.dataset.until) - (Date.now() - ahead.by);
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  if (hours < 100) timer.textContent = (hours ? hours + ":" + two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)) + ":" + two(seconds % 60);
  if (left > 0) counting = setTimeout(count, left % 1000 || 1000);
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));
addEventListener("pagehide", leave);
count();
follow();
