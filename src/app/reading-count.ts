import { signature } from '#diagnose/occurrences.ts'
import type { Denial } from '#intake/denial.ts'
import { mergeRepeats } from '#intake/merge-repeats.ts'
import type { ReadingWatch } from '#intake/reading-watch.ts'
import type { AnswerWatch } from './answer-progress.ts'
import { isDenial } from './inputs.ts'

/** Counts what is read of an input of so many characters, and tells of it. */
export class ReadingCount {
  readonly #of: number
  readonly #tell: AnswerWatch['progress']
  readonly #kinds = new Set<string>()
  readonly #events = new Set<string>()
  #done = 0
  #denials = 0
  #last: Denial | undefined

  constructor(of: number, tell: AnswerWatch['progress']) {
    this.#of = of
    this.#tell = tell
  }

  readonly watch: ReadingWatch = (characters, found) => {
    this.#done = Math.min(this.#of, this.#done + characters)
    for (const denial of found) if (isDenial(denial) && !this.#isRepeat(denial)) this.#add(denial)
    this.#tell({
      stage: 'reading',
      done: this.#done,
      of: this.#of,
      denials: this.#denials,
      kinds: this.#kinds.size,
    })
  }

  #add(denial: Denial): void {
    this.#denials++
    this.#kinds.add(signature(denial))
  }

  /** An event that was delivered twice is one, and so is an error that is printed twice. */
  #isRepeat(denial: Denial): boolean {
    const { eventId } = denial
    if (eventId !== null) return this.#events.has(eventId) || (this.#events.add(eventId), false)
    const [first, second] = mergeRepeats([...(this.#last === undefined ? [] : [this.#last]), denial])
    const isRepeat = this.#last !== undefined && second === undefined
    this.#last = second ?? first
    return isRepeat
  }
}
