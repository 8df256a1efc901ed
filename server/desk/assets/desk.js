// Refreshes what changes by itself: every element with data-refresh (milliseconds) and an id is taken
// again from the page. Nothing is refreshed while it holds the focus or the page is out of sight.
for (const element of document.querySelectorAll("[data-refresh]")) {
  refreshLater(element.id, Number(element.dataset.refresh));
}

function refreshLater(id, wait) {
  setTimeout(async () => {
    const old = document.getElementById(id);
    if (document.hidden || old.contains(document.activeElement)) return refreshLater(id, wait);
    const fresh = await fetchElement(id);
    if (fresh) old.replaceWith(fresh);
    if (!fresh || fresh.dataset.refresh) refreshLater(id, wait);
  }, wait);
}

// Gives the element as the page has it now, or null while the server can't be reached. When the session
// has ended the page is loaded again, which asks to sign in.
async function fetchElement(id) {
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { "Dateline-Refresh": "1" } });
    if (answer.status === 401) location.reload();
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
  } catch {
    return null;
  }
}

// Shows the text in the preview a moment after it was typed, where the preview was being read.
const preview = document.querySelector("[data-preview]");
if (preview) {
  const frame = document.querySelector("iframe[name=preview]");
  let waiting, scroll = 0;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, scroll));
  preview.form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      scroll = frame.contentWindow.scrollY;
      preview.form.requestSubmit(preview);
    }, 700);
  });
}

// Asks before a text that was changed and not saved is left, as by attaching a file.
const text = document.getElementById("text");
if (text) {
  let unsaved = false;
  text.addEventListener("input", () => { unsaved = true; });
  text.addEventListener("submit", (event) => {
    if (event.submitter !== preview) unsaved = false;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}
