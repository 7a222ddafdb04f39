// What must happen after a fault, ticked off by the events that report it.

/** One event that must, or must not, happen. */
export class Expectation {
  /** "open", "met" or "broken". */
  outcome = "open";
  #is;
  #isAgainst;
  #withinMs;
  #startMs;

  /**
   * @param rule `{text, rule, is, isAgainst, withinMs, mayBeFirst}`: `is(event, args)` meets it;
   * `isAgainst(event, args)` before that breaks it, and so does meeting it too late. `mayBeFirst`:
   * it may be met before the expectations in front of it are settled.
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

  /** Takes an event; returns whether the outcome changed. */
  take(event, args, atMs) {
    if (this.outcome !== "open") return false;
    if (this.#isAgainst(event, args)) this.outcome = "broken";
    else if (this.#is(event, args)) {
      this.outcome = atMs - this.#startMs <= this.#withinMs ? "met" : "broken";
    }
    return this.outcome !== "open";
  }
}

/** A fault's expectations. Each is checked only once those before it are settled. */
export class Course {
  #expectations;

  constructor(rules, startMs) {
    this.#expectations = rules.map((rule) => new Expectation(rule, startMs));
  }

  get expectations() {
    return this.#expectations;
  }

  /** Takes an event, which may settle several expectations. */
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
