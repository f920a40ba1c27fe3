/**
 * `npm run fuzz`: changed inputs for every reader, by their structure and by their bytes. Each must be read, or refused with an
 * error for the user; none may take more than a second of CPU or 512 MB.
 *
 *   npm run fuzz -- --seconds 120 --seed 7        all readers in turn
 *   npm run fuzz -- --cases 1000000               until so many were read, however long that takes
 *   npm run fuzz -- --reader hcl --reader text    these alone
 *   npm run fuzz -- --replay FILE                 a failing input again; its name says which reader
 *
 * What fails is made small and written to `--out` (default: fuzz-failures). Put into test/corpus/READER/, it is read by every
 * `npm test`. Exit code 1 where something failed.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Fault, inputOf, LIMITS, readerNamed } from '../test/fuzz/cases.ts'
import { Child } from '../test/fuzz/in-child.ts'
import { READERS } from '../test/fuzz/readers.ts'
import { smallest } from '../test/fuzz/smallest.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    cases: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 86_400_000)) },
    'cpu-seconds': { type: 'string', default: String(LIMITS.cpuSeconds) },
    reader: { type: 'string', multiple: true },
    replay: { type: 'string' },
    out: { type: 'string', default: 'fuzz-failures' },
  },
})
/** So much each reader gets in its turn, at most: in a short run each has two turns, and one however slow the machine is. */
const SLICE_CPU_SECONDS = 1
const TURNS = 2

const limits = { ...LIMITS, cpuSeconds: positive('cpu-seconds', values['cpu-seconds']) }
const child = new Child(limits)
const failed = values.replay === undefined ? await fuzz() : await replay(values.replay)
child.end()
process.exit(failed ? 1 : 0)

async function replay(file: string): Promise<boolean> {
  const folder = basename(dirname(file))
  const name =
    values.reader?.[0] ??
    READERS.map((one) => one.name).find((one) => one === folder || basename(file).startsWith(`${one}.`)) ??
    ''
  const fault = await child.faultOf(readerNamed(name).name, readFileSync(file))
  console.log(fault === undefined ? `${name}: read without a fault` : `${name}: ${fault.why}\n${fault.stack}`)
  return fault !== undefined
}

async function fuzz(): Promise<boolean> {
  const seed = positive('seed', values.seed)
  const seconds = positive('seconds', values.seconds)
  const most = values.cases === undefined ? Number.POSITIVE_INFINITY : positive('cases', values.cases)
  const until = values.cases === undefined ? Date.now() + seconds * 1000 : Number.POSITIVE_INFINITY
  const readers = values.reader?.map((one) => readerNamed(one).name) ?? READERS.map(({ name }) => name)
  const turn = Math.min(SLICE_CPU_SECONDS, seconds / TURNS / readers.length)
  const done = new Map(readers.map((name) => [name, 0]))
  const known = new Set<string>()
  let cases = 0
  console.log(`seed ${seed}, ${readers.length} readers`)
  while (Date.now() < until && cases < most)
    for (const reader of readers) {
      const from = done.get(reader) ?? 0
      const slice = await child.cases(reader, seed, from, turn)
      done.set(reader, from + slice.cases)
      cases += slice.cases
      for (const fault of slice.faults) await found(reader, seed, fault, known)
      const isFirstRound = done.get(readers.at(-1) ?? '') === 0
      if ((!isFirstRound && Date.now() >= until) || cases >= most) break
    }
  for (const [reader, count] of done) console.log(`${String(count).padStart(9)}  ${reader}`)
  console.log(
    `${cases} inputs, seed ${seed}: ${known.size === 0 ? 'no fault' : `${known.size} faults, see ${values.out}`}`,
  )
  return known.size > 0
}

/** Each fault once: told by where it was thrown. */
async function found(
  reader: string,
  seed: number,
  fault: Fault & { readonly index: number },
  known: Set<string>,
): Promise<void> {
  const where = fault.why === 'exception' ? placeOf(fault.stack) : ''
  const key = `${reader} ${fault.why} ${where}`
  if (known.has(key)) return
  known.add(key)
  const input = inputOf(readerNamed(reader), seed, fault.index)
  const small = await smallest(input, async (part) => {
    const again = await child.faultOf(reader, part)
    return again?.why === fault.why && (fault.why !== 'exception' || placeOf(again.stack) === where)
  })
  mkdirSync(values.out, { recursive: true })
  const file = join(values.out, `${reader}.${createHash('sha256').update(small).digest('hex').slice(0, 12)}`)
  writeFileSync(file, small)
  console.error(`\n${reader}, case ${fault.index}: ${fault.why}\n${fault.stack.split('\n').slice(0, 8).join('\n')}`)
  console.error(`${small.length} bytes; again: npm run fuzz -- --replay ${file}`)
}

/** The first line of a stack that is a place in our own code. */
function placeOf(stack: string): string {
  return /\(?([^\s(]*\/src\/[^\s)]+)/.exec(stack)?.[1] ?? stack.split('\n')[0] ?? ''
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  console.error(`usage/not-a-value: \`--${name}\` cannot be \`${text}\`\nhint: give a number above 0`)
  process.exit(2)
}
