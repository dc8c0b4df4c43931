// An explored test: each kind of failure with its smallest schedule, beside the default run; and the default run alone.

class Explored {
  constructor({ explored, default: there, failures }, parent) {
    parent.append(node("p", { className: "explored" }, explored));
    this.there = there;
    failures.forEach((failure, number) => parent.append(this.failure(failure, number === 0)));
    const alone = node("details", { className: "run-alone" }, node("summary", {}, "the default run"));
    parent.append(alone);
    this.drawOnce(alone, !failures.length, () => { for (const fake of there) new Fake(fake, alone); });
  }

  failure({ kind, count, said, paste, schedule, parted, fakes }, isFirst) {
    const made = node("details", { className: "failure" },
      node("summary", {}, node("span", { className: "count" }, `${count.toLocaleString("en")} ×`), kind, node("small", {}, schedule)),
      said ? node("p", { className: "said" }, said) : "",
      node("pre", { className: "paste", title: "the line to paste: a click selects it" }, paste),
      parted ? this.parting(parted) : "");
    if (!fakes) made.append(node("p", { className: "hint" }, "It is not drawn: the page draws eight kinds of failures of a test."));
    else this.drawOnce(made, isFirst, () => {
      // Of several fakes the one that parts comes first.
      const order = [...fakes.keys()].sort((one, other) => (other === parted?.fake) - (one === parted?.fake));
      for (const number of order) this.draw(made, fakes[number], number, parted);
    });
    return made;
  }

  // The words of the difference, one above the other.
  parting({ where, here, there }) {
    return node("dl", { className: "parting" },
      node("dt", {}, `${PARTED} ${where}`), node("dd", {}, here), node("dt", {}, THERE), node("dd", {}, there));
  }

  draw(parent, here, number, parted) {
    const there = this.there[number];
    if (!there || there.problem || here.problem) new Fake(here, parent);
    else new Fake(paired(there, here, parted?.fake === number ? parted : undefined), parent);
  }

  // A chart has a width once it can be seen.
  drawOnce(details, isOpen, draw) {
    let isDrawn = false;
    details.addEventListener("toggle", () => {
      if (!details.open || isDrawn) return;
      isDrawn = true;
      draw();
    });
    details.open = isOpen;
  }
}
