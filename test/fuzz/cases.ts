import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isUserError } from '../../src/errors.ts'
import { mutated } from './mutate.ts'
import { randomOf } from './random.ts'
import { type Reader, READERS } from './readers.ts'
import { ROOT } from './sample-files.ts'

/** Inputs that are kept: what once failed, made small, and what is worth changing further. One folder for each reader. */
export const CORPUS = join(ROOT, 'test', 'corpus')

export interface Limits {
  /** CPU of this process, user and system, in seconds; not the clock's, which a loaded machine stretches. */
  readonly cpuSeconds: number
  readonly megabytes: number
}

/** A second and 512 MB are what an input may take. */
export const LIMITS: Limits = { cpuSeconds: 1, megabytes: 512 }

export interface Fault {
  readonly why: string
  readonly stack: string
}

export function readerNamed(name: string): Reader {
  const found = READERS.find((one) => one.name === name)
  if (found !== undefined) return found
  throw new RangeError(`there is no reader \`${name}\`: ${READERS.map((one) => one.name).join(', ')}`)
}

/** Name and bytes. */
export function keptFor({ name }: Reader): readonly (readonly [file: string, input: Buffer])[] {
  try {
    return readdirSync(join(CORPUS, name))
      .toSorted()
      .map((file) => [file, readFileSync(join(CORPUS, name, file))])
  } catch {
    return []
  }
}

const seeds = new Map<string, readonly Buffer[]>()

/** The input of a case, which the seed and its number give. */
export function inputOf(reader: Reader, seed: number, index: number): Buffer {
  const all = seeds.get(reader.name) ?? [...reader.samples(), ...keptFor(reader).map(([, input]) => input)]
  seeds.set(reader.name, all)
  const random = randomOf(seed, reader.name, index)
  return mutated(random.oneOf(all), all, random)
}

/**
 * Reads an input, and says what is wrong with how that went. Slow is only what is slow three times: the first run also compiles,
 * and what else the machine does makes processors slower. Memory is by how much the process was never larger before.
 */
export async function faultOf(reader: Reader, input: Buffer, limits = LIMITS): Promise<Fault | undefined> {
  const largest = process.resourceUsage().maxRSS
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn === 0 || (turn < 3 && least > limits.cpuSeconds); turn++) {
    const before = process.cpuUsage()
    try {
      await reader.read(Buffer.from(input))
    } catch (error) {
      if (!isUserError(error)) return { why: 'exception', stack: stackOf(error) }
    }
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1_000_000)
    if (least > limits.cpuSeconds * 20) break
  }
  const grown = (process.resourceUsage().maxRSS - largest) / 1024
  if (grown > limits.megabytes) return { why: 'memory', stack: `the process grew by ${Math.round(grown)} MB` }
  if (least > limits.cpuSeconds) return { why: 'slow', stack: `it took ${least.toFixed(1)} s of CPU` }
  return undefined
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error)
