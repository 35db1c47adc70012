// The page's talk with the server: plain JSON requests, and one stream of events that finds its way back by itself.

export class Refused extends Error {}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused("连接不上服务，请稍后再试");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? `服务出错（${response.status}），请稍后再试`);
  return body;
}

function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export const getState = () => ask("/api/state");
export const getHistory = (chat) =>
  ask(`/api/history?${new URLSearchParams({ chat, limit: 100 })}`).then((body) => body.messages);
export const say = (person, chat, text) => post("/api/say", { person, chat, text });
export const move = (step) => post("/api/clock", { step });

// The browser reconnects and resumes after the last event by itself. A stream that it gives up belongs to another run
// of the server, or fell too far behind: then everything is loaded anew.
export function listen({ session, cursor }, { onMessage, onClock, onRoster, onUp, onDown, onStale }) {
  const source = new EventSource(`/api/events?${new URLSearchParams({ session, after: cursor })}`);
  source.addEventListener("message", (event) => onMessage(JSON.parse(event.data)));
  source.addEventListener("clock", (event) => onClock(JSON.parse(event.data)));
  source.addEventListener("roster", () => onRoster());
  source.addEventListener("open", () => onUp());
  source.addEventListener("error", () => {
    onDown();
    if (source.readyState === EventSource.CLOSED) onStale();
  });
}
