/**
 * Where the records of a CloudTrail log file begin and end, and which of them may tell of a refusal. AssemblyScript, made
 * into src/ingest/walk-module.ts by `npm run walk`: sixteen bytes at a time, because reading every byte in JavaScript
 * takes as long as inflating them (ADR 0033).
 *
 * The text comes in pieces. Nothing is checked but what the walk needs: strings, and how deep brackets stand.
 */

/** What is looked back at stands before a piece: the end of the piece before. */
const BEFORE: i32 = 64
const PIECE: i32 = 128 * 1024
/** A record takes no less than the 16 bytes of its beginning. */
const RECORDS: i32 = PIECE / 16 + 2
/** What is looked ahead at stands behind a piece: the beginning of the next. */
const AHEAD: i32 = 64

/** What the list begins with, and each record. */
const HEAD: u32 = 12 // {"Records":[
const START = memory.data<u8>([
  0x7b, 0x22, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x56, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x22, 0x3a,
], 16) // {"eventVersion":

const input = memory.data(BEFORE + PIECE + AHEAD, 16)
const output = memory.data(RECORDS * 12, 16)

/** Records stand in the list of the file's object. */
const DEPTH: i32 = 2

let base: u32 = 0
let depth: i32 = 0
let inString: u64 = 0
let escapes: u64 = 0
let start: u32 = 0
let suspect: bool = false
let written: i32 = 0
let records: u32 = 0
/** Behind the last record. */
let end: u32 = 0
/** Something is not as CloudTrail writes it. */
let isOdd: bool = false
/** Backslashes of the block at hand that may stand for a letter of a sign. */
let odd: u64 = 0

/** Where a text of which only a piece is at hand is to be put, piece by piece. */
export function pieceAt(): i32 {
  return <i32>input + BEFORE
}

export function pieceLength(): i32 {
  return PIECE
}

/** Three numbers for each suspect that ended in the piece: where it begins, where it ends, which record it is. */
export function suspectsAt(): i32 {
  return <i32>output
}

/** How many records have ended. */
export function count(): u32 {
  return records
}

/** Where the last of them did. */
export function endOfLast(): u32 {
  return end
}

export function begin(): void {
  base = 0
  depth = 0
  inString = 0
  escapes = 0
  suspect = false
  isOdd = false
  records = 0
  end = HEAD - 1
  memory.fill(<usize>input, 0, BEFORE)
}

/** Whether every string and bracket is closed. */
export function isWhole(): bool {
  return depth == 0 && inString == 0
}

/** Reads the piece of `length` bytes, behind which `ahead` bytes of the next stand, 64 at most; gives what `walk` gives. */
export function walkPiece(length: i32, ahead: i32): i32 {
  const from = <usize>input + BEFORE
  // What is left of an earlier piece behind these is no part of them.
  memory.fill(from + length + ahead, 0x20, AHEAD - ahead)
  const found = walk(from, length, length + ahead)
  memory.copy(<usize>input, from + length - BEFORE, BEFORE)
  return found
}

/**
 * Reads `length` bytes, a piece at most, of a text that stands whole in memory: 64 bytes before it and behind it are its
 * own. `ahead`: how much of it there is from here on. Gives how many suspects ended in these bytes; -1: the records do not
 * stand side by side, or one does not begin as they do.
 */
export function walk(from: usize, length: i32, ahead: i32): i32 {
  written = 0
  for (let at: i32 = 0; at < length; at += 64) block(from + at, at, ahead)
  base += length
  return isOdd ? -1 : written / 12
}

function maskOf(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u64>(<u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16))
  const high = <u64>(<u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16))
  return low | (high << 32)
}

function block(p: usize, at: i32, length: i32): void {
  const a = v128.load(p)
  const b = v128.load(p, 16)
  const c = v128.load(p, 32)
  const d = v128.load(p, 48)

  const quote = i8x16.splat(0x22)
  let quotes = maskOf(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote))

  const slash = i8x16.splat(0x5c)
  const sa = i8x16.eq(a, slash)
  const sb = i8x16.eq(b, slash)
  const sc = i8x16.eq(c, slash)
  const sd = i8x16.eq(d, slash)
  odd = 0
  if (escapes != 0 || v128.any_true(v128.or(v128.or(sa, sb), v128.or(sc, sd))))
    quotes &= ~escaped(maskOf(sa, sb, sc, sd), p, at, length)

  // Letters in either case, brackets and braces as one.
  const fold = i8x16.splat(0x20)
  const fa = v128.or(a, fold)
  const fb = v128.or(b, fold)
  const fc = v128.or(c, fold)
  const fd = v128.or(d, fold)

  // A bit for every byte that stands in a string, its opening quote included.
  let strings = quotes
  strings ^= strings << 1
  strings ^= strings << 2
  strings ^= strings << 4
  strings ^= strings << 8
  strings ^= strings << 16
  strings ^= strings << 32
  strings ^= inString
  inString = <u64>(<i64>strings >> 63)

  const open = i8x16.splat(0x7b)
  const close = i8x16.splat(0x7d)
  const opens = maskOf(i8x16.eq(fa, open), i8x16.eq(fb, open), i8x16.eq(fc, open), i8x16.eq(fd, open)) & ~strings
  const closes = maskOf(i8x16.eq(fa, close), i8x16.eq(fb, close), i8x16.eq(fc, close), i8x16.eq(fd, close)) & ~strings

  // Two letters that seldom stand side by side; before the first bit of the block may be one.
  const r = i8x16.splat(0x72)
  const rs = maskOf(i8x16.eq(fa, r), i8x16.eq(fb, r), i8x16.eq(fc, r), i8x16.eq(fd, r))
  const pairs = rs & ((rs << 1) | 1)
  const z = i8x16.splat(0x7a)
  const za = i8x16.eq(fa, z)
  const zb = i8x16.eq(fb, z)
  const zc = i8x16.eq(fc, z)
  const zd = i8x16.eq(fd, z)
  let signs = odd
  if (pairs != 0) signs |= errorKeys(pairs, p)
  if (v128.any_true(v128.or(v128.or(za, zb), v128.or(zc, zd)))) signs |= sentences(maskOf(za, zb, zc, zd), p)

  const most = depth - <i32>popcnt<u64>(closes)
  if (most > DEPTH) {
    // No record can end here, and none begin.
    depth = most + <i32>popcnt<u64>(opens)
    if (signs != 0) suspect = true
  } else step(opens, closes, signs, base + at, p)
}

/** Bit by bit: a record begins or ends in this block. */
function step(opens: u64, closes: u64, signs: u64, first: u32, p: usize): void {
  let marks = opens | closes | signs
  while (marks != 0) {
    const i = ctz<u64>(marks)
    const bit: u64 = <u64>1 << i
    marks &= marks - 1
    if ((signs & bit) != 0) suspect = true
    if ((opens & bit) != 0) {
      if (depth == DEPTH) {
        start = first + <u32>i
        suspect = (signs & bit) != 0
        if (!isNext(p + <usize>i)) isOdd = true
      }
      depth++
    } else if ((closes & bit) != 0) {
      depth--
      if (depth == DEPTH) put(start, first + <u32>i + 1)
    }
  }
}

/** Whether what begins there is a record that follows the one before. */
function isNext(p: usize): bool {
  const isBeside = start == end + 1 && (records == 0 || load<u8>(p - 1) == 0x2c)
  return isBeside && i8x16.all_true(i8x16.eq(v128.load(p), v128.load(START)))
}

function put(from: u32, to: u32): void {
  if (suspect) {
    const at = <usize>output + written
    store<u32>(at, from)
    store<u32>(at, to, 4)
    store<u32>(at, records, 8)
    if (written < (RECORDS - 1) * 12) written += 12
    else isOdd = true
  }
  suspect = false
  records++
  end = to
}

/** The bits that a backslash makes mean themselves. A letter written as `\u00…` may be part of any sign. */
function escaped(slashes: u64, p: usize, at: i32, length: i32): u64 {
  let bits: u64 = escapes
  escapes = 0
  while (slashes != 0) {
    const i = ctz<u64>(slashes)
    slashes &= slashes - 1
    const next = p + <usize>i + 1
    const isFar = at + <i32>i + 5 >= length
    if (isFar || (load<u8>(next) == 0x75 && load<u16>(next, 1) == 0x3030 && load<u8>(next, 3) >= 0x32)) odd |= <u64>1 << i
    if (((bits >> i) & 1) != 0) continue
    if (i == 63) escapes = 1
    else bits |= <u64>1 << (i + 1)
  }
  return bits
}

/** Every text that begins with `err`: `errorCode` and `errorMessage` do, in any letter case. */
function errorKeys(pairs: u64, p: usize): u64 {
  let found: u64 = 0
  while (pairs != 0) {
    const i = ctz<u64>(pairs)
    pairs &= pairs - 1
    // `"err`, little end first.
    if ((load<u32>(p + <usize>i - 3) | 0x20202000) == 0x72726522) found |= <u64>1 << i
  }
  return found
}

/** Every `z` behind "not authori": what `not authorized to perform` begins with. */
function sentences(zs: u64, p: usize): u64 {
  let found: u64 = 0
  while (zs != 0) {
    const i = ctz<u64>(zs)
    zs &= zs - 1
    // " authori" is 0x20 0x61 …
    if ((load<u64>(p + <usize>i - 8) | 0x2020202020202020) == 0x69726f6874756120) found |= <u64>1 << i
  }
  return found
}
