import { isObject } from '#snapshot/fields.ts'

/**
 * The first 12 hex digits of the SHA-256 of a value: enough to tell two expressions of two files apart, also where somebody
 * would like them to look the same. The order of the fields of an object does not count.
 */
export const digestOf = (value: unknown): string => sha256(new TextEncoder().encode(canonical(value))).slice(0, 12)

/** Something still to be written: a value, or a text that stands as it is. */
type Part = { readonly value: unknown } | { readonly text: string }

/** A worklist, for a file may nest as deep as it likes. */
function canonical(value: unknown): string {
  const texts: string[] = []
  const open: Part[] = [{ value }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ('text' in next) texts.push(next.text)
    else for (const part of partsOf(next.value).reverse()) open.push(part)
  }
  return texts.join('')
}

function partsOf(value: unknown): Part[] {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value
    return [{ text: '[' }, ...entries.flatMap((entry) => [{ value: entry }, { text: ',' }]), { text: ']' }]
  }
  if (!isObject(value)) return [{ text: JSON.stringify(value) ?? 'undefined' }]
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  const written = fields.flatMap(([name, one]) => [{ text: `${JSON.stringify(name)}:` }, { value: one }, { text: ',' }])
  return [{ text: '{' }, ...written, { text: '}' }]
}

/** The first 32 bits of the fractional part of a root of each of the first primes. */
const rootsOf = (count: number, root: (prime: number) => number): Uint32Array => {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return Uint32Array.from(primes, (prime) => (root(prime) % 1) * 2 ** 32)
}

const ROUND = rootsOf(64, Math.cbrt)
const START = rootsOf(8, Math.sqrt)

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

/** FIPS 180-4; `node:crypto` is not for a room that also runs in a browser (ADR 0045). */
function sha256(bytes: Uint8Array): string {
  const state = Uint32Array.from(START)
  const padded = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64))
  for (const [at, byte] of bytes.entries()) padded.setUint8(at, byte)
  padded.setUint8(bytes.length, 0x80)
  padded.setUint32(padded.byteLength - 8, Math.floor(bytes.length / 2 ** 29))
  padded.setUint32(padded.byteLength - 4, (bytes.length << 3) >>> 0)
  for (let at = 0; at < padded.byteLength; at += 64) mix(state, scheduleOf(padded, at))
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('')
}

function scheduleOf(block: DataView, at: number): Uint32Array {
  const words = new Uint32Array(64)
  const word = (i: number): number => words[i] ?? 0
  for (let i = 0; i < 16; i++) words[i] = block.getUint32(at + 4 * i)
  for (let i = 16; i < 64; i++) {
    const [a, b] = [word(i - 15), word(i - 2)]
    const low = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)
    const high = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10)
    words[i] = word(i - 16) + low + word(i - 7) + high
  }
  return words
}

function mix(state: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i++) {
    const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
    const first = (h + high + ((e & f) ^ (~e & g)) + (ROUND[i] ?? 0) + (words[i] ?? 0)) | 0
    const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g]
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + word
}
