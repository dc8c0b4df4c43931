"use strict";
// The page's arithmetic: time as text, instants as places, data as shapes. Nothing here knows the document.

const NICE_S = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
  3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000,
];

// "+1:02:03.500": hours, minutes, seconds, as reports write it.
function offsetText(seconds) {
  const ms = Math.round(Math.abs(seconds) * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const whole = `${Math.floor(ms / 3600000)}:${two(Math.floor(ms / 60000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
  return (seconds < 0 ? "-" : "+") + whole + (ms % 1000 ? "." + String(ms % 1000).padStart(3, "0") : "");
}

// "2 h 5 min": the two largest units.
function lengthText(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  if (seconds < 1) return seconds ? `${+(seconds * 1000).toFixed(3)} ms` : "0 s";
  if (seconds < 60) return `${+seconds.toFixed(3)} s`;
  let left = Math.round(seconds);
  const parts = [];
  for (const [name, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count && parts.length < 2) parts.push(`${count} ${name}`);
    else if (parts.length) break;
  }
  return parts.join(" ");
}

// Round instants between two others, `most` at the most.
function ticks(from, to, most) {
  const step = NICE_S.find((one) => (to - from) / one <= most) ?? (to - from) / most;
  const found = [];
  for (let number = Math.ceil(from / step - 1e-9); number * step <= to + step * 1e-9; number += 1) {
    found.push(+(number * step).toFixed(6));
  }
  return found;
}

// All places of a fake in order: an instant, and among equal instants the number of a request.
const INFINITE = Number.MAX_SAFE_INTEGER;
function placesOf(fake) {
  const places = [[fake.from ?? 0, 0], [fake.to ?? 0, INFINITE]];
  for (const row of fake.rows ?? []) {
    places.push([row.at, row.seq]);
    if (row.times) places.push([row.until, row.last]);
  }
  for (const lane of fake.lanes ?? []) {
    for (const [at, , , , seq] of lane.phases ?? []) if (at >= (fake.from ?? 0)) places.push([at, seq ?? INFINITE - 1]);
  }
  for (const [at, seq] of fake.remarks ?? []) places.push([at, seq + 0.25]);
  for (const [at] of fake.due ?? []) places.push([at, INFINITE]);
  for (const { to } of fake.lanes ?? []) if (to !== undefined) places.push([to, INFINITE]);
  places.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  return places.filter((one, at) => !at || one[0] !== places[at - 1][0] || one[1] !== places[at - 1][1]);
}

// The scale of time: a place is its instant.
function timeScale(fake) {
  const from = fake.from ?? 0;
  const dues = (fake.due ?? []).map(([at]) => at);
  const to = Math.max(fake.to ?? 0, from);
  return { name: "time", from, to, last: Math.max(to, ...dues), least: 0.01, at: (instant) => instant };
}

// The scale of steps: each place is as far from the next as any other, however long that took.
function stepScale(fake) {
  const places = placesOf(fake);
  const isBefore = (one, at, seq) => one[0] < at || (one[0] === at && one[1] < seq);
  const at = (instant, seq = 0) => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(places[middle], instant, seq)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const to = at(fake.to ?? 0, INFINITE);
  return { name: "steps", from: 0, to, last: places.length - 1, least: 3, at, places };
}

// What became of a request, in one word.
function kindOf(row) {
  if (row.mistake) return "failed";
  if (row.status === undefined) return "lost";
  if (row.arrival === "cut" || row.arrival === "timed out" || row.arrival === "closed") return "lost";
  if (row.status >= 500) return "failed";
  return row.status >= 400 ? "refused" : "fine";
}
const WORST = ["fine", "refused", "failed", "lost"];

// "200 training", "no answer, reset".
function answerText(row) {
  const parts = [row.status === undefined ? "no answer" : String(row.status)];
  if (row.shows) parts[0] += ` ${row.shows}`;
  if (row.arrival && row.arrival !== "under way") parts.push(row.arrival);
  if (row.after_s) parts.push(`after ${lengthText(row.after_s)}`);
  return parts.join(", ");
}

// "getAcousticModel ×12, every 60 s".
function callText(row) {
  const what = row.operation ?? row.call;
  if (!row.times) return what;
  return `${what} ×${row.times}` + (row.every ? `, every ${lengthText(row.every)}` : "");
}

// A model stands above what belongs to it.
function orderedLanes(lanes) {
  const numbered = lanes.map((lane, number) => ({ ...lane, number }));
  const models = [...new Set(numbered.map((lane) => lane.id))];
  return models.flatMap((id) => {
    const same = numbered.filter((lane) => lane.id === id);
    return [...same.filter((lane) => !lane.child), ...same.filter((lane) => lane.child)];
  });
}

// What the list calls each lane: its name, and more where another one has that too.
function titlesOf(lanes) {
  const models = lanes.filter((lane) => !lane.child);
  const titleOf = (id) => {
    const name = models.find((model) => model.id === id)?.name;
    const isShared = models.some((model) => model.name === name && model.id !== id);
    return [name, (isShared || name === undefined) && id.slice(0, 8)].filter(Boolean).join(" ");
  };
  return lanes.map(({ name, id, family, child }) => {
    if (!child) return titleOf(id);
    const isShared = lanes.some((other) => other.name === name && (other.id !== id || other.family !== family));
    return isShared ? `${family} ${name} of ${titleOf(id)}` : name;
  });
}

// Two runs of one fake as one: each lane twice, the default run's first. What is listed is of the second run.
const THERE = "the default run";
const HERE = "this schedule";
function paired(there, here, parted) {
  const runs = [[THERE, there], [HERE, here]];
  const keyOf = (lane) => JSON.stringify([lane.family, lane.id, lane.name]);
  const found = new Map();
  for (const [run, fake] of runs) {
    (fake.lanes ?? []).forEach((lane, number) => found.set(keyOf(lane), { ...found.get(keyOf(lane)), [run]: [lane, number] }));
  }
  const lanes = [];
  const places = { [THERE]: new Map(), [HERE]: new Map() };
  const add = (lane, run, fake, number) => {
    places[run].set(number, lanes.length);
    lanes.push({ ...lane, run, to: fake.to ?? 0 });
  };
  const isAlone = (fake) => (row) => fake.lanes?.[row.lane] === undefined;
  if (runs.some(([, fake]) => (fake.rows ?? []).some(isAlone(fake)))) {
    for (const [run, fake] of runs) add({ name: "the service", id: "", family: "" }, run, fake, undefined);
  }
  for (const both of found.values()) {
    const hasPhases = runs.some(([run]) => both[run]?.[0].phases);
    for (const [run, fake] of runs) {
      const [{ name, id, family, child }] = both[THERE] ?? both[HERE];
      const [lane, number] = both[run] ?? [{ name, id, family, child }];
      add({ ...lane, hasPhases }, run, fake, number);
    }
  }
  const rowsOf = ([run, fake]) => (fake.rows ?? []).map((row) => ({
    ...row, run, lane: places[run].get(isAlone(fake)(row) ? undefined : row.lane),
  }));
  const moved = (some) => some?.map(([at, lane, activity]) => [at, places[HERE].get(lane ?? undefined), activity]);
  return {
    ...here, parted, lanes, from: 0, ended: here.to ?? 0, to: Math.max(there.to ?? 0, here.to ?? 0),
    rows: runs.flatMap(rowsOf).sort((one, other) => one.at - other.at || one.seq - other.seq),
    due: moved(here.due), stalled: moved(here.stalled),
  };
}

// The stretches of a lane: from, to, word, name, cause. What was removed leaves a gap.
function stretches(lane, begin, end) {
  const phases = lane.phases ?? [];
  const found = [];
  phases.forEach(([at, word, name, cause, seq], number) => {
    const next = phases[number + 1];
    if (word === null) return;
    const from = at < begin ? [begin, 0] : [at, seq ?? INFINITE - 1];
    const to = next ? [next[0], next[4] ?? INFINITE - 1] : [end, INFINITE];
    if (to[0] >= begin) found.push({ from, to, word, name, cause, at });
  });
  return found;
}

// Marks that would lie on each other become one. `marks` have an x, and are in order.
function clustered(marks, apart) {
  const found = [];
  for (const mark of marks) {
    const last = found.at(-1);
    if (last && mark.x - last.x < apart) last.rows.push(...mark.rows);
    else found.push({ x: mark.x, rows: [...mark.rows] });
  }
  return found;
}

// Tests that hold all words of the query, those first that went wrong.
const RANK = { error: 0, failed: 0, xpassed: 1 };
function chosen(tests, query, outcomes) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return tests
    .map((test, number) => ({ ...test, number }))
    .filter((test) => !outcomes.size || outcomes.has(test.outcome))
    .filter((test) => {
      const text = `${test.name} ${test.message ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((one, other) => (RANK[one.outcome] ?? 2) - (RANK[other.outcome] ?? 2) || one.number - other.number);
}

// The colour of a status. A word that is not known has one of its own all the same.
const HUES = {
  pending: 215, being_processed: 38, ready: 200, training: 270, available: 145, ok: 145, analyzed: 145,
  upgrading: 180, failed: 2, invalid: 2, undetermined: 60,
};
function hueOf(word) {
  if (Object.hasOwn(HUES, word)) return HUES[word];
  let sum = 7;
  for (const character of word) sum = (sum * 31 + character.codePointAt(0)) % 360;
  return sum;
}
