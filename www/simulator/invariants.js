// The list of invariants; each is green until it is broken.

export class Invariants {
  #list;
  #verdict;
  #violation;

  constructor(list, verdict, violation, invariants) {
    this.#list = list;
    this.#verdict = verdict;
    this.#violation = violation;
    for (const { rule, words } of invariants) {
      const item = document.createElement("li");
      item.dataset.rule = rule;
      const name = document.createElement("b");
      name.textContent = rule;
      item.append(name, ` ${words}`);
      list.append(item);
    }
  }

  /** @param violation `{rule, what, atMs}`; null = all hold. */
  show(violation, isOver) {
    const count = this.#list.childElementCount;
    this.#verdict.dataset.tone = violation ? "bad" : "good";
    this.#verdict.textContent = violation
      ? `${violation.rule} is broken`
      : `All ${count} hold${isOver ? ", to the end" : " so far"}`;
    this.#violation.hidden = !violation;
    this.#violation.textContent = violation
      ? `At ${(violation.atMs / 1000).toFixed(3)} s: ${violation.what}`
      : "";
    for (const item of this.#list.children) {
      const isBroken = item.dataset.rule === violation?.rule;
      item.dataset.outcome = isBroken ? "broken" : "met";
    }
  }
}
