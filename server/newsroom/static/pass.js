// Says beside the embargo's end when that is where the reader is, unless it is the same clock.
const end = new Date(document.querySelector("#embargo time").dateTime);
const local = document.getElementById("local");
const text = new Intl.DateTimeFormat(document.documentElement.lang, {
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
}).format(end);
local.querySelector("span").textContent = text;
local.hidden = false;
