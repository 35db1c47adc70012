// What things look like: values in, elements out. Everything people wrote is set as text, never as markup.

export function el(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

export const shortName = (person) =>
  (person.role === "city_liaison" && person.region) ||
  (person.role === "division_liaison" && person.division) ||
  person.name;

export const chipName = (person) =>
  person.role === "city_liaison" ? shortName(person).replace(/^(.{2,}?)(市|州|林区)$/, "$1") : shortName(person);

export const office = (person) =>
  [person.region ?? person.division ?? person.title, person.role_name === person.name ? "不在名单里" : person.role_name]
    .filter(Boolean)
    .join(" · ");

export function avatar(person, bot) {
  const sign = !person ? bot.slice(0, 1) : person.role === "unknown" ? "？" : person.name.slice(-2);
  const element = el("span", `avatar ${person ? person.role : "bot"}`, sign);
  element.setAttribute("aria-hidden", "true");
  return element;
}

// 【…】 at the head of a text is its heading.
function writeText(element, text) {
  const head = /^【[^】\n]{1,40}】/.exec(text);
  if (head) element.append(el("b", "head", head[0]), text.slice(head[0].length));
  else element.textContent = text;
}

function pictureOf(file, onPicture) {
  const link = el("a", "picture");
  link.href = file.url;
  const image = el("img");
  image.src = file.url;
  image.alt = file.name;
  image.loading = "lazy";
  link.append(image, el("span", "picture-more", "查看全图"));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    onPicture(file, link);
  });
  return link;
}

function linkOf(file) {
  const link = el("a", "file");
  link.href = file.url;
  link.download = file.name;
  const ending = /\.([a-z0-9]{1,5})$/i.exec(file.name);
  link.append(el("span", "file-kind", ending ? ending[1].toUpperCase() : "文件"), el("span", "file-name", file.name));
  return link;
}

export function message(said, { me, bot, onPicture }) {
  const item = document.getElementById("message").content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`.${name}`);
  const author = said.author;
  item.classList.add(author ? "person" : "bot", `severity-${said.severity}`);
  item.classList.toggle("mine", author?.id === me.id);
  if (said.kind) item.dataset.kind = said.kind;
  part("avatar").replaceWith(avatar(author, bot));
  part("name").textContent = author ? author.name : bot;
  part("office").textContent = author ? author.office : "";
  part("tag").textContent = said.tag ?? "";
  part("tag").hidden = !said.tag;
  item.querySelector("time").textContent = said.time;
  item.querySelector("time").dateTime = said.at;
  part("title").textContent = said.title ?? "";
  part("title").hidden = !said.title;
  writeText(part("text"), said.text);
  if (said.mentions.length) {
    part("text").prepend(el("span", "mention", said.mentions.map((name) => `@${name}`).join(" ")), " ");
  }
  part("text").hidden = !part("text").textContent;
  part("files").hidden = !said.files.length;
  part("files").append(...said.files.map((file) => (file.picture ? pictureOf(file, onPicture) : linkOf(file))));
  return item;
}

export const dayLine = (date) => {
  const item = el("li", "day");
  item.append(el("span", "", date));
  return item;
};

export function badge(count) {
  const element = el("span", "unread", count > 99 ? "99+" : count);
  element.setAttribute("aria-label", `${count}条未读`);
  element.hidden = !count;
  return element;
}

export const preview = (said, bot) => {
  if (!said) return "暂无消息";
  const text = [said.title, said.text].filter(Boolean).join(" ").replace(/\s+/g, " ");
  return `${said.author ? said.author.name : bot}：${text.slice(0, 60)}`;
};
