// The chart of one fake: what of it is in view, and how that is drawn.

const LABEL = 17;
const BAND = 20;
const MARKS = 18;
const GAP = 7;
const AXIS = 22;
const CLOCK = 34;

class Chart {
  // `on.chosen(row)`: somebody points at a request. `on.seen(text)`: which stretch of time is in view.
  constructor(fake, on) {
    this.fake = fake;
    this.on = on;
    this.rows = fake.rows ?? [];
    this.selected = null;
    // Of two runs one of which was much longer, the other would be a dot on the scale of time.
    const lengths = fake.parted ? fake.lanes.map(({ to }) => to) : [];
    const isLopsided = Math.min(...lengths) < Math.max(...lengths) / 8;
    this.scale = (fake.to ?? 0) > (fake.from ?? 0) && !isLopsided ? timeScale(fake) : stepScale(fake);
    const label = "chart of models and requests over time. Arrow keys choose a request, plus and minus zoom, 0 shows all.";
    this.svg = shape("svg", { class: "chart", tabindex: 0, role: "group", "aria-label": label });
    this.listenToKeys();
    this.listenToPointers();
    this.resized = new ResizeObserver(() => this.svg.isConnected && this.svg.clientWidth !== this.width && this.drawSoon());
    this.resized.observe(this.svg);
  }

  // What is in view

  showAll() {
    const { from, to, last } = this.scale;
    const end = to > from ? to : Math.max(last, from + this.scale.least);
    this.show(from - (end - from) * 0.02, end + (end - from) * 0.02);
  }
  show(from, to) {
    const { scale } = this;
    const all = Math.max(scale.last - scale.from, scale.least);
    const size = Math.min(Math.max(to - from, scale.least), all * 1.2);
    const middle = Math.min(Math.max((from + to) / 2, scale.from), Math.max(scale.last, scale.from));
    this.view = [middle - size / 2, middle + size / 2];
    this.drawSoon();
  }
  zoom(factor, x = this.width / 2) {
    const [from, to] = this.view;
    const fixed = from + (to - from) * (x / this.width);
    this.show(fixed - (fixed - from) * factor, fixed + (to - fixed) * factor);
  }
  pan(part) {
    const [from, to] = this.view;
    this.show(from + (to - from) * part, to + (to - from) * part);
  }
  x(at, seq) {
    const [from, to] = this.view;
    return ((this.scale.at(at, seq) - from) / (to - from)) * this.width;
  }

  listenToKeys() {
    this.svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const act = {
        "+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2), "0": () => this.showAll(),
        ArrowRight: () => (event.shiftKey ? this.pan(0.25) : this.next(1)),
        ArrowLeft: () => (event.shiftKey ? this.pan(-0.25) : this.next(-1)),
        Home: () => this.next(-Infinity), End: () => this.next(Infinity),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }

  listenToPointers() {
    const { svg } = this;
    svg.addEventListener("wheel", (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      // The page scrolls as it always does until the chart has the focus.
      if (!sideways && !event.ctrlKey && document.activeElement !== svg) return;
      event.preventDefault();
      if (sideways) this.pan(event.deltaX / this.width);
      else this.zoom(Math.exp(Math.sign(event.deltaY) * 0.25), this.inside(event));
    }, { passive: false });
    svg.addEventListener("dblclick", () => this.showAll());
    // A chart has thousands of phases. Each gets its title when somebody points at it.
    svg.addEventListener("pointerover", ({ target }) => {
      if (target.tip && !target.firstChild) target.append(shape("title", {}, target.tip));
    });
    this.dragging = null;
    this.fingers = new Map();
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.fingers.set(event.pointerId, this.inside(event));
      this.dragging = { x: this.inside(event), view: this.view, moved: false };
    });
    svg.addEventListener("pointermove", (event) => {
      if (!this.dragging || !this.fingers.has(event.pointerId)) return;
      const x = this.inside(event);
      if (Math.abs(x - this.dragging.x) > 4 && !this.dragging.moved) {
        this.dragging.moved = true;
        svg.setPointerCapture(event.pointerId);
      }
      if (!this.dragging.moved) return;
      if (this.fingers.size === 2) {
        const before = [...this.fingers.values()];
        this.fingers.set(event.pointerId, x);
        const after = [...this.fingers.values()];
        const apart = ([one, other]) => Math.max(Math.abs(one - other), 1);
        this.zoom(apart(before) / apart(after), (after[0] + after[1]) / 2);
        this.dragging = { x, view: this.view, moved: true }; // a finger that stays goes on from here
      } else if (event.pointerType === "touch" || event.shiftKey) {
        const [from, to] = this.dragging.view;
        const moved = ((this.dragging.x - x) / this.width) * (to - from);
        this.show(from + moved, to + moved);
      } else {
        const [left, right] = [Math.min(x, this.dragging.x), Math.max(x, this.dragging.x)];
        this.brush.setAttribute("x", left);
        this.brush.setAttribute("width", right - left);
      }
    });
    const ended = (event) => {
      this.fingers.delete(event.pointerId);
      const was = this.dragging;
      if (!was || this.fingers.size) return;
      this.dragging = null;
      this.brush.setAttribute("width", 0);
      if (event.type !== "pointerup" || !was.moved || event.pointerType === "touch" || event.shiftKey) return;
      const [from, to] = this.view;
      const at = (x) => from + (to - from) * (x / this.width);
      const ends = [was.x, this.inside(event)].sort((one, other) => one - other);
      this.show(at(ends[0]), at(ends[1]));
    };
    svg.addEventListener("pointerup", ended);
    svg.addEventListener("pointercancel", ended);
  }
  inside(event) {
    return event.clientX - this.svg.getBoundingClientRect().left;
  }

  // The request that is chosen

  next(step) {
    if (!this.rows.length) return;
    const at = (this.selected ? this.rows.indexOf(this.selected) : step > 0 ? -1 : this.rows.length) + step;
    this.on.chosen(this.rows[Math.min(Math.max(at, 0), this.rows.length - 1)]);
  }
  choose(row) {
    this.selected = row;
    const place = this.scale.at(row.at, row.seq);
    const [from, to] = this.view;
    if (place < from || place > to) this.show(place - (to - from) / 2, place + (to - from) / 2);
    else this.drawSoon();
  }

  // Drawing

  // A wheel turns faster than a large chart is drawn.
  drawSoon() {
    this.awaited ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.awaited);
    this.awaited = undefined;
    this.width = this.svg.clientWidth || 600;
    const fake = this.fake;
    const lanes = orderedLanes(fake.lanes ?? []);
    const parts = [];
    let y = AXIS;
    y += this.drawClock(parts, y);
    const alone = this.rows.filter((row) => fake.lanes?.[row.lane] === undefined);
    if (alone.length) y += this.drawLane(parts, y, { name: "the service" }, alone);
    for (const lane of lanes) y += this.drawLane(parts, y, lane, this.rows.filter((row) => row.lane === lane.number));
    const height = y;
    this.brush = shape("rect", { class: "brush", x: 0, y: 0, width: 0, height });
    const now = this.x(fake.to ?? 0, INFINITE);
    const end = shape("line", { class: "now", x1: now, x2: now, y1: AXIS - 4, y2: height });
    this.svg.setAttribute("height", height);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    // A line over all lanes is over their bands, and not over their names.
    const isLabel = (part) => part.classList.contains("label");
    const bands = parts.filter((part) => !isLabel(part));
    this.svg.replaceChildren(...this.axis(height), end, ...bands, ...this.parting(height), ...parts.filter(isLabel), this.brush);
    const [from, to] = this.view;
    const text = (place) => offsetText(this.scale.places ? this.scale.places[Math.min(Math.max(Math.round(place), 0), this.scale.places.length - 1)][0] : Math.max(place, this.scale.from));
    this.on.seen(`${text(from)} to ${text(to)}`);
  }

  // Where this run left the default run.
  parting(height) {
    const { parted } = this.fake;
    if (!parted) return [];
    const x = this.x(parted.at, parted.seq ?? INFINITE - 1);
    if (x < -9 || x > this.width + 9) return [];
    return [shape("g", { class: "parted" }, shape("title", {}, PARTED),
      shape("line", { x1: x, x2: x, y1: AXIS - 2, y2: height }), shape("path", { d: `M${x - 5} ${AXIS - 4}h10l-5 7z` }))];
  }

  axis(height) {
    const [from, to] = this.view;
    const most = Math.max(2, Math.floor(this.width / 95));
    const found = this.scale.places
      ? steps(this.scale.places, from, to, most)
      : ticks(Math.max(from, this.scale.from), to, most).map((at) => [at, at]);
    return found.flatMap(([place, at]) => {
      const x = ((place - from) / (to - from)) * this.width;
      const edge = x < 30 ? "start" : x > this.width - 30 ? "end" : "middle";
      return [
        shape("line", { class: "tick", x1: x, x2: x, y1: AXIS - 4, y2: height }),
        shape("text", { class: "ticktext", x: Math.min(Math.max(x, 2), this.width - 2), y: AXIS - 8, "text-anchor": edge }, offsetText(at)),
      ];
    });
  }

  drawClock(parts, y) {
    const { jumps, remarks } = this.fake;
    if (!jumps && !remarks) return 0;
    parts.push(shape("text", { class: "label", x: 2, y: y + 12 }, "the clock"));
    const middle = y + LABEL + 6;
    for (const [from, to] of jumps ?? []) {
      const [left, right] = [this.x(from, INFINITE), this.x(to, 0)];
      if (right < 0 || left > this.width || right - left < 2) continue;
      const title = shape("title", {}, `the clock went on by ${lengthText(to - from)}, without a request`);
      const group = shape("g", { class: "jump" }, title,
        shape("line", { x1: Math.max(left, -9), x2: right - 3, y1: middle, y2: middle }),
        shape("path", { d: `M${right} ${middle}l-6 -4v8z` }));
      const text = lengthText(to - from);
      const [seenFrom, seenTo] = [Math.max(left, 0), Math.min(right, this.width)];
      if (seenTo - seenFrom > text.length * 7 + 12) group.append(shape("text", { x: (seenFrom + seenTo) / 2, y: middle - 5, "text-anchor": "middle" }, text));
      parts.push(group);
    }
    for (const [at, seq, text] of remarks ?? []) {
      const x = this.x(at, seq + 0.25);
      if (x < -9 || x > this.width + 9) continue;
      parts.push(shape("path", { class: "remark", d: `M${x} ${middle + 8}v-16h9l-3 4l3 4h-9` }, shape("title", {}, `${offsetText(at)} ${text}`)));
    }
    return CLOCK;
  }

  drawLane(parts, y, lane, rows) {
    const indent = lane.child ? 14 : 2;
    const kind = lane.family ? ` · ${lane.family}${lane.child ? "" : ` ${lane.id.slice(0, 8)}`}` : "";
    const family = lane.run ? `${lane.run === THERE ? kind : ""} · ${lane.run}` : kind;
    parts.push(shape("text", { class: "label", x: indent, y: y + 12 }, shorten(lane.name, Math.max(12, this.width / 11)), shape("tspan", { class: "family" }, family)));
    let below = y + LABEL;
    const found = stretches(lane, this.fake.from ?? 0, lane.to ?? this.fake.to ?? 0);
    for (const one of found) this.drawStretch(parts, below, one);
    for (const [at, number, activity] of this.fake.due ?? []) {
      if (number !== lane.number) continue;
      const [left, right] = [this.x(lane.to ?? this.fake.to ?? 0, INFINITE), this.x(at, INFINITE)];
      if (left > this.width || right - left < 1) continue;
      parts.push(shape("rect", { class: "due", x: left, y: below, width: Math.min(right, this.width + 9) - left, height: BAND, rx: 3 }, shape("title", {}, `still due: ${activity} at ${offsetText(at)}`)));
    }
    if (lane.phases || lane.hasPhases) below += BAND;
    if (rows.length) this.drawRows(parts, below + MARKS / 2, rows);
    if (rows.length) below += MARKS;
    // The two runs of a lane lie close together.
    return below + (lane.run === THERE ? 0 : lane.run ? 2 * GAP : GAP) - y;
  }

  drawStretch(parts, y, { from, to, word, name, cause, at }) {
    const left = Math.max(this.x(...from), -9);
    // What has just begun when the test ends is seen all the same.
    const right = Math.min(to[1] === INFINITE ? Math.max(this.x(...to), left + 8) : this.x(...to), this.width + 9);
    if (right < 0 || left > this.width || right - left < 0.5) return;
    const band = shape("rect", { class: "phase", x: left, y, width: Math.max(right - left, 1), height: BAND, rx: 3 });
    band.style.setProperty("--hue", hueOf(word));
    band.tip = `${word}${name && name !== word ? ` (${name})` : ""} from ${offsetText(at)}${to[1] === INFINITE ? "" : ` to ${offsetText(to[0])}`}, by ${cause}`;
    parts.push(band);
    const room = Math.min(right, this.width) - Math.max(left, 0);
    if (room <= word.length * 7.2 + 8) return;
    const text = shape("text", { class: "phasetext", x: Math.max(left, 0) + 5, y: y + 14 }, word);
    text.style.setProperty("--hue", hueOf(word));
    parts.push(text);
  }

  drawRows(parts, y, rows) {
    for (const row of rows.filter((one) => one.times)) {
      const [left, right] = [this.x(row.at, row.seq), this.x(row.until, row.last)];
      if (right < 0 || left > this.width) continue;
      parts.push(shape("line", { class: `run kind-${kindOf(row)}`, x1: Math.max(left, -9), x2: Math.min(right, this.width + 9), y1: y, y2: y }));
      const text = `×${row.times}`;
      const [from, to] = [Math.max(left, 0), Math.min(right, this.width)];
      if (to - from > 60) parts.push(shape("text", { class: "count", x: (from + to) / 2, y: y + 4, "text-anchor": "middle" }, text));
    }
    const marks = rows.map((row) => ({ x: this.x(row.at, row.seq), rows: [row] })).sort((one, other) => one.x - other.x);
    for (const { x, rows: same } of clustered(marks, 14)) {
      if (x < -9 || x > this.width + 9) continue;
      const worst = same.map(kindOf).sort((one, other) => WORST.indexOf(other) - WORST.indexOf(one))[0];
      const isSelected = same.includes(this.selected);
      const title = same.slice(0, 8).map((row) => `${row.run === THERE ? `${THERE}: ` : ""}#${row.seq} ${callText(row)}: ${answerText(row)}`).join("\n") + (same.length > 8 ? `\nand ${same.length - 8} more` : "");
      const group = shape("g", { class: `mark kind-${worst}${isSelected ? " selected" : ""}` }, shape("title", {}, title),
        shape("rect", { class: "touch", x: x - 9, y: y - MARKS / 2, width: 18, height: MARKS }),
        markShape(worst, x, y, same.some((row) => row.fault)));
      if (same.length > 1) group.append(shape("text", { class: "many", x: x + 8, y: y - 3 }, String(same.length)));
      group.addEventListener("click", () => this.on.chosen(same[(same.indexOf(this.selected) + 1) % same.length]));
      parts.push(group);
    }
  }
}

// Where the scale of steps tells the time: at places whose instant differs from the one before.
function steps(places, from, to, most) {
  const found = [];
  const apart = (to - from) / most;
  places.forEach(([at], place) => {
    const last = found.at(-1);
    if (place < from || place > to || (last && (last[1] === at || place - last[0] < apart))) return;
    found.push([place, at]);
  });
  return found;
}

// Shapes differ, and not their colours alone.
function markShape(kind, x, y, isFault) {
  const drawn = {
    fine: () => shape("circle", { cx: x, cy: y, r: 4 }),
    refused: () => shape("path", { d: `M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z` }),
    failed: () => shape("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9 }),
    lost: () => shape("path", { class: "cross", d: `M${x - 4} ${y - 4}l8 8m0 -8l-8 8` }),
  }[kind]();
  const group = shape("g", { class: `kind-${kind}` }, drawn);
  if (isFault) group.append(shape("circle", { class: "fault", cx: x, cy: y, r: 7.5 }));
  return group;
}

function shorten(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
