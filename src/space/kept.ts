/** A generator whose values are kept, so that it can be gone through again without making them anew. */
export class Kept<T, R> {
  private readonly made: T[] = []
  private result: { readonly value: R } | undefined
  private readonly source: Generator<T, R>

  constructor(source: Generator<T, R>) {
    this.source = source
  }

  *again(): Generator<T, R> {
    for (let at = 0; ; at++) {
      if (at === this.made.length) {
        if (this.result !== undefined) return this.result.value
        const { done, value } = this.source.next()
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
