import { isEnvelope } from '../cloudtrail/record.ts'

/** A JSON value of the input, or text between two of them. Offsets are those of the whole input. */
export interface Unit {
  readonly kind: 'json' | 'text'
  readonly text: string
  readonly from: number
}

/** A document up to this long is one unit; the members of the lists in a longer one are units of their own. */
const LONGEST_DOCUMENT = 4_000_000
/** A member that is longer is no record: CloudTrail's end at 256 KB. */
const LONGEST_MEMBER = 4_000_000

const [QUOTE, BACKSLASH, LIST] = [0x22, 0x5c, 0x5b]
const isOpening = (code: number): boolean => code === 0x7b || code === LIST
const isClosing = (code: number): boolean => code === 0x7d || code === 0x5d

/** The name of a list stands at most so far before its bracket. */
const NAME_REACH = 80

/**
 * Cuts JSON documents that follow each other, with or without a line break between them (`zcat *.json.gz`), into units
 * that fit into memory: whole documents, or the members of `{"Records": […]}` where a document is long. One pass;
 * nothing is kept but the unit that is open.
 */
export class JsonUnits {
  readonly #longest: number
  /** Text that is still needed, and the offset of its first character in the input. */
  #buffer = ''
  #base = 0
  /** Where in the buffer the scan stands, and where the open unit begins; -1: none is open. */
  #at = 0
  #start = -1
  #depth = 0
  #inString = false
  /** A long document is cut into the members of its list, or of the lists that are envelopes of records. */
  #isLong = false
  #rootIsList = false
  #inEnvelope = false
  #units: Unit[] = []

  constructor(longest = LONGEST_DOCUMENT) {
    this.#longest = longest
  }

  /** The units that are whole now. */
  push(text: string): readonly Unit[] {
    this.#buffer += text
    this.#scan(false)
    if (!this.#isLong && this.#start >= 0 && this.#at - this.#start > this.#longest) this.#cutLong()
    if (this.#isLong && this.#start >= 0 && this.#at - this.#start > LONGEST_MEMBER) this.#start = -1
    this.#dropTo(this.#start < 0 ? this.#at - NAME_REACH : this.#start)
    return this.#taken()
  }

  /** Units that are left at the end of the stream; of a document that was cut, the members that are whole. */
  end(): readonly Unit[] {
    this.#scan(true)
    if (this.#start >= 0 && !this.#isLong) this.#cutLong()
    if (this.#start >= 0) this.#emit('text', this.#start, this.#buffer.length)
    return this.#taken()
  }

  #taken(): Unit[] {
    const units = this.#units
    this.#units = []
    return units
  }

  #emit(kind: Unit['kind'], from: number, to: number): void {
    this.#units.push({ kind, text: this.#buffer.slice(from, to), from: this.#base + from })
    this.#start = -1
  }

  #dropTo(to: number): void {
    const cut = Math.max(0, Math.min(to, this.#buffer.length))
    this.#buffer = this.#buffer.slice(cut)
    this.#base += cut
    this.#at -= cut
    if (this.#start >= 0) this.#start -= cut
  }

  #scan(atEnd: boolean): void {
    while (this.#at < this.#buffer.length) {
      if (this.#inString) this.#skipString()
      else if (this.#depth > 0) this.#step()
      else if (!this.#between(atEnd)) return
    }
  }

  #skipString(): void {
    for (; this.#at < this.#buffer.length; this.#at++) {
      const code = this.#buffer.charCodeAt(this.#at)
      if (code === BACKSLASH) this.#at++
      else if (code === QUOTE) {
        this.#inString = false
        this.#at++
        return
      }
    }
  }

  #step(): void {
    const code = this.#buffer.charCodeAt(this.#at)
    if (code === QUOTE) this.#inString = true
    else if (isOpening(code)) this.#open(code)
    else if (isClosing(code)) this.#close()
    this.#at++
  }

  /** Blanks and commas between documents, else a line of text. False: more input is needed. */
  #between(atEnd: boolean): boolean {
    const code = this.#buffer.charCodeAt(this.#at)
    if (isOpening(code)) {
      this.#rootIsList = code === LIST
      if (!this.#isLong) this.#start = this.#at
      this.#depth = 1
      this.#at++
      return true
    }
    if (code <= 0x20 || code === 0xfeff || code === 0x2c) {
      this.#at++
      return true
    }
    const newline = this.#buffer.indexOf('\n', this.#at)
    if (newline < 0 && !atEnd && this.#buffer.length - this.#at < this.#longest) return false
    const to = newline < 0 ? this.#buffer.length : newline + 1
    this.#emit('text', this.#at, to)
    this.#at = to
    return true
  }

  #open(code: number): void {
    this.#depth++
    if (!this.#isLong) return
    if (this.#rootIsList) {
      if (this.#depth === 2) this.#start = this.#at
    } else if (this.#depth === 2 && code === LIST) {
      this.#inEnvelope = isEnvelopeName(this.#buffer.slice(Math.max(0, this.#at - NAME_REACH), this.#at))
    } else if (this.#depth === 3 && this.#inEnvelope) this.#start = this.#at
  }

  #close(): void {
    this.#depth--
    const unit = !this.#isLong ? 0 : this.#rootIsList ? 1 : 2
    if (this.#depth === unit && this.#start >= 0) this.#emit('json', this.#start, this.#at + 1)
    if (this.#depth === 1) this.#inEnvelope = false
    if (this.#depth === 0) this.#isLong = false
  }

  /** The open document got too long to be one unit: go over it again, member by member. */
  #cutLong(): void {
    this.#dropTo(this.#start)
    this.#at = 0
    this.#start = -1
    this.#depth = 0
    this.#inString = false
    this.#isLong = true
    this.#scan(false)
  }
}

const isEnvelopeName = (before: string): boolean => {
  const name = /"([^"\\]{1,60})"\s{0,20}:\s{0,20}$/.exec(before)?.[1]
  return name !== undefined && isEnvelope(name)
}
