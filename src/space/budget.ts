/** The work that may still be done is used up: whoever set the budget says what was not decided. */
export class OutOfBudget extends Error {
  constructor(whole: number) {
    super(outOfBudget(whole))
  }
}

/** Why something is not decided. */
export const outOfBudget = (whole: number): string =>
  `the work budget of ${whole} steps was used up (\`--budget\` gives more)`

/** Steps of one command where nothing else is said: about a second of one core. */
export const DEFAULT_BUDGET = 4_000_000

/**
 * The work a question may cost, in steps: a step holds one pattern, condition value or statement against one text or
 * request. Counted and never timed, so that one question ends in the same place on every machine (ADR 0051).
 */
export class Budget {
  /** As it was given, with what was added. */
  whole: number
  private left: number
  private graces = 0

  constructor(steps: number = DEFAULT_BUDGET) {
    this.whole = steps
    this.left = steps
  }

  /** Counts work before it is done. */
  spend(steps: number): void {
    this.left -= steps
    if (this.left < 0) throw new OutOfBudget(this.whole)
  }

  get isUsedUp(): boolean {
    return this.left < 0
  }

  /** Adds steps: what is asked of more principals may cost more. */
  add(steps: number): void {
    this.whole += steps
    this.left += steps
  }

  /** Budget that is at hand, or a new budget of so many steps. */
  static of(budget: number | Budget | undefined): Budget {
    return budget instanceof Budget ? budget : new Budget(budget)
  }

  /** A little more once it is used up, to tell what was found by then; half of it the next time, so that all of it is little. */
  grace(): void {
    if (this.left >= 0) return
    this.left = Math.ceil(this.whole / (10 * 2 ** this.graces))
    this.graces++
  }
}
