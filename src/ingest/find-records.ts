import { type Walk, walkModule } from './walk.ts'

/** The records of a log file, before any is parsed. */
export interface FoundRecords {
  readonly count: number
  /** Those that may tell of a refusal; the others cannot (`walk`). */
  readonly suspects: readonly Suspect[]
}

export interface Suspect {
  readonly text: string
  /** Which record of the file, from 0. */
  readonly position: number
}

const HEAD = Buffer.from('{"Records":[')
const START = Buffer.from('{"eventVersion":')
const COMMA = 0x2c
/** Numbers for each record: where it begins, where it ends, whether it is suspect. */
const FIELDS = 3

/**
 * Finds the records of a log file that is written as CloudTrail writes them, without parsing. A record is suspect where a
 * text in it begins with `err` (`errorCode`, `errorMessage`), where it has the words `not authoriz`, by which some services
 * refuse in their answer (`kindOf` in src/intake/cloudtrail), both in any letter case, or where a letter of these may be
 * written as `\u00…`. Undefined: something is not as CloudTrail writes it, and the file is to be parsed whole.
 */
export function findRecords(bytes: Buffer): FoundRecords | undefined {
  if (!startsAt(bytes, HEAD, 0)) return undefined
  const walk = walkModule()
  const read = readerOf(walk, bytes)
  const pieceLength = walk.pieceLength()
  const records = new Uint32Array(walk.memory.buffer, walk.recordsAt())
  const suspects: Suspect[] = []
  let count = 0
  let end = HEAD.length - 1
  walk.begin()
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const found = read(at, Math.min(pieceLength, bytes.length - at))
    for (let i = 0; i < found * FIELDS; i += FIELDS, count += 1) {
      const [start = 0, to = 0, isSuspect = 0] = [records[i], records[i + 1], records[i + 2]]
      if (start !== end + 1 || (count > 0 && bytes[end] !== COMMA) || !startsAt(bytes, START, start)) return undefined
      end = to
      if (isSuspect !== 0) suspects.push({ text: bytes.toString('utf8', start, to), position: count })
    }
  }
  return count > 0 && walk.isWhole() !== 0 && isTail(bytes.subarray(end)) ? { count, suspects } : undefined
}

/** Reads so many bytes from there on: where they stand, if they were inflated into the walk's memory, else piece by piece. */
function readerOf(walk: Walk, bytes: Buffer): (at: number, length: number) => number {
  const from = bytes.byteOffset
  if (bytes.buffer === walk.memory.buffer) return (at, length) => walk.walk(from + at, length, bytes.length - at)
  const piece = new Uint8Array(walk.memory.buffer, walk.pieceAt(), walk.pieceLength())
  return (at, length) => {
    piece.set(bytes.subarray(at, at + length))
    return walk.walkPiece(length)
  }
}

/** Byte by byte: a view of the bytes costs more than most comparisons. */
function startsAt(bytes: Buffer, text: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false
  return true
}

/** The end of the list and of the file. */
const isTail = (bytes: Buffer): boolean => bytes.length < 1000 && /^\s*\]\s*\}\s*$/.test(bytes.toString('latin1'))
