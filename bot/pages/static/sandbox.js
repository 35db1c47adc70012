// The sandbox page: who one is, which chats stand side by side, and what becomes of every event.

import { getHistory, getState, listen, move, Refused, say } from "./api.js";
import * as view from "./view.js";

const KEPT_IN_A_PANE = 200;
const WATCHED_FIRST = ["leaders", "headquarters", "liaisons"];
const $ = (selector, root = document) => root.querySelector(selector);

let state; // what the server said: people, chats, clock
let me;
const messages = new Map(); // chat id → what is known of it, in order
const loaded = new Set(); // chats whose history is here
const seen = new Map(); // person and chat → number of the last message shown
const drafts = new Map();

const panes = [...document.querySelectorAll(".pane")].map((root, index) => ({
  root,
  index,
  chat: null,
  lastDate: null,
  log: $(".log", root),
  toEnd: $(".to-end", root),
  input: $("textarea", root),
  send: $(".composer button", root),
  fault: $(".fault", root),
  pick: $(".pane-pick", root),
}));
const [main, ...watching] = panes;

const chatOf = (id) => state.chats.find((chat) => chat.id === id);
const personOf = (id) => state.people.find((person) => person.id === id);
const isMine = (chat) => chat.members.includes(me.id);
const isShown = (pane) => pane.root.offsetParent !== null;
const known = (id) => messages.get(id) ?? [];

function nameOf(chat) {
  if (chat.purpose !== "direct" || chat.id === me?.id) return chat.name;
  const person = personOf(chat.id);
  return `私聊 · ${person.name}${person.role === "city_liaison" ? `（${person.region}）` : ""}`;
}

// ---- unread

const seenKey = (person, chat) => `${person}\n${chat}`;

function unread(person, chat) {
  const from = seen.get(seenKey(person, chat)) ?? state.cursor;
  return known(chat).filter((said) => said.number > from && said.author?.id !== person).length;
}

function markSeen(chat) {
  const last = known(chat).at(-1);
  if (last) seen.set(seenKey(me.id, chat), last.number);
}

// ---- people

function drawPeople() {
  const opened = new Set([...document.querySelectorAll(".roles details[open]")].map((group) => group.dataset.role));
  const groups = state.roles.map((role) => {
    const people = state.people.filter((person) => person.role === role.key);
    if (!people.length) return "";
    const names = people.map(view.chipName);
    const chips = people.map((person, index) => {
      const twice = names.filter((name) => name === names[index]).length > 1;
      return personChip(person, twice ? `${names[index]} ${person.name}` : names[index]);
    });
    const set = view.el("div", "chips");
    set.setAttribute("role", "group");
    set.setAttribute("aria-label", role.name);
    set.append(...chips);
    const group = view.el(people.length > 2 ? "details" : "div", people.length > 2 ? "" : "role-line");
    group.dataset.role = role.key;
    group.append(people.length > 2 ? foldHead(role, people) : view.el("span", "", role.name), set);
    group.name = "role"; // one group unfolded at a time
    if (people.length > 2) group.open = opened.size ? opened.has(role.key) : me.role === role.key;
    return group;
  });
  $(".roles").replaceChildren(...groups);
}

function foldHead(role, people) {
  const summary = view.el("summary", "", role.name);
  summary.append(view.el("span", "count", people.length));
  return summary;
}

function personChip(person, name) {
  const chip = view.el("label", "chip");
  const radio = view.el("input");
  Object.assign(radio, { type: "radio", name: "me", value: person.id, checked: person.id === me.id });
  chip.title = `${person.name}（${view.office(person)}）`;
  chip.append(radio, view.el("span", "chip-name", name), view.el("i", "dot"));
  return chip;
}

function drawDots() {
  for (const chip of document.querySelectorAll(".roles .chip")) {
    const person = $("input", chip).value;
    const count = person === me.id ? 0 : unread(person, person);
    chip.classList.toggle("has-news", count > 0);
    $(".dot", chip).title = count ? `${count}条未读` : "";
  }
}

function drawMe() {
  const who = view.el("div", "who");
  who.append(view.el("b", "", me.name), view.el("span", "", view.office(me)));
  $(".me").replaceChildren(view.avatar(me), who);
  $(".me-short").textContent =
    me.role === "city_liaison" || me.role === "division_liaison" ? `${view.shortName(me)} ${me.name}` : me.name;
}

function become(person) {
  keepDrafts();
  me = person;
  for (const radio of document.querySelectorAll(".roles input")) radio.checked = radio.value === me.id;
  drawMe();
  drawSuggestions();
  main.chat = me.id;
  panes.forEach(openPane);
  drawChats();
  remember();
}

function drawSuggestions() {
  $(".suggestions").replaceChildren(
    view.el("span", "quiet", "试试"),
    ...me.suggestions.map((text) => {
      const chip = view.el("button", "suggestion", text);
      chip.type = "button";
      chip.addEventListener("click", () => {
        if (main.input.disabled) showChat(me.id);
        main.input.value = text;
        main.input.focus();
      });
      return chip;
    }),
  );
}

// ---- the list of chats

function drawChats() {
  const others = state.chats.filter((chat) => !isMine(chat) && WATCHED_FIRST.includes(chat.purpose));
  const mine = state.chats.filter(isMine);
  mine.sort((a, b) => (b.purpose === "direct") - (a.purpose === "direct"));
  const focused = document.activeElement?.closest?.(".chat")?.dataset.chat;
  $(".chats").replaceChildren(...chatGroup("我的会话", mine), ...chatGroup("旁观", others));
  if (focused) document.querySelector(`.chat[data-chat="${CSS.escape(focused)}"]`)?.focus();
  drawDots();
}

function chatGroup(name, chats) {
  if (!chats.length) return [];
  const list = view.el("ul");
  list.append(
    ...chats.map((chat) => {
      const item = view.el("li");
      const button = view.el("button", "chat");
      button.type = "button";
      button.dataset.chat = chat.id;
      if (chat.id === main.chat) button.setAttribute("aria-current", "true");
      const last = known(chat.id).at(-1) ?? chat.last;
      const top = view.el("span", "chat-top");
      top.append(view.el("b", "", nameOf(chat)), view.el("time", "", last?.time ?? ""));
      const below = view.el("span", "chat-below");
      below.append(view.el("span", "chat-last", view.preview(last, state.bot)), view.badge(unread(me.id, chat.id)));
      button.append(top, below);
      button.addEventListener("click", () => showChat(chat.id));
      item.append(button);
      return item;
    }),
  );
  return [view.el("h2", "", name), list];
}

function showChat(id) {
  keepDrafts();
  main.chat = id;
  openPane(main);
  drawChats();
  remember();
  if (matchMedia("(min-width: 860px)").matches && !main.input.disabled) main.input.focus();
}

// ---- panes

async function openPane(pane) {
  const chat = chatOf(pane.chat);
  const part = isMine(chat);
  $("h2", pane.root).textContent = nameOf(chat);
  $(".pane-note", pane.root).textContent = chat.note;
  $(".pane-part", pane.root).textContent = part ? "" : "旁观";
  $(".onlooker", pane.root).hidden = part;
  $(".composer", pane.root).hidden = !part;
  pane.input.disabled = !part;
  pane.input.value = drafts.get(seenKey(me.id, chat.id)) ?? "";
  tellFault(pane, "");
  if (pane.pick) drawPick(pane);
  pane.root.classList.toggle("is-watched", !part);
  drawLog(pane);
  if (loaded.has(chat.id)) return;
  try {
    const before = await getHistory(chat.id);
    const last = before.at(-1)?.number ?? 0;
    messages.set(chat.id, [...before, ...known(chat.id).filter((said) => said.number > last)]);
    loaded.add(chat.id);
    panes.filter((other) => other.chat === chat.id).forEach(drawLog);
    drawChats();
  } catch (refused) {
    tellFault(pane, refused.message);
  }
}

function drawPick(pane) {
  const groups = new Map();
  for (const chat of state.chats) {
    if (!groups.has(chat.group)) groups.set(chat.group, view.el("optgroup"));
    const option = view.el("option", "", nameOf(chat));
    option.value = chat.id;
    option.selected = chat.id === pane.chat;
    groups.get(chat.group).label = chat.group;
    groups.get(chat.group).append(option);
  }
  pane.pick.replaceChildren(...groups.values());
}

function drawLog(pane) {
  pane.log.replaceChildren();
  pane.lastDate = null;
  pane.log.setAttribute("aria-label", `${nameOf(chatOf(pane.chat))}的消息`);
  for (const said of known(pane.chat).slice(-KEPT_IN_A_PANE)) append(pane, said);
  if (loaded.has(pane.chat) && !pane.log.childElementCount) pane.log.append(view.el("li", "empty", emptyWords(pane)));
  toEnd(pane);
  if (isShown(pane)) markSeen(pane.chat);
}

const emptyWords = (pane) =>
  pane === main && pane.chat === me.id ? "还没有消息，点下面的话试一试" : "暂无消息";

function append(pane, said) {
  $(".empty", pane.log)?.remove();
  if (said.date !== pane.lastDate) pane.log.append(view.dayLine(said.date));
  pane.lastDate = said.date;
  pane.log.append(view.message(said, { me, bot: state.bot, onPicture: showPicture }));
  while (pane.log.childElementCount > KEPT_IN_A_PANE * 2) pane.log.firstElementChild.remove();
}

// Where a log rests: at its end, but a last message taller than the pane is read from its head.
function rest(pane) {
  const end = pane.log.scrollHeight - pane.log.clientHeight;
  const last = pane.log.lastElementChild;
  return last?.offsetHeight > pane.log.clientHeight ? Math.min(end, last.offsetTop - 8) : end;
}

const isAtEnd = (pane) => pane.log.scrollTop > rest(pane) - 60;

function toEnd(pane) {
  pane.log.scrollTop = rest(pane);
  pane.toEnd.hidden = true;
}

function tellFault(pane, sentence) {
  pane.fault.textContent = sentence;
  pane.fault.hidden = !sentence;
}

function keepDrafts() {
  for (const pane of panes) if (pane.chat) drafts.set(seenKey(me.id, pane.chat), pane.input.value);
}

async function sendFrom(pane) {
  const text = pane.input.value.trim();
  if (!text || pane.send.disabled) return;
  if (text.length > state.max_text) {
    tellFault(pane, `消息太长：最多${state.max_text}字，现有${text.length}字，请分条发送`);
    return;
  }
  const { chat } = pane;
  tellFault(pane, "");
  pane.send.disabled = true;
  try {
    await say(me.id, chat, text);
    drafts.delete(seenKey(me.id, chat));
    if (pane.chat === chat && pane.input.value.trim() === text) pane.input.value = "";
    toEnd(pane);
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    tellFault(pane, refused.message);
  } finally {
    pane.send.disabled = false;
  }
}

// ---- pictures

function showPicture(file) {
  const viewer = $(".viewer");
  Object.assign($(".viewer-image"), { src: file.url, alt: file.name });
  Object.assign($(".viewer-save"), { href: file.url, download: file.name });
  viewer.showModal();
  $(".viewer-frame").scrollTop = 0;
}

// ---- the clock

function drawClock(clock) {
  state.clock = clock;
  $(".clock-time").textContent = clock.time;
  $(".clock-time").dateTime = clock.at;
  $(".clock-date").textContent = clock.date;
  $(".clock-count").textContent =
    clock.day < 1 ? `距开始${1 - clock.day}天` : clock.day > clock.days ? "行动已结束" : `第${clock.day}天，共${clock.days}天`;
  setMoving(clock.moving);
}

function setMoving(moving) {
  for (const button of document.querySelectorAll("[data-step]")) {
    if (moving && button === document.activeElement) button.dataset.hadFocus = "";
    button.disabled = moving;
    if (!moving && "hadFocus" in button.dataset) {
      delete button.dataset.hadFocus;
      button.focus();
    }
  }
  $(".clock").setAttribute("aria-busy", String(moving));
  $(".moving").hidden = !moving;
}

async function moveClock(step) {
  setMoving(true);
  try {
    drawClock((await move(step)).clock);
    tellFault(main, "");
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    tellFault(main, refused.message);
    setMoving(false);
  }
}

// ---- events

function onMessage(said) {
  const all = known(said.chat);
  if (all.length && all.at(-1).number >= said.number) return;
  messages.set(said.chat, [...all.slice(1 - KEPT_IN_A_PANE), said]);
  for (const pane of panes.filter((one) => one.chat === said.chat)) {
    const follow = isAtEnd(pane) || said.author?.id === me.id;
    append(pane, said);
    if (follow) toEnd(pane);
    else pane.toEnd.hidden = false;
    if (isShown(pane)) markSeen(said.chat);
  }
  if (said.at > state.clock.at) drawClock({ ...state.clock, at: said.at, date: said.date, time: said.time });
  scheduleChats();
}

let chatsDue = false;
function scheduleChats() {
  if (chatsDue) return;
  chatsDue = true;
  requestAnimationFrame(() => {
    chatsDue = false;
    drawChats();
  });
}

async function onRoster() {
  const fresh = await getState();
  Object.assign(state, { people: fresh.people, chats: fresh.chats });
  me = personOf(me.id) ?? state.people[0];
  keepDrafts();
  drawPeople();
  drawMe();
  drawSuggestions();
  for (const pane of panes) {
    if (!chatOf(pane.chat)) pane.chat = me.id;
    openPane(pane);
  }
  drawChats();
}

function tellConnection(sentence) {
  $(".connection").textContent = sentence;
  $(".connection").hidden = !sentence;
}

// ---- beginning

const remember = () => {
  const where = new URLSearchParams({ me: me.id, chats: JSON.stringify(panes.map((pane) => pane.chat)) });
  history.replaceState(null, "", `#${where}`);
};

function recalled() {
  const where = new URLSearchParams(location.hash.slice(1));
  let chats = [];
  try {
    chats = JSON.parse(where.get("chats") ?? "[]");
  } catch {
    // an address typed by hand: begin as if there were none
  }
  return { person: personOf(where.get("me")), chats: Array.isArray(chats) ? chats : [] };
}

async function begin() {
  try {
    state = await getState();
  } catch {
    tellConnection("连接不上服务，正在重试…");
    setTimeout(begin, 1500);
    return;
  }
  tellConnection("");
  messages.clear();
  loaded.clear();
  seen.clear();
  const { person, chats } = recalled();
  me = person ?? state.people.find((one) => one.region === "恩施州") ?? state.people[0];
  if (!me) {
    tellConnection("名单里还没有人");
    return;
  }
  const first = WATCHED_FIRST.map((purpose) => state.chats.find((chat) => chat.purpose === purpose)).filter(Boolean);
  main.chat = chatOf(chats[0]) ? chats[0] : me.id;
  watching.forEach((pane, index) => {
    pane.chat = chatOf(chats[index + 1]) ? chats[index + 1] : (first[index]?.id ?? me.id);
  });
  drawClock(state.clock);
  drawPeople();
  drawMe();
  drawSuggestions();
  panes.forEach(openPane);
  drawChats();
  remember();
  listen(state, {
    onMessage,
    onClock: drawClock,
    onRoster,
    onUp: () => tellConnection(""),
    onDown: () => tellConnection("连接中断，正在重新连接…"),
    onStale: () => setTimeout(begin, 1500),
  });
  document.documentElement.dataset.ready = "";
}

for (const pane of panes) {
  $(".composer", pane.root).addEventListener("submit", (event) => {
    event.preventDefault();
    sendFrom(pane);
  });
  pane.input.addEventListener("keydown", (event) => {
    // Enter that ends the choice of a Chinese word in an input method does not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    sendFrom(pane);
  });
  pane.toEnd.addEventListener("click", () => {
    toEnd(pane);
    pane.log.focus();
  });
  pane.log.addEventListener("scroll", () => isAtEnd(pane) && (pane.toEnd.hidden = true), { passive: true });
  pane.pick?.addEventListener("change", () => {
    keepDrafts();
    pane.chat = pane.pick.value;
    openPane(pane);
    drawChats();
    remember();
  });
}

for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => moveClock(button.dataset.step));
}

// On a phone the people are a drawer.
const narrow = matchMedia("(max-width: 859px)");
const drawer = $(".people");
const drawerButton = $(".me-button");

function setDrawer(open) {
  drawer.classList.toggle("is-open", open);
  drawerButton.setAttribute("aria-expanded", String(open));
  drawer.inert = narrow.matches && !open;
  for (const behind of [$(".panes"), $(".chats")]) behind.inert = narrow.matches && open;
  if (open) $("input:checked", drawer)?.focus();
}

drawerButton.addEventListener("click", () => setDrawer(true));
$(".people-close").addEventListener("click", () => {
  setDrawer(false);
  drawerButton.focus();
});
addEventListener("pointerdown", (event) => {
  if (narrow.matches && drawer.classList.contains("is-open") && !drawer.contains(event.target)) setDrawer(false);
});
drawer.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !narrow.matches) return;
  setDrawer(false);
  drawerButton.focus();
});
narrow.addEventListener("change", () => setDrawer(false));
setDrawer(false);

let byKey = false;
$(".roles").addEventListener("keydown", () => (byKey = true));
$(".roles").addEventListener("pointerdown", () => (byKey = false));
$(".roles").addEventListener("submit", (event) => event.preventDefault());
$(".roles").addEventListener("change", (event) => {
  const person = personOf(event.target.value);
  if (!person) return;
  become(person);
  if (narrow.matches && !byKey) setDrawer(false);
});
$(".viewer").addEventListener("click", (event) => {
  if (event.target === event.currentTarget) event.currentTarget.close();
});
addEventListener("resize", () => {
  for (const pane of panes) if (pane.chat && isShown(pane)) markSeen(pane.chat);
});

begin();
