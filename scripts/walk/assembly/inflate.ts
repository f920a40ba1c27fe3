/**
 * Inflates the body of a gzip member into memory that the walk reads (RFC 1951). AssemblyScript, compiled with records.ts.
 *
 * It is quick because it is told how long the text is and gives up on anything else: what it says no to is inflated by
 * zlib, which says what is wrong. The sum over the text is checked by who calls it (src/ingest/inflate.ts).
 */

import {
  build,
  DISTANCE_BITS,
  distances,
  END,
  LETTER_BITS,
  letters,
  LONGER,
  ORDER_BITS,
  orders,
  OTHER,
  pair,
} from './codes'

/** Of the codes of letters and lengths, and of distances behind them. */
const sizes = memory.data(288 + 32 + 138, 16)
const orderOf = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])

let source: usize = 0
let sourceEnd: usize = 0
let bits: u64 = 0
/** Only the low byte means anything: how many of `bits` are left. */
let left: u64 = 0
let target: usize = 0
let targetStart: usize = 0
let targetEnd: usize = 0

/** Memory for a text of so many bytes behind `input` bytes of gzip; gives where the gzip goes. */
export function reserve(input: i32, output: i32): usize {
  const start: usize = (__heap_base + 63) & ~63
  const needed = textAt(input) + output + 1024
  const pages = <i32>((needed + 0xffff) >>> 16)
  if (memory.size() < pages && memory.grow(pages - memory.size()) < 0) return 0
  return start
}

/** Where the text of a gzip of so many bytes stands; 64 bytes before it belong to it. */
export function textAt(input: i32): usize {
  return ((__heap_base + 63) & ~63) + ((input + 64 + 63) & ~63) + 64
}

/** Inflates what stands between two addresses; true where that gives exactly `length` bytes at `into`. */
export function inflate(from: usize, to: usize, into: usize, length: i32): bool {
  source = from
  sourceEnd = to
  bits = 0
  left = 0
  target = targetStart = into
  targetEnd = into + length
  // What is read beyond the end reads as nothing; that it was is seen in the end.
  memory.fill(to, 0, 64)
  memory.fill(into - 64, 0, 64)
  let isLast = false
  while (!isLast) {
    if (source > sourceEnd + 16) return false
    refill()
    isLast = take(1) == 1
    const kind = take(2)
    const isRead = kind == 0 ? stored() : kind == 1 ? fixed() && block() : kind == 2 ? dynamic() && block() : false
    if (!isRead || target > targetEnd) return false
  }
  // The walk looks a little further than the text goes.
  memory.fill(targetEnd, 0x20, 64)
  return target == targetEnd && source - ((left >> 3) & 7) == sourceEnd
}

// @ts-ignore: decorator
@inline
function refill(): void {
  bits |= load<u64>(source) << left
  source += 7 - <usize>((left >> 3) & 7)
  left |= 56
}

// @ts-ignore: decorator
@inline
function take(n: u64): i32 {
  const value = <i32>(bits & ((<u64>1 << n) - 1))
  bits >>= n
  left -= n
  return value
}

function stored(): bool {
  source -= <usize>((left >> 3) & 7)
  bits = 0
  left = 0
  if (source + 4 > sourceEnd) return false
  const length = <usize>load<u16>(source)
  if ((length ^ 0xffff) != <usize>load<u16>(source, 2)) return false
  source += 4
  if (source + length > sourceEnd || target + length > targetEnd) return false
  memory.copy(target, source, length)
  source += length
  target += length
  return true
}

function fixed(): bool {
  memory.fill(sizes, 8, 144)
  memory.fill(sizes + 144, 9, 112)
  memory.fill(sizes + 256, 7, 24)
  memory.fill(sizes + 280, 8, 8)
  memory.fill(sizes + 288, 5, 32)
  return build(distances, DISTANCE_BITS, sizes + 288, 32) && buildLetters(288)
}

function dynamic(): bool {
  const lettersCount = take(5) + 257
  const distancesCount = take(5) + 1
  const ordersCount = take(4) + 4
  if (lettersCount > 286 || distancesCount > 30) return false
  memory.fill(sizes, 0, 19)
  for (let i: i32 = 0; i < ordersCount; i++) {
    refill()
    store<u8>(sizes + <usize>load<u8>(orderOf + i), <u8>take(3))
  }
  if (!build(orders, ORDER_BITS, sizes, 19)) return false
  const all = lettersCount + distancesCount
  for (let i: i32 = 0; i < all; ) {
    if (source > sourceEnd + 16) return false
    refill()
    const entry = load<u32>(orders + (<usize>(bits & 127) << 2))
    if ((entry & OTHER) != 0) return false
    take(entry & 63)
    const symbol = <i32>((entry >> 16) & 0xff)
    if (symbol < 16) {
      store<u8>(sizes + i, symbol)
      i++
      continue
    }
    if (symbol == 16 && i == 0) return false
    const value = symbol == 16 ? load<u8>(sizes + i - 1) : 0
    const times = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7)
    memory.fill(sizes + i, value, times)
    i += times
    if (i > all) return false
  }
  // A block that cannot end is none.
  if (load<u8>(sizes + 256) == 0) return false
  // Distances first: the letters' sizes stand before them.
  return build(distances, DISTANCE_BITS, sizes + lettersCount, distancesCount) && buildLetters(lettersCount)
}

function buildLetters(count: i32): bool {
  if (!build(letters, LETTER_BITS, sizes, count)) return false
  pair()
  return true
}

/** A block of codes. What it needs stands in variables of its own, which the processor keeps in registers. */
function block(): bool {
  let p = source
  let b = bits
  let n = left
  let q = target
  const readable = sourceEnd + 16
  const writable = targetEnd
  const first = targetStart
  while (true) {
    b |= load<u64>(p) << n
    p += 7 - <usize>((n >> 3) & 7)
    n |= 56
    if (p > readable || q > writable) return false
    let e = load<u32>(letters + (<usize>(b & 1023) << 2))
    if (<i32>e < 0) {
      b >>= <u64>e
      n -= <u64>e
      store<u16>(q, (e >> 16) & 0x7fff)
      q += (e >> 8) & 3
      e = load<u32>(letters + (<usize>(b & 1023) << 2))
      if (<i32>e < 0) {
        b >>= <u64>e
        n -= <u64>e
        store<u16>(q, (e >> 16) & 0x7fff)
        q += (e >> 8) & 3
        e = load<u32>(letters + (<usize>(b & 1023) << 2))
        if (<i32>e < 0) {
          b >>= <u64>e
          n -= <u64>e
          store<u16>(q, (e >> 16) & 0x7fff)
          q += (e >> 8) & 3
          e = load<u32>(letters + (<usize>(b & 1023) << 2))
          if (<i32>e < 0) {
            b >>= <u64>e
            n -= <u64>e
            store<u16>(q, (e >> 16) & 0x7fff)
            q += (e >> 8) & 3
            continue
          }
        }
      }
    }
    if ((e & OTHER) != 0) {
      b >>= <u64>e
      n -= <u64>e
      if ((e & LONGER) != 0) {
        e = load<u32>(letters + (<usize>((e >> 16) + <u32>(b & ((<u64>1 << <u64>((e >> 8) & 15)) - 1))) << 2))
        if (<i32>e < 0) {
          b >>= <u64>e
          n -= <u64>e
          store<u8>(q, e >> 16)
          q++
          continue
        }
        if ((e & OTHER) != 0) {
          b >>= <u64>e
          n -= <u64>e
        }
      }
      if ((e & OTHER) != 0) {
        source = p
        bits = b
        left = n
        target = q
        return (e & END) != 0
      }
    }
    const length = (e >> 16) + <u32>((b & ((<u64>1 << <u64>(e & 63)) - 1)) >> <u64>((e >> 8) & 15))
    b >>= <u64>e
    n -= <u64>e

    b |= load<u64>(p) << n
    p += 7 - <usize>((n >> 3) & 7)
    n |= 56
    let d = load<u32>(distances + (<usize>(b & 511) << 2))
    if ((d & OTHER) != 0) {
      if ((d & LONGER) == 0) return false
      b >>= <u64>d
      n -= <u64>d
      d = load<u32>(distances + (<usize>((d >> 16) + <u32>(b & ((<u64>1 << <u64>((d >> 8) & 15)) - 1))) << 2))
      if ((d & OTHER) != 0) return false
    }
    const distance = (d >> 16) + <u32>((b & ((<u64>1 << <u64>(d & 63)) - 1)) >> <u64>((d >> 8) & 15))
    b >>= <u64>d
    n -= <u64>d
    if (<usize>distance > q - first) return false

    let s = q - <usize>distance
    const stop = q + <usize>length
    if (distance >= 16) {
      v128.store(q, v128.load(s))
      v128.store(q, v128.load(s, 16), 16)
      if (length > 32) {
        q += 32
        s += 32
        do {
          v128.store(q, v128.load(s))
          v128.store(q, v128.load(s, 16), 16)
          q += 32
          s += 32
        } while (q < stop)
      }
    } else if (distance >= 8) {
      do {
        store<u64>(q, load<u64>(s))
        q += 8
        s += 8
      } while (q < stop)
    } else {
      do {
        store<u8>(q, load<u8>(s))
        q++
        s++
      } while (q < stop)
    }
    q = stop
  }
}
