// What must happen after a fault, ticked off by the events that tell it.

/** One thing that must, or must not, happen. */
export class Expectation {
  /** "open", "met" or "broken". */
  outcome = "open";
  #is;
  #isAgainst;
  #withinMs;
  #startMs;

  /**
   * @param rule `{text, rule, is, isAgainst, withinMs, mayBeFirst}`: `is(event, args)` meets it,
   * `isAgainst(event, args)` before that breaks it, and so does lateness; `mayBeFirst`: it is
   * looked for from the start, whatever stands before it.
   */
  constructor(
    { text, rule, is, isAgainst = () => false, withinMs = Infinity, mayBeFirst = false },
    startMs,
  ) {
    this.text = text;
    this.rule = rule;
    this.mayBeFirst = mayBeFirst;
    this.#is = is;
    this.#isAgainst = isAgainst;
    this.#withinMs = withinMs;
    this.#startMs = startMs;
  }

  /** Takes an event; gives whether the outcome is another now. */
  take(event, args, atMs) {
    if (this.outcome !== "open") return false;
    if (this.#isAgainst(event, args)) this.outcome = "broken";
    else if (this.#is(event, args)) {
      this.outcome = atMs - this.#startMs <= this.#withinMs ? "met" : "broken";
    }
    return this.outcome !== "open";
  }
}

/** What a fault leads to: its expectations, each looked for only once those before it are settled. */
export class Course {
  #expectations;

  constructor(rules, startMs) {
    this.#expectations = rules.map((rule) => new Expectation(rule, startMs));
  }

  get expectations() {
    return this.#expectations;
  }

  /** Takes an event; one may settle several. */
  take(event, args, atMs) {
    let isChanged = false;
    let isNext = true;
    for (const expectation of this.#expectations) {
      if (isNext || expectation.mayBeFirst)
        isChanged = expectation.take(event, args, atMs) || isChanged;
      isNext &&= expectation.outcome !== "open";
    }
    return isChanged;
  }
}
