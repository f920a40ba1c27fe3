import { type Walk, walkModule } from './walk.ts'

/** The records of a log file, before any is parsed. */
export interface FoundRecords {
  readonly count: number
  /** Of the file, or of its suspects alone. */
  readonly bytes: Uint8Array
  /** Records that may tell of a refusal; the others cannot (`walk`). */
  readonly suspects: readonly Suspect[]
}

/** A record, as a place among the bytes: a text of it would live longer than it is read. */
export interface Suspect {
  readonly start: number
  readonly end: number
  /** Which record of the file, from 0. */
  readonly position: number
}

const HEAD = Buffer.from('{"Records":[')
/** Numbers for each suspect: where it begins, where it ends, which record it is. */
const FIELDS = 3
/** Bytes behind a piece that are looked at with it. */
const AHEAD = 64

/**
 * Finds the records of a log file that is written as CloudTrail writes them, without parsing. A record is suspect where a
 * text in it begins with `err` (`errorCode`, `errorMessage`), where it has the words `not authoriz`, by which some services
 * refuse in their answer (`kindOf` in src/intake/cloudtrail), both in any letter case, or where a letter of these may be
 * written as `\u00…`. Undefined: something is not as CloudTrail writes it, and the file is to be parsed whole.
 */
export function findRecords(bytes: Buffer): FoundRecords | undefined {
  if (!startsAt(bytes, HEAD, 0)) return undefined
  const replayContext = walkModule()
  const read = readerOf(replayContext, bytes)
  const pieceLength = replayContext.pieceLength()
  const found = new Uint32Array(replayContext.memory.buffer, replayContext.suspectsAt())
  const suspects: Suspect[] = []
  replayContext.begin()
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const count = read(at, Math.min(pieceLength, bytes.length - at))
    if (count < 0) return undefined
    for (let i = 0; i < count * FIELDS; i += FIELDS)
      suspects.push({ start: found[i] ?? 0, end: found[i + 1] ?? 0, position: found[i + 2] ?? 0 })
  }
  const count = replayContext.count()
  const isAll = count > 0 && replayContext.isWhole() !== 0 && isTail(bytes.subarray(replayContext.endOfLast()))
  return isAll ? { count, bytes, suspects } : undefined
}

export function textsOf({ bytes, suspects }: FoundRecords): readonly string[] {
  const { buffer, byteOffset, length } = bytes
  const all = Buffer.from(buffer, byteOffset, length)
  return suspects.map(({ start, end }) => all.toString('utf8', start, end))
}

/** With the suspects in memory of their own, that can be handed to another thread: what the file was read into is used again. */
export function suspectsAlone({ count, bytes, suspects }: FoundRecords): FoundRecords {
  const alone = Buffer.allocUnsafeSlow(suspects.reduce((sum, { start, end }) => sum + end - start, 0))
  let at = 0
  const moved = suspects.map(({ start, end, position }) => {
    const from = at
    alone.set(bytes.subarray(start, end), from)
    at += end - start
    return { start: from, end: at, position }
  })
  return { count, bytes: alone, suspects: moved }
}

/** Reads so many bytes from there on: where they stand, if they were inflated into the walk's memory, else piece by piece. */
function readerOf(replayContext: Walk, bytes: Buffer): (at: number, length: number) => number {
  const from = bytes.byteOffset
  if (bytes.buffer === replayContext.memory.buffer)
    return (at, length) => replayContext.walk(from + at, length, bytes.length - at)
  const piece = new Uint8Array(
    replayContext.memory.buffer,
    replayContext.pieceAt(),
    replayContext.pieceLength() + AHEAD,
  )
  return (at, length) => {
    const ahead = Math.min(AHEAD, bytes.length - at - length)
    piece.set(bytes.subarray(at, at + length + ahead))
    return replayContext.walkPiece(length, ahead)
  }
}

/** Byte by byte: a view of the bytes costs more than most comparisons. */
function startsAt(bytes: Buffer, text: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false
  return true
}

/** The end of the list and of the file. */
const isTail = (bytes: Buffer): boolean => bytes.length < 1000 && /^\s*\]\s*\}\s*$/.test(bytes.toString('latin1'))
