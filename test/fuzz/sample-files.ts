/** How samples are found and kept. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

/** What is larger takes more time than it teaches. */
const LARGEST = 60_000

export function filesIn(folder: string, ending: RegExp): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(ROOT, folder, path))
    .filter((path) => ending.test(path) && statSync(path).isFile() && statSync(path).size <= LARGEST)
    .toSorted()
}

export const filesOf = (folder: string, ending: RegExp): readonly Buffer[] =>
  filesIn(folder, ending).map((path) => readFileSync(path))

export const printed = (values: readonly unknown[]): readonly Buffer[] =>
  values.map((value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))

export const jsonLines = (path: string): readonly Readonly<Record<string, unknown>>[] =>
  readFileSync(join(ROOT, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)

/** Each is read once: the samples of a run are asked for again and again. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
