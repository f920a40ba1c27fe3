import type { Finished } from './tool.ts'

/** Answers that are kept, and their characters in all. */
export interface KeptLimits {
  readonly count: number
  readonly characters: number
}

const LIMITS: KeptLimits = { count: 8, characters: 32 * 1024 * 1024 }

/** The answers that were given last, by their questions, so that a part of one is read off it: the oldest goes first. */
export class KeptAnswers {
  readonly #limits: KeptLimits
  readonly #answers = new Map<string, Finished>()
  #characters = 0

  constructor(limits: KeptLimits = LIMITS) {
    this.#limits = limits
  }

  get(question: string): Finished | undefined {
    const answer = this.#answers.get(question)
    if (answer === undefined) return undefined
    this.#answers.delete(question)
    this.#answers.set(question, answer)
    return answer
  }

  put(question: string, answer: Finished): void {
    this.#forget(question)
    if (charactersOf(answer) > this.#limits.characters) return
    this.#answers.set(question, answer)
    this.#characters += charactersOf(answer)
    for (const [oldest] of this.#answers) {
      if (this.#answers.size <= this.#limits.count && this.#characters <= this.#limits.characters) return
      this.#forget(oldest)
    }
  }

  clear(): void {
    this.#answers.clear()
    this.#characters = 0
  }

  #forget(question: string): void {
    const answer = this.#answers.get(question)
    if (answer === undefined) return
    this.#answers.delete(question)
    this.#characters -= charactersOf(answer)
  }
}

export const charactersOf = ({ text, long = '', whole, fitted = '' }: Finished): number =>
  text.length + long.length + whole.length + fitted.length
