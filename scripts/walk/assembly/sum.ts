/**
 * The longest part of a CRC-32 (RFC 1952, 8): all but the last 3 KB of a text are taken away without changing its sum, sixteen
 * bytes at a time. AssemblyScript, compiled with records.ts.
 *
 * x^3006 + x^2866 + x^2215 + 1 is a multiple of the sum's polynomial, and so is its eighth power, which has the same exponents in
 * bytes for bits. Adding it, shifted, to a text leaves the sum as it is; so a byte that is taken away from the front is added to
 * those 140, 791 and 3006 bytes behind it. Sam Russell found this way ("Chorba", https://arxiv.org/abs/2412.16398).
 */

const NEAR: usize = 140
const FAR: usize = 791
const FARTHEST: usize = 3006

/** What was taken away is looked back at. */
const BEFORE: usize = 3072
const PART: usize = 16 * 1024

const taken = memory.data(<i32>(3072 + 16 * 1024 + 64), 16)
const rest = memory.data(3072 + 64, 16)

/** A shorter text is summed as it is. */
export function leastSummed(): i32 {
  return <i32>FARTHEST + 16
}

/** Where `shorten` leaves what is to be summed. */
export function restAt(): usize {
  return rest
}

/**
 * Leaves a short text whose sum, begun with 0 instead of ones, is that of the text of `length` bytes at `from`; gives how long
 * it is. Fifteen bytes behind the text are looked at, and mean nothing.
 */
export function shorten(from: usize, length: i32): i32 {
  const end = (<usize>length - FARTHEST) & ~15
  const first = taken + BEFORE
  memory.fill(taken, 0, BEFORE)
  // A sum begins with ones: that is the same as a text whose first four bytes are turned round.
  v128.store(first, v128.xor(v128.load(from), i32x4(-1, 0, 0, 0)))
  let i: usize = 16
  for (let done: usize = 0; done < end; i = 0) {
    const part = min(PART, end - done)
    const text = from + done
    for (; i < part; i += 16) v128.store(first + i, v128.xor(v128.load(text + i), added(first + i)))
    memory.copy(taken, taken + part, BEFORE)
    done += part
  }
  const left = <usize>length - end
  memory.fill(first, 0, left + 16)
  for (i = 0; i < left; i += 16) v128.store(rest + i, v128.xor(v128.load(from + end + i), added(first + i)))
  return <i32>left
}

// @ts-ignore: decorator
@inline
function added(at: usize): v128 {
  return v128.xor(v128.xor(v128.load(at - NEAR), v128.load(at - FAR)), v128.load(at - FARTHEST))
}
