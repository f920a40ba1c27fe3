import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, crc32, gunzipSync, gzipSync, type ZlibOptions } from 'node:zlib'
import { findRecords, type FoundRecords, textsOf } from './find-records.ts'
import { inflated, sumOf } from './inflate.ts'
import { plainOf } from './plain.ts'
import { walkModule } from './walk.ts'

const SEED = 20_261_127

/** Numbers below a bound, the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

type Next = (below: number) => number
const pick = <T>(from: readonly T[], next: Next): T => from[next(from.length)] as T

/** Runs, copies from every distance, letters of few and of many kinds: all that makes codes long, short or lonely. */
function bytes(next: Next): Buffer {
  const parts: Buffer[] = [Buffer.alloc(0)]
  let length = 0
  const most = pick([0, 1, 20, 300, 5000, 70_000, 400_000], next)
  while (length < most) {
    const kind = next(5)
    const size = 1 + next(pick([4, 40, 400, 20_000], next))
    const part =
      kind === 0
        ? Buffer.alloc(size, next(256))
        : kind === 1
          ? Buffer.from(Array.from({ length: size % 3000 }, () => next(256)))
          : kind === 2
            ? Buffer.from(Array.from({ length: size % 3000 }, () => 97 + next(3)))
            : Buffer.from(again(Buffer.concat(parts.slice(-40)), size, next))
    parts.push(part)
    length += part.length
  }
  return Buffer.concat(parts)
}

/** A copy of what came before, from a near or a far place; where there is too little, all of it. */
function again(before: Buffer, size: number, next: Next): Buffer {
  const back = Math.min(before.length, 1 + next(pick([2, 17, 300, 33_000], next)))
  return before.subarray(before.length - back, before.length - back + size)
}

const options = (next: Next): ZlibOptions => ({
  level: next(10),
  memLevel: 1 + next(9),
  windowBits: 9 + next(7),
  strategy: pick(
    [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED],
    next,
  ),
})

test('what zlib deflated in any of its ways inflates to what it was', () => {
  const next = random(SEED)
  for (let round = 0; round < 300; round += 1) {
    const text = bytes(next)
    const found = inflated(gzipSync(text, options(next)))
    assert.ok(found !== undefined && text.equals(found), `seed ${SEED}, round ${round}`)
  }
})

/** Undefined: zlib reads it neither. */
function byZlib(gzip: Buffer): Buffer | undefined {
  try {
    return gunzipSync(gzip)
  } catch {
    return undefined
  }
}

test('what was changed or cut is left to zlib, or reads as zlib reads it', () => {
  const next = random(SEED + 1)
  let left = 0
  for (let round = 0; round < 3000; round += 1) {
    const gzip = gzipSync(bytes(next).subarray(0, 3000), options(next))
    for (let i = 1 + next(3); i > 0; i -= 1) {
      const at = next(gzip.length)
      gzip[at] = (gzip[at] ?? 0) ^ (1 << next(8))
    }
    const changed = next(3) === 0 ? gzip.subarray(0, next(gzip.length)) : gzip
    const found = inflated(changed)
    if (found === undefined) left += 1
    else assert.deepEqual(found, byZlib(changed), `seed ${SEED + 1}, round ${round}`)
  }
  assert.ok(left > 2000, `${left}`)
})

test('a flipped bit of a long text is seen by its sum', () => {
  const next = random(SEED + 4)
  for (let round = 0; round < 200; round += 1) {
    const text = Buffer.from(Array.from({ length: 3000 + next(40_000) }, () => next(256)))
    // Stored as it is: what is flipped inflates all the same.
    const gzip = gzipSync(text, { level: 0 })
    const at = 20 + next(text.length - 20)
    gzip[at] = (gzip[at] ?? 0) ^ (1 << next(8))
    assert.equal(inflated(gzip), undefined, `seed ${SEED + 4}, round ${round}`)
  }
})

test('a sum is the one of zlib, whatever the length', () => {
  const next = random(SEED + 5)
  const replayContext = walkModule()
  const around = [0, 3022, 3038, 3022 + 16 * 1024, 3022 + 3 * 16 * 1024, 200_000].flatMap((length) =>
    Array.from({ length: 40 }, (_, i) => Math.max(0, length + i - 20)),
  )
  for (const length of around) {
    replayContext.reserve(0, length)
    const text = Buffer.from(replayContext.memory.buffer, replayContext.textAt(0), length)
    for (let i = 0; i < length; i += 1) text[i] = next(256)
    assert.equal(sumOf(replayContext, text), crc32(text), `seed ${SEED + 5}, ${length} bytes`)
  }
})

test('bytes that are nothing end, and give nothing', () => {
  const next = random(SEED + 2)
  for (let round = 0; round < 3000; round += 1) {
    const head = gzipSync('').subarray(0, 10)
    const body = Buffer.from(Array.from({ length: 9 + next(200) }, () => next(256)))
    body.writeUInt32LE(next(100_000), body.length - 4)
    assert.equal(inflated(Buffer.concat([head, body])), undefined, `seed ${SEED + 2}, round ${round}`)
  }
})

test('two members, a name in the header, a tail and a length that is a lie are left to zlib', () => {
  const [one, two] = [gzipSync('one'), gzipSync('two')]
  const named = Buffer.concat([one.subarray(0, 3), Buffer.from([8]), one.subarray(4, 10), Buffer.from('n\0')])
  const bomb = Buffer.from(gzipSync(Buffer.alloc(1_000_000)))
  bomb.writeUInt32LE(3, bomb.length - 4)
  const vast = Buffer.from(two)
  vast.writeUInt32LE(0xffff_ffff, vast.length - 4)
  const files = [
    Buffer.concat([one, two]),
    Buffer.concat([named, one.subarray(10)]),
    Buffer.concat([one, two, Buffer.alloc(9)]),
  ]
  for (const gzip of [...files, bomb, vast, one.subarray(0, 17)]) assert.equal(inflated(gzip), undefined)
  assert.deepEqual(
    files.map((gzip) => plainOf(gzip).toString()),
    ['onetwo', 'one', 'onetwo'],
  )
})

const byPosition = (found: FoundRecords): ReadonlyMap<number, string> =>
  new Map(textsOf(found).map((text, i) => [found.suspects[i]?.position ?? -1, text]))

test('records are found alike where a text was inflated and where it lies apart, a piece or many long', () => {
  const next = random(SEED + 3)
  for (let round = 0; round < 60; round += 1) {
    const record = (n: number): string =>
      `{"eventVersion":"1.11","${pick(['errorCode', 'eventName', '\\u0065rrorCode', 'Error'], next)}":"${n}","more":${JSON.stringify('\\"'.repeat(next(pick([3, 70, 30_000], next))))}}`
    const text = `{"Records":[${Array.from({ length: 1 + next(30) }, (_, n) => record(n)).join(',')}]}`
    const apart = findRecords(Buffer.from(text))
    const there = findRecords(inflated(gzipSync(text)) ?? assert.fail('not inflated'))
    assert.ok(apart !== undefined && there?.count === apart.count, `seed ${SEED + 3}, round ${round}`)
    // A backslash where a piece ends may be of any sign: more are suspect then, and they are parsed.
    const known = byPosition(apart)
    const same = byPosition(there)
    for (const [position, one] of same) assert.equal(known.get(position), one, `seed ${SEED + 3}, round ${round}`)
    for (const [position, one] of known) if (!/eventName/.test(one)) assert.ok(same.has(position))
  }
})
