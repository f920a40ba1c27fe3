/**
 * The tables by which the codes of deflate are read (RFC 1951, 3.2), filled from the sizes of the codes.
 *
 * An entry of a table is what the next bits mean. Its low byte is how many of them that takes, bits 8 to 11 how many of these
 * are the code; from bit 16 on stands the letter, or the least length or distance, to which the bits behind the code are added.
 * Of letters bits 8 and 9 say how many there are: where two codes fit, the second stands from bit 24 on.
 */

export const LETTER: u32 = 1 << 31
export const OTHER: u32 = 1 << 15
/** With `OTHER`: the code is longer than the table's bits, from bit 16 on stands where it goes on. */
export const LONGER: u32 = 1 << 14
/** With `OTHER`: the block ends. `OTHER` alone: no code. */
export const END: u32 = 1 << 13

export const LETTER_BITS: i32 = 10
export const DISTANCE_BITS: i32 = 9
export const ORDER_BITS: i32 = 7
const LONGEST: i32 = 15
const ONE: u32 = 1 << 8

export const letters = memory.data(4 * (1024 + 288 * 32), 16)
export const distances = memory.data(4 * (512 + 32 * 64), 16)
export const orders = memory.data(4 * 128, 16)
const counts = memory.data(4 * 16, 16)
const codes = memory.data(4 * 16, 16)

const lengthBase = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
])
const lengthBits = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
])

function meaning(table: usize, symbol: i32): u32 {
  if (table == orders) return <u32>symbol << 16
  if (table == distances) {
    if (symbol > 29) return OTHER
    const extra = symbol < 4 ? 0 : (symbol >> 1) - 1
    const base = symbol < 4 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1
    return (<u32>base << 16) | <u32>extra
  }
  if (symbol < 256) return LETTER | (<u32>symbol << 16)
  if (symbol == 256) return OTHER | END
  if (symbol > 285) return OTHER
  const at = symbol - 257
  return (<u32>load<u16>(lengthBase + (at << 1)) << 16) | <u32>load<u8>(lengthBits + at)
}

/** Fills a table from the sizes of the codes. False: they are those of no code, or of one that is not all used. */
export function build(table: usize, tableBits: i32, from: usize, n: i32): bool {
  memory.fill(counts, 0, 64)
  for (let i: i32 = 0; i < n; i++) {
    const at = counts + (<usize>load<u8>(from + i) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  let longest: i32 = 0
  let open: i32 = 1
  let code: u32 = 0
  for (let size: i32 = 1; size <= LONGEST; size++) {
    const count = load<u32>(counts + (size << 2))
    if (count > 0) longest = size
    open = (open << 1) - <i32>count
    if (open < 0) return false
    store<u32>(codes + (size << 2), code)
    code = (code + count) << 1
  }
  // One code of one bit, or none, where no distance or but one is used.
  if (open > 0 && (longest > 1 || table != distances)) return false
  const width = 1 << tableBits
  if (open > 0 || longest > tableBits) for (let i: i32 = 0; i < width; i++) store<u32>(table + (i << 2), OTHER)
  let free: i32 = width
  for (let symbol: i32 = 0; symbol < n; symbol++) {
    const size = <i32>load<u8>(from + symbol)
    if (size == 0) continue
    const next = codes + (size << 2)
    const turned = reversed(load<u32>(next), size)
    store<u32>(next, load<u32>(next) + 1)
    if (size <= tableBits) {
      const entry = entryOf(meaning(table, symbol), size)
      for (let i = turned; i < width; i += 1 << size) store<u32>(table + (i << 2), entry)
      continue
    }
    const first = table + ((turned & (width - 1)) << 2)
    const further = longest - tableBits
    if ((load<u32>(first) & LONGER) == 0) {
      store<u32>(first, OTHER | LONGER | (<u32>free << 16) | (<u32>further << 8) | <u32>tableBits)
      free += 1 << further
    }
    const rest = size - tableBits
    const entry = entryOf(meaning(table, symbol), rest)
    const begin = table + (((load<u32>(first) >> 16) & 0x7fff) << 2)
    for (let i = turned >> tableBits; i < 1 << further; i += 1 << rest) store<u32>(begin + (i << 2), entry)
  }
  return true
}

function entryOf(value: u32, size: i32): u32 {
  return (value & LETTER) != 0 ? value | ONE | <u32>size : value + <u32>(size * 0x101)
}

/**
 * Puts two letters into one entry where the bits of both are at hand and the second is ASCII: half of a text comes in letters,
 * and what is looked up last waits for what is looked up before. From the end: an entry looks at one before it, still single.
 */
export function pair(): void {
  for (let i: i32 = (1 << LETTER_BITS) - 1; i > 0; i--) {
    const at = letters + (i << 2)
    const first = load<u32>(at)
    if ((first & LETTER) == 0) continue
    const size = first & 63
    const second = load<u32>(letters + ((i >> size) << 2))
    const both = size + (second & 63)
    if ((second & LETTER) == 0 || (second & 0x800000) != 0 || both > <u32>LETTER_BITS) continue
    store<u32>(at, (first & 0x80ff0000) | ((second & 0x7f0000) << 8) | (ONE << 1) | both)
  }
}

/** The low `size` bits, the last first: codes are read from their high end. */
// @ts-ignore: decorator
@inline
function reversed(code: u32, size: i32): i32 {
  let x = code
  x = ((x >> 1) & 0x5555) | ((x & 0x5555) << 1)
  x = ((x >> 2) & 0x3333) | ((x & 0x3333) << 2)
  x = ((x >> 4) & 0x0f0f) | ((x & 0x0f0f) << 4)
  x = ((x >> 8) & 0x00ff) | ((x & 0x00ff) << 8)
  return <i32>(x >> (16 - size))
}
