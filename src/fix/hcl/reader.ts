/** The text is not HCL as far as we read it; caught in `parse.ts`, where it becomes a value. */
export class HclFault extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy

/** Deeper than anybody writes; keeps a hostile file from using up the stack. */
const MAX_DEPTH = 200

/** A place in a text that only moves forward, past what means nothing. */
export class Reader {
  readonly text: string
  at = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  /** Reads what lies in something else. */
  within<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new HclFault('it lies too deep', this.at)
    const found = read()
    this.depth--
    return found
  }

  get done(): boolean {
    return this.at >= this.text.length
  }

  is(word: string): boolean {
    return this.text.startsWith(word, this.at)
  }

  /** Whether `word` stood here; then it is behind. */
  take(word: string): boolean {
    if (!this.is(word)) return false
    this.at += word.length
    return true
  }

  expect(word: string): void {
    if (!this.take(word)) throw new HclFault(`\`${word}\` is missing`, this.at)
  }

  /** An identifier; undefined: none stands here. */
  name(): string | undefined {
    return this.run(NAME)
  }

  /** Text that a sticky pattern of ours finds here, which is read; undefined: nothing. */
  run(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  /** Past spaces and comments; past ends of lines only where they mean nothing. */
  skip(newlines: boolean): void {
    for (;;) {
      const char = this.text.charAt(this.at)
      if (char === ' ' || char === '\t' || char === '\r' || char === '\uFEFF' || (newlines && char === '\n')) this.at++
      else if (char === '#' || this.is('//')) this.toEndOfLine()
      else if (this.is('/*')) this.skipBlockComment()
      else return
    }
  }

  toEndOfLine(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end < 0 ? this.text.length : end
  }

  private skipBlockComment(): void {
    const end = this.text.indexOf('*/', this.at + 2)
    if (end < 0) throw new HclFault('a comment has no end', this.at)
    this.at = end + 2
  }
}
