import { gunzipSync, gzipSync } from 'node:zlib'
import type { Random } from './random.ts'

/** What readers are known to stumble over, as values. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  '',
  0,
  -1,
  1e308,
  4_294_967_296,
  0.1,
  {},
  [],
  [{}],
  [null],
  [[]],
  { '': {} },
  { Ref: 'x' },
  { 'Fn::Sub': '${x}' },
  { AWS: [] },
  '*',
  'arn:aws:iam::111122223333:root',
  '111122223333',
  '2026-02-30T25:61:61Z',
]

/** The same as text, to be put into strings and files. */
const TEXTS: readonly string[] = [
  '\n',
  '\r\n',
  '\r',
  '\0',
  '\t',
  '"',
  "'",
  '`',
  '\\',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  '{"a":',
  ',',
  ':',
  '/',
  '..',
  '*',
  '**',
  '?',
  '${',
  '${aws:username}',
  '${*}',
  '$(x)',
  '%',
  '%zz',
  '%00',
  '#',
  '<',
  '&',
  '|',
  '---\n',
  '&a *a',
  '<<: *a',
  '!!binary x',
  '<<EOF\n',
  '/*',
  '::error::',
  '\u001B[31m',
  '\u202E',
  '\u{E0041}',
  '\uFEFF',
  '\uD800',
  'İ',
  'ß',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'NaN',
  '1e999',
  '-0',
  'arn:aws:s3:::',
  'arn:',
  'User: ',
  ' is not authorized to perform: ',
  ' on resource: ',
  ' with an explicit deny in a ',
  'Encoded authorization failure message: ',
]

const NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  ' ',
  '*',
  '0',
  'Statement',
  'Fn::If',
]

/** Changes a valid input a little: by its structure where it has one, by its text, or by its bytes. */
export function mutated(sample: Buffer, others: readonly Buffer[], random: Random): Buffer {
  if (sample[0] === 0x1f && sample[1] === 0x8b && !random.once(3))
    return gzipSync(mutated(gunzipSync(sample), [], random), { level: 1 })
  if (random.once(5)) return byBytes(sample, random.oneOf([sample, ...others]), random)
  const text = sample.toString('utf8')
  const other = random.oneOf([sample, ...others]).toString('utf8')
  if (random.once(4)) return Buffer.from(byText(text, other, random))
  return Buffer.from(byStructure(text, other, random) ?? byText(text, other, random))
}

/** A JSON document, or one line of JSON Lines, with some of its nodes changed; undefined: it is none, or became too deep. */
function byStructure(text: string, other: string, random: Random): string | undefined {
  try {
    const whole = parsed(text)
    if (whole !== undefined) return JSON.stringify(changedTree(whole, parsed(other), random))
    const lines = text.split('\n')
    const at = random.below(lines.length)
    const line = parsed(lines[at] ?? '')
    if (line === undefined) return undefined
    lines[at] = JSON.stringify(changedTree(line, parsed(other.split('\n')[0] ?? ''), random)) ?? ''
    return lines.join('\n')
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

type Holder = Record<string, unknown> | unknown[]
type Spot = readonly [holder: Holder, key: string]

function changedTree(tree: object, other: object | undefined, random: Random): unknown {
  const box = { tree: structuredClone(tree) as unknown }
  for (let left = 1 + random.below(4); left > 0; left--) {
    const spots = spotsIn(box)
    if (spots.length === 0) break
    const [holder, key] = random.oneOf(spots)
    changeAt([holder, key], { spots, others: other === undefined ? spots : spotsIn({ other }), random })
  }
  return box.tree
}

interface Around {
  readonly spots: readonly Spot[]
  readonly others: readonly Spot[]
  readonly random: Random
}

const CHANGES: readonly ((spot: Spot, around: Around) => unknown)[] = [
  (_spot, { random }) => structuredClone(random.oneOf(VALUES)),
  (spot, { random }) => changedLeaf(valueAt(spot), random),
  (spot, { random }) => changedLeaf(valueAt(spot), random),
  (_spot, { spots, others, random }) => structuredClone(valueAt(random.oneOf(others.length > 0 ? others : spots))),
  (spot) => [valueAt(spot)],
  (spot) => ({ [spot[1]]: valueAt(spot) }),
  (spot, { random }) => Array.from({ length: 2 + random.below(40) }, () => structuredClone(valueAt(spot))),
  (_spot, { random }) => deep(random.oneOf([50, 500, 5000])),
  (spot, { random }) => String(JSON.stringify(valueAt(spot))).repeat(1 + random.below(3)),
  (_spot, { random }) => random.oneOf(TEXTS).repeat(1 + random.below(3000)),
]

function changeAt([holder, key]: Spot, around: Around): void {
  const { random, spots } = around
  if (random.once(6)) return remove(holder, key)
  if (random.once(6)) return rename(holder, key, random.once(2) ? random.oneOf(NAMES) : random.oneOf(spots)[1])
  put(holder, key, random.oneOf(CHANGES)([holder, key], around))
}

const valueAt = ([holder, key]: Spot): unknown => (holder as Readonly<Record<string, unknown>>)[key]

/** As JSON.parse makes it: `__proto__` is a key like any other. */
const put = (holder: Holder, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

function rename(holder: Holder, key: string, name: string): void {
  const value = valueAt([holder, key])
  remove(holder, key)
  if (Array.isArray(holder)) holder.push(value)
  else put(holder, name, value)
}

function deep(levels: number): unknown {
  let value: unknown = null
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}

function changedLeaf(value: unknown, random: Random): unknown {
  if (typeof value !== 'string') return structuredClone(random.oneOf(VALUES))
  const inner = random.once(4) ? parsed(value) : undefined
  if (inner !== undefined) return JSON.stringify(changedTree(inner, undefined, random))
  return byText(value, value, random)
}

/** Every place of a tree; without recursion, as it may be deep. */
function spotsIn(root: Holder): readonly Spot[] {
  const spots: Spot[] = []
  const left: Holder[] = [root]
  for (let holder = left.pop(); holder !== undefined && spots.length < 20_000; holder = left.pop())
    for (const [key, value] of Object.entries(holder)) {
      spots.push([holder, key])
      if (typeof value === 'object' && value !== null) left.push(value as Holder)
    }
  return spots
}

const MOST = 300_000

function byText(text: string, other: string, random: Random): string {
  let now = text
  for (let left = 1 + random.below(4); left > 0; left--) {
    const [from, to] = range(now.length, random)
    const [start, end] = range(other.length, random)
    now = random
      .oneOf<() => string>([
        () => now.slice(0, from) + random.oneOf(TEXTS) + now.slice(from),
        () => now.slice(0, from) + random.oneOf(TEXTS) + now.slice(to),
        () => now.slice(0, from) + now.slice(to),
        () => now.slice(0, to) + now.slice(from, to).repeat(1 + random.below(20)) + now.slice(to),
        () => now.slice(0, from) + other.slice(start, end) + now.slice(to),
        () => now.slice(0, from) + random.oneOf(TEXTS).repeat(1 + random.below(5000)) + now.slice(from),
        () => now.slice(0, from),
        () => lines(now, random),
      ])()
      .slice(0, MOST)
  }
  return now
}

/** Whole lines change their places, come twice, or go. */
function lines(text: string, random: Random): string {
  const all = text.split('\n')
  const [from, to] = [random.below(all.length), random.below(all.length)]
  const [line = ''] = all.splice(from, 1)
  if (!random.once(3)) all.splice(to, 0, ...(random.once(2) ? [line] : [line, line]))
  return all.join('\n')
}

/** Mostly short. */
function range(length: number, random: Random): readonly [from: number, to: number] {
  const from = random.below(length + 1)
  const most = random.once(3) ? length : 12
  return [from, Math.min(length, from + random.below(most + 1))]
}

function byBytes(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let now = Buffer.from(bytes)
  for (let left = 1 + random.below(6); left > 0; left--) {
    const [from, to] = range(now.length, random)
    const [start, end] = range(other.length, random)
    const byte = Buffer.from([random.oneOf([0, 0xff, 0xc0, 0xed, 0x80, 0x7b, 0x22, 0x0a, random.below(256)])])
    const parts = random.oneOf<readonly Buffer[]>([
      [now.subarray(0, from), byte, now.subarray(from)],
      [now.subarray(0, from), byte, now.subarray(from + 1)],
      [now.subarray(0, from), now.subarray(to)],
      [now.subarray(0, to), now.subarray(from)],
      [now.subarray(0, from), other.subarray(start, end), now.subarray(to)],
      [now.subarray(0, from)],
    ])
    now = Buffer.concat(parts).subarray(0, MOST)
  }
  return now
}
