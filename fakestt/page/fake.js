// One fake of a test: its chart with controls, the details of a request, and the list of all that happened.

const MOST_LINES = 400;
const PARTED = "left the default run";
const AROUND = 30;

class Fake {
  constructor(fake, parent) {
    this.fake = fake;
    this.rows = fake.rows ?? [];
    this.titles = titlesOf(fake.lanes ?? []);
    this.section = node("section", {}, this.heading());
    parent.append(this.section);
    if (fake.problem) {
      this.section.append(node("p", { className: "hint" }, fake.problem));
      return;
    }
    if (!this.rows.length && !(fake.lanes ?? []).length) {
      this.section.append(node("p", { className: "hint" }, "Nothing happened to it."));
      return;
    }
    this.chart = new Chart(fake, {
      chosen: (row) => this.select(row),
      seen: (text) => { this.range.textContent = text; },
    });
    this.details = node("div", { className: "details", "aria-live": "polite" });
    this.section.append(this.toolbar(), this.chart.svg, this.legend(), this.notes(), this.details, this.listed());
    this.chart.showAll();
    if (fake.parted) this.showParting(fake.parted);
    this.chart.draw();
  }

  // Where the two runs part is in view, in the chart and in the list.
  showParting({ at, seq }) {
    const { scale } = this.chart;
    const place = scale.at(at, seq ?? INFINITE - 1);
    if (scale.places && scale.last > 2 * AROUND) this.chart.show(place - AROUND, place + AROUND);
    const row = this.rows.find((one) => one.run === HERE && one.seq === seq);
    if (row) this.select(row);
    const list = this.section.querySelector(".happened");
    const line = list.querySelector(".parted");
    list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 3;
  }

  heading() {
    const { name, edition, started, requests, from, to } = { ...this.fake, to: this.fake.ended ?? this.fake.to };
    const facts = [edition, started && `started at ${started}`, requests !== undefined && `${requests} request${requests === 1 ? "" : "s"}`, to !== undefined && lengthText(to - (from ?? 0))];
    return node("h3", {}, name, node("small", {}, facts.filter(Boolean).join(" · ")));
  }

  // Controls

  toolbar() {
    const button = (text, title, act) => {
      const made = node("button", { type: "button", title, "aria-label": title }, text);
      made.addEventListener("click", act);
      return made;
    };
    const scales = [timeScale(this.fake), stepScale(this.fake)].map((scale) => {
      const title = scale.name === "time" ? "as far apart as they were in time" : "all equally far apart";
      const made = button(scale.name, title, () => {
        this.chart.scale = scale;
        for (const one of scales) one.setAttribute("aria-pressed", String(one === made));
        this.chart.showAll();
      });
      made.setAttribute("aria-pressed", String(scale.name === this.chart.scale.name));
      return made;
    });
    this.range = node("span", { className: "range" });
    return node(
      "div", { className: "toolbar" },
      node("span", { className: "buttons", role: "group", "aria-label": "zoom" },
        button("−", "zoom out (−)", () => this.chart.zoom(2)),
        button("+", "zoom in (+)", () => this.chart.zoom(0.5)),
        button("all", "show all (0)", () => this.chart.showAll()),
        button("◀", "earlier (shift ←)", () => this.chart.pan(-0.5)),
        button("▶", "later (shift →)", () => this.chart.pan(0.5))),
      node("span", { className: "buttons", role: "group", "aria-label": "scale" }, ...scales),
      this.range,
    );
  }

  legend() {
    const words = new Set((this.fake.lanes ?? []).flatMap((lane) => (lane.phases ?? []).map(([, word]) => word)).filter(Boolean));
    const phases = [...words].map((word) => {
      const swatch = node("i", { className: "swatch" });
      swatch.style.setProperty("--hue", hueOf(word));
      return node("span", {}, swatch, word);
    });
    const kinds = [...new Set(this.rows.map(kindOf))].sort((one, other) => WORST.indexOf(one) - WORST.indexOf(other));
    const marks = kinds.map((kind) => {
      const icon = shape("svg", { width: 14, height: 14, class: "icon" }, markShape(kind, 7, 7, false));
      return node("span", {}, icon, { fine: "done", refused: "refused (4xx)", failed: "failed (5xx)", lost: "not arrived" }[kind]);
    });
    if (this.fake.parted) marks.push(node("span", {}, shape("svg", { width: 14, height: 14, class: "icon parted" }, shape("path", { d: "M2 3h10l-5 8z" })), PARTED));
    if (this.rows.some((row) => row.fault)) marks.push(node("span", {}, shape("svg", { width: 14, height: 14, class: "icon" }, markShape("fine", 7, 7, true)), "fault"));
    return node("p", { className: "legend" }, ...phases, ...marks);
  }

  notes() {
    const { left_out: rows, lanes_left_out: lanes, due, stalled } = this.fake;
    const phases = (this.fake.lanes ?? []).reduce((sum, lane) => sum + (lane.left_out ?? 0), 0);
    const name = (number) => this.titles[number] ?? "a model";
    const lines = [
      ...(due ?? []).map(([at, lane, activity]) => `still due: ${activity} of ${name(lane)} at ${offsetText(at)}, in ${lengthText(at - (this.fake.ended ?? this.fake.to))}`),
      ...(stalled ?? []).map(([at, lane, activity]) => `stalls: ${activity} of ${name(lane)} since ${offsetText(at)}`),
      rows && `${rows} requests in the middle are left out`,
      lanes && `${lanes} more resources have no lane`,
      phases && `${phases} statuses in the middle of lanes are left out`,
    ].filter(Boolean);
    return node("ul", { className: "notes" }, ...lines.map((line) => node("li", {}, line)));
  }

  listed() {
    const { remarks, jumps, parted } = this.fake;
    const happened = [
      ...(parted ? [{ at: parted.at, seq: (parted.seq ?? INFINITE) - 0.6, className: "parted", text: PARTED, parted }] : []),
      ...this.rows.filter((row) => row.run !== THERE).map((row) => ({ at: row.at, seq: row.seq, row })),
      ...(remarks ?? []).map(([at, seq, text]) => ({ at, seq: seq + 0.25, text, className: "remark" })),
      ...(jumps ?? []).map(([from, to]) => ({ at: to, seq: 0, text: `the clock went on by ${lengthText(to - from)}`, className: "jump" })),
      ...(this.fake.lanes ?? []).flatMap((lane, number) => (lane.run === THERE ? [] : this.changesOf(lane, this.titles[number]))),
    ].sort((one, other) => one.at - other.at || one.seq - other.seq);
    this.lines = new Map();
    const list = node("ol", { className: "happened", "aria-label": "all that happened", tabIndex: parted ? 0 : -1 });
    const most = Math.max(MOST_LINES, happened.findIndex((one) => one.parted) + 20);
    list.append(...happened.slice(0, most).map((one) => this.line(one)));
    if (happened.length > most) {
      const more = node("button", { type: "button" }, `show ${happened.length - most} more`);
      more.addEventListener("click", () => more.parentNode.replaceWith(...happened.slice(most).map((one) => this.line(one))));
      list.append(node("li", {}, more));
    }
    return list;
  }

  changesOf(lane, title) {
    const own = (lane.phases ?? []).filter(([at]) => at >= (this.fake.from ?? 0));
    return own.map(([at, word, name, cause, seq]) => {
      const more = name && name.replaceAll(" ", "_") !== word ? ` (${name})` : "";
      return { at, seq: (seq ?? INFINITE - 1) + 0.1, text: `${title}: ${word ?? "gone"}${more}, by ${cause}`, className: "change", word };
    });
  }

  line({ at, row, text, className, word, parted }) {
    const when = node("span", { className: "when" }, offsetText(at));
    if (parted) {
      return node("li", { className }, when, node("span", {}, `${text} ${parted.where}`,
        node("small", {}, `${HERE}: ${parted.here}`), node("small", {}, `${THERE}: ${parted.there}`)));
    }
    if (!row) {
      const made = node("li", { className }, when, node("span", {}, text));
      if (word) made.style.setProperty("--hue", hueOf(word));
      return made;
    }
    const title = this.titles[row.lane];
    const button = node("button", { type: "button" }, when,
      node("span", { className: "seq" }, `#${row.seq}${row.times ? `–${row.last}` : ""}`),
      node("span", { className: "what" }, callText(row), title ? node("small", {}, title) : ""),
      node("span", { className: `answer kind-${kindOf(row)}` }, answerText(row), row.fault ? node("em", {}, row.fault) : ""));
    button.addEventListener("click", () => this.select(row, true));
    this.lines.set(row, button);
    return node("li", {}, button);
  }

  // A request

  select(row, fromList = false) {
    this.lines.get(this.chart.selected)?.removeAttribute("aria-current");
    this.lines.get(row)?.setAttribute("aria-current", "true");
    this.chart.choose(row);
    const facts = [
      ["run", row.run],
      ["request", `#${row.seq}${row.times ? ` to #${row.last}, ${row.times} times the same${row.every ? `, every ${lengthText(row.every)}` : ""}` : ""}`],
      ["at", offsetText(row.at) + (row.until === undefined ? "" : ` to ${offsetText(row.until)}`)],
      ["operation", row.operation ?? "none that is known"],
      ["call", row.call],
      ["answer", answerText(row)],
      ["arrived", row.arrived_bytes && `${row.arrived_bytes} bytes`],
      ["error", row.error],
      ["fault", row.fault],
      ["retry after", row.retry_after],
      ["note", row.note],
      ["mistake", row.mistake],
      ["sent", row.sent_bytes && `${row.sent_bytes} bytes`],
      ["thread", row.thread],
      ["headers", row.headers && row.headers.map(([name, value]) => `${name}: ${value}`).join("\n")],
      ["what was said", row.body],
    ].filter(([, value]) => value);
    this.details.replaceChildren(
      node("h4", {}, callText(row)),
      node("dl", {}, ...facts.flatMap(([name, value]) => [node("dt", {}, name), node("dd", {}, value)])),
    );
    if (fromList) this.details.scrollIntoView({ block: "nearest" });
  }
}
