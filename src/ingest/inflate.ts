import { crc32 } from 'node:zlib'
import { type Walk, walkModule } from './walk.ts'

/** Of a text that is inflated here: memory for it is kept. */
const MOST = 32 * 1024 * 1024

/** RFC 1952: a header of ten bytes without any of its options, and at the end the text's sum and length. */
const HEADER = 10
const TRAILER = 8
/** The two bytes of every gzip, deflate, and no options. */
const BEGINNING = [0x1f, 0x8b, 8, 0]

/**
 * Bytes that a gzip inflates to, in memory where the walk finds it: it is there until the next is inflated. Undefined where
 * it is not one member without options, of at most `most` bytes, whole and of the right sum: zlib reads it, or says what is
 * wrong.
 */
export function inflated(gzip: Buffer, most = MOST): Buffer | undefined {
  if (gzip.length < HEADER + TRAILER || !BEGINNING.every((byte, i) => gzip[i] === byte)) return undefined
  const length = gzip.readUInt32LE(gzip.length - 4)
  const body = gzip.length - HEADER - TRAILER
  // Deflate makes a text no smaller than a thousandth: what says so is not worth the memory.
  if (length > Math.min(most, MOST, body * 1040)) return undefined
  const replayContext = walkModule()
  const from = replayContext.reserve(body, length)
  if (from === 0) return undefined
  new Uint8Array(replayContext.memory.buffer, from, body).set(gzip.subarray(HEADER, HEADER + body))
  const into = replayContext.textAt(body)
  if (replayContext.inflate(from, from + body, into, length) === 0) return undefined
  const text = Buffer.from(replayContext.memory.buffer, into, length)
  return sumOf(replayContext, text) === gzip.readUInt32LE(gzip.length - TRAILER) ? text : undefined
}

/** CRC-32 of a text in the walk's memory. */
export function sumOf(replayContext: Walk, text: Buffer): number {
  if (text.length < replayContext.leastSummed()) return crc32(text)
  const rest = Buffer.from(
    replayContext.memory.buffer,
    replayContext.restAt(),
    replayContext.shorten(text.byteOffset, text.length),
  )
  return crc32(rest, ONES)
}

/** zlib turns round what a sum goes on from: this begins with 0. */
const ONES = 0xffff_ffff
