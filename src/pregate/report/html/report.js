// Shows the findings of the data block, a batch at a time. Every text goes into the page as a text node or as the
// value of an attribute that no browser runs; nothing here makes HTML of a text, which the page's policy forbids.
"use strict";
(() => {
  const BATCH = 100;
  const LISTS = ["state", "severity"];
  const SINGLES = ["check", "rule", "confidence", "sort", "q"];
  const RANKS = ["critical", "high", "medium", "low", "info", "unknown"];
  const STATES = { "new": "new", "below-threshold": "below threshold", "pre-existing": "pre-existing", "suppressed": "suppressed" };
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);

  // ------------------------------------------------------------------------------------------------ elements

  const ATTRIBUTES = new Set(["class", "id", "type", "href", "rel", "title", "hidden", "tabindex", "role",
    "aria-expanded", "aria-controls", "aria-label", "aria-hidden"]);

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (ATTRIBUTES.has(key)) element.setAttribute(key, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== "" && child != null));
    return element;
  }

  const isWeb = (address) => /^https?:\/\//.test(address);

  function link(address, words) {
    return isWeb(address) ? make("a", { href: address, rel: "noopener noreferrer" }, words) : make("code", null, address);
  }

  // What may be wider than its place can be scrolled with keys, and so has a name.
  const pre = (label, ...content) => make("pre", { tabindex: "0", role: "group", "aria-label": label }, make("code", null, content));
  const spans = (texts) => texts.map((text, index) => (index % 2 ? make("code", null, text) : text));

  function blocks(list) {
    return (list || []).map(([kind, ...rest]) => {
      if (kind === "pre") return pre("Code", rest[0]);
      if (kind === "ul") return make("ul", null, rest.map((texts) => make("li", null, spans(texts))));
      return make("p", null, spans(rest[0]));
    });
  }

  // ------------------------------------------------------------------------------------------------- theme

  const theme = at("theme");
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : preferred.matches);

  function nameTheme() {
    theme.textContent = isDark() ? "Light theme" : "Dark theme";
  }

  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
    remember();
  });
  preferred.addEventListener("change", nameTheme);

  // --------------------------------------------------------------------------------------------------- data

  const data = JSON.parse(at("data").textContent);
  const form = at("filters");
  const list = at("list");
  const more = at("more");
  const all = data.findings;
  let chosen = [];
  let shown = 0;
  let opened = "";
  let isStarted = false;

  all.forEach((finding, index) => {
    const rule = data.rules[finding.rule];
    finding.index = index;
    finding.text = [finding.path, rule.id, rule.title, (finding.message || []).join(""), ...(finding.aliases || []),
      finding.fingerprint].join("\n").toLowerCase();
  });

  // ------------------------------------------------------------------------- the address holds the filters

  function choices() {
    const asked = new FormData(form);
    const wanted = {};
    for (const name of LISTS) wanted[name] = asked.getAll(name);
    for (const name of SINGLES) wanted[name] = asked.get(name) || "";
    return wanted;
  }

  function fill(parameters) {
    for (const name of LISTS) {
      const values = (parameters.get(name) || "").split(",");
      for (const box of form.querySelectorAll(`input[name=${name}]`)) box.checked = values.includes(box.value);
    }
    for (const name of SINGLES) {
      const field = form.elements[name];
      field.value = parameters.get(name) || "";
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
  }

  function remember() {
    const parameters = new URLSearchParams();
    if (form) {
      for (const [name, value] of Object.entries(choices())) if (value.length) parameters.set(name, value);
    }
    if (opened) parameters.set("finding", opened);
    if (root.dataset.theme) parameters.set("theme", root.dataset.theme);
    const text = parameters.toString();
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  }

  function follow() {
    const fragment = location.hash.slice(1);
    if (isStarted && fragment && !fragment.includes("=")) return; // a section of the page
    isStarted = true;
    const parameters = new URLSearchParams(fragment);
    const asked = parameters.get("theme");
    if (asked === "dark" || asked === "light") root.dataset.theme = asked;
    nameTheme();
    if (!form) return;
    fill(parameters);
    opened = parameters.get("finding") || "";
    select();
    const target = opened && reveal(opened);
    if (target) target.focus({ preventScroll: true });
    else if (LISTS.concat(SINGLES).some((name) => parameters.get(name))) at("findings").scrollIntoView();
  }

  // ----------------------------------------------------------------------------------------------- selection

  function isWanted(finding, wanted, words) {
    const rule = data.rules[finding.rule];
    return (!wanted.state.length || wanted.state.includes(finding.state))
      && (!wanted.severity.length || wanted.severity.includes(finding.severity))
      && (!wanted.check || wanted.check === rule.check)
      && (!wanted.rule || wanted.rule === rule.id)
      && (!wanted.confidence || wanted.confidence === finding.confidence)
      && words.every((word) => finding.text.includes(word));
  }

  const ORDERS = {
    severity: (a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity),
    path: (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line),
    rule: (a, b) => {
      const [one, other] = [data.rules[a.rule].id, data.rules[b.rule].id];
      return one < other ? -1 : one > other ? 1 : 0;
    },
  };

  function select() {
    const wanted = choices();
    const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
    chosen = all.filter((finding) => isWanted(finding, wanted, words));
    const order = ORDERS[wanted.sort];
    if (order) chosen.sort((a, b) => order(a, b) || a.index - b.index);
    list.replaceChildren();
    shown = 0;
    extend();
  }

  function extend() {
    const next = chosen.slice(shown, shown + BATCH);
    list.append(...next.map(item));
    shown += next.length;
    more.hidden = shown >= chosen.length;
    more.textContent = `Show ${Math.min(BATCH, chosen.length - shown)} more`;
    const number = (value) => value.toLocaleString("en");
    at("status").textContent = chosen.length === all.length ? `${number(all.length)} findings`
      : `${number(chosen.length)} of ${number(all.length)} findings`;
  }

  // ----------------------------------------------------------------------------------------------- a finding

  function item(finding) {
    const rule = data.rules[finding.rule];
    const button = make("button",
      { type: "button", class: "row", "aria-expanded": "false", "aria-controls": `body-${finding.index}` },
      make("span", { class: `chip ${finding.severity}` }, finding.severity),
      make("span", { class: "title" }, rule.title),
      finding.message ? make("span", { class: "gist" }, spans(finding.message)) : "",
      make("span", { class: "where path" }, `${finding.path}:${finding.line}`),
      make("span", { class: "tags" }, make("span", { class: "rule" }, rule.id),
        make("span", { class: `chip state ${finding.state}` }, STATES[finding.state])));
    const body = make("div", { class: "body", id: `body-${finding.index}`, hidden: "" });
    button.addEventListener("click", () => {
      const opens = body.hidden;
      toggle(finding, button, body, opens);
      opened = opens ? finding.fingerprint : "";
      remember();
    });
    return make("li", { class: `finding ${finding.severity}` }, make("h3", null, button), body);
  }

  function toggle(finding, button, body, opens) {
    if (opens && !body.firstChild) body.append(...details(finding, data.rules[finding.rule]));
    body.hidden = !opens;
    body.parentElement.classList.toggle("open", opens);
    button.setAttribute("aria-expanded", String(opens));
  }

  function reveal(fingerprint) {
    const place = chosen.findIndex((finding) => finding.fingerprint === fingerprint);
    if (place < 0) return null;
    while (shown <= place) extend();
    const entry = list.children[place];
    const button = entry.querySelector("button");
    toggle(chosen[place], button, entry.querySelector(".body"), true);
    entry.scrollIntoView();
    return button;
  }

  const part = (title, ...children) => make("section", null, make("h4", null, title), children);

  function details(finding, rule) {
    const remedy = finding.remedy === undefined ? rule.fix : data.remedies[finding.remedy];
    return [
      finding.message ? make("p", { class: "message" }, spans(finding.message)) : "",
      finding.code ? code(finding) : "",
      make("div", { class: "pair" },
        rule.why ? part("Why it matters", blocks(rule.why)) : "",
        remedy && remedy.length ? part("How to fix", blocks(remedy)) : ""),
      ...(finding.fixes || []).map(fix),
      finding.state === "suppressed" ? part("Suppressed by", make("p", null, make("code", null, finding.suppressed || "?")))
        : suppress(finding, rule),
      facts(finding, rule),
    ].filter(Boolean);
  }

  function code(finding) {
    const rows = finding.code.flatMap(([number, before, flagged, after]) => [
      make("span", { class: "at", "aria-hidden": "true" }, String(number)),
      make("code", { class: "src" }, before, flagged ? make("mark", null, flagged) : "", after || "\u200b"),
    ]);
    if (finding.more) rows.push(make("span", { class: "at" }, "…"), make("span", { class: "src note" }, `${finding.more} more lines`));
    const label = `Source, ${finding.path} from line ${finding.line}`;
    return make("pre", { class: "code", tabindex: "0", role: "group", "aria-label": label }, rows);
  }

  function fix([description, start, end, text]) {
    const lines = start === end ? `line ${start}` : `lines ${start} to ${end}`;
    return part(`Fix: ${description}`, make("p", { class: "note" }, `In the place of ${lines}:`),
      pre("Fixed lines", text));
  }

  function suppress(finding, rule) {
    return part("How to suppress",
      make("p", null, "Keep it out of the gate by its fingerprint:"),
      pre("Command", `pregate suppress ${finding.fingerprint} --reason "…"`),
      make("p", null, "or in the file, with a comment of its language on the line or the one before:"),
      pre("Comment", `# pregate: ignore[${rule.id}] reason="…"`),
      finding.hint ? make("p", { class: "note" }, "Or: ", spans(finding.hint), ".") : "");
  }

  function facts(finding, rule) {
    const references = [
      rule.help ? link(rule.help, rule.help) : "",
      ...(rule.cwe || []).map((number) => link(`https://cwe.mitre.org/data/definitions/${number}.html`, `CWE-${number}`)),
    ].filter(Boolean);
    const rows = [
      ["Rule", [make("code", null, rule.id)]],
      ["Confidence", [finding.confidence]],
      ["Because", finding.because ? [finding.because] : []],
      ...(finding.suppression || []).map(([key, value]) => [key, [value]]),
      ["Does not count", finding.excused ? [finding.excused] : []],
      ["Commit", finding.commit ? [make("code", null, finding.commit)] : []],
      ["Also known as", (finding.aliases || []).map((alias) => make("code", null, alias))],
      ["Related", (finding.related || []).map(([place, words]) => make("span", null, make("code", null, place), ` ${words}`))],
      ["References", references],
      ...(finding.facts || []).map(([key, value]) => [key, [value]]),
      ["Fingerprint", [make("code", null, finding.fingerprint)]],
    ].filter(([, values]) => values.length);
    return make("dl", { class: "more-facts" }, rows.flatMap(([name, values]) => [
      make("dt", null, name), ...values.map((value) => make("dd", null, value))]));
  }

  // ---------------------------------------------------------------------------------------------- keyboard

  function move(step) {
    const entry = document.activeElement.closest("#list > li");
    const next = step > 0 ? entry.nextElementSibling : entry.previousElementSibling;
    if (next) next.querySelector("button").focus();
    else if (step > 0 && shown < chosen.length) {
      extend();
      entry.nextElementSibling.querySelector("button").focus();
    } else if (step < 0) form.elements.q.focus();
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = form.elements.q;
    const isTyping = event.target.closest("input, select, textarea");
    const isRow = event.target.classList.contains("row");
    if (event.key === "/" && !isTyping) field.focus();
    else if (event.key === "Escape" && event.target === field) field.value = "";
    else if ((event.key === "ArrowDown" || event.key === "Enter") && event.target === field) list.querySelector("button")?.focus();
    else if (event.key === "ArrowDown" && isRow) move(1);
    else if (event.key === "ArrowUp" && isRow) move(-1);
    else return;
    event.preventDefault();
    if (event.key === "Escape") changed();
  }

  function changed() {
    opened = "";
    select();
    remember();
  }

  if (form) {
    at("browser").hidden = false;
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(changed));
    more.addEventListener("click", () => {
      const before = list.lastElementChild;
      extend();
      before.nextElementSibling.querySelector("button").focus();
    });
    document.addEventListener("keydown", press);
    new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting) && shown < chosen.length) extend();
    }, { rootMargin: "600px" }).observe(more);
  }
  addEventListener("hashchange", follow);
  follow();
  nameTheme();
})();
