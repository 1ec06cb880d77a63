const element = id => document.getElementById(id);

function show(list, ...items) {
  list.replaceChildren(...items);
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

function answer({ label, probability }) {
  const item = document.createElement("li");
  const bar = part("bar", "");
  bar.style.width = `${100 * probability}%`;
  item.append(bar, part("label", label), part("share", `${(100 * probability).toFixed(1)} %`));
  return item;
}

function fault(sentence) {
  const item = document.createElement("li");
  item.className = "fault";
  item.textContent = sentence;
  return item;
}

// Of two questions in a row the later answer stands.
const latest = new Map();

async function ask(path, body, list) {
  const question = Symbol();
  latest.set(list, question);
  const items = await answersTo(path, body);
  if (latest.get(list) === question) show(list, ...items);
}

async function answersTo(path, body) {
  try {
    const response = await fetch(path, { method: "POST", body });
    if (response.ok) return (await response.json()).map(answer);
    const problem = await response.json().catch(() => ({}));
    const retry = response.headers.get("Retry-After");
    return [fault(`${problem.detail ?? `The server answers ${response.status}.`}${retry ? ` Come again in ${retry} s.` : ""}`)];
  } catch {
    return [fault("The server does not answer.")];
  }
}

function classify(file) {
  if (!file) return;
  const preview = element("preview");
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(file);
  preview.alt = file.name;
  preview.onload = () => { preview.hidden = false; element("hint").hidden = true; };
  preview.onerror = () => { preview.hidden = true; element("hint").hidden = false; };
  ask("predict/image", file, element("image-answers"));
}

element("photograph").addEventListener("change", change => {
  classify(change.target.files[0]);
  // So that the same file can be chosen again.
  change.target.value = "";
});

const drop = element("drop");
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, move => {
    move.preventDefault();
    drop.classList.toggle("over", name === "dragenter" || name === "dragover");
  });
}
drop.addEventListener("drop", dropped => classify(dropped.dataTransfer.files[0]));

element("ask").addEventListener("submit", async submit => {
  submit.preventDefault();
  const button = submit.target.querySelector("button");
  button.disabled = true;
  await ask("predict/text", element("text").value, element("text-answers"));
  button.disabled = false;
});

function sentence(labels) {
  return labels.length > 15 ? `${labels.length} classes: ${labels.slice(0, 6).join(", ")} and so on.` : `${labels.length} classes: ${labels.join(", ")}.`;
}

const classes = await (await fetch("classes")).json();
element("image-classes").textContent = sentence(classes.image);
element("text-classes").textContent = sentence(classes.text);
