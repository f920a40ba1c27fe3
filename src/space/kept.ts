/** A generator whose values are kept, so that it can be gone through again without making them anew. */
export class Kept<T, R> {
  private readonly made: T[] = []
  private result: { readonly value: R } | undefined
  private failure: { readonly error: unknown } | undefined
  private readonly source: Generator<T, R>

  constructor(source: Generator<T, R>) {
    this.source = source
  }

  /** A generator that threw is at its end for ever after, which must not be taken for all there is. */
  private step(): IteratorResult<T, R> {
    if (this.failure !== undefined) throw this.failure.error
    try {
      return this.source.next()
    } catch (error) {
      this.failure = { error }
      throw error
    }
  }

  *again(): Generator<T, R> {
    for (let at = 0; ; at++) {
      if (at === this.made.length) {
        if (this.result !== undefined) return this.result.value
        const { done, value } = this.step()
        if (done === true) {
          this.result = { value }
          return value
        }
        this.made.push(value)
      }
      yield this.made[at] as T
    }
  }
}
