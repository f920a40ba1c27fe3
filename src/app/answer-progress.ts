/** How far the answer to a denial is. */
export interface AnswerProgress {
  /** `reading`: the input, in characters; `judging`: every layer of a kind of denial; `fixing`: its fixes, replayed and proved. */
  readonly stage: 'reading' | 'judging' | 'fixing'
  /** Of `of`: characters, or kinds. */
  readonly done: number
  readonly of: number
  /** Found so far; once it is judged, all of them. */
  readonly denials: number
  /** Of the denials: what differs in more than its time. */
  readonly kinds: number
}

/** Told of an answer while it is made. */
export interface AnswerWatch {
  readonly progress: (progress: AnswerProgress) => void
  /** The answer before any fix was looked for. */
  readonly layers: (answer: unknown) => void
}
