import type { Document, LineCounter, Node } from 'yaml'
import { membersAt, nestsDeeper } from '#iam/json-scan.ts'
import { duplicateProblem, isReadable, type JsonSource, readJson } from '#snapshot/json-source.ts'
import { yamlDocument } from './yaml-document.ts'

/** Steps from the top of a file to a value. */
type Steps = readonly (string | number)[]

/** A JSON or YAML file as a value, with the line of everything in it. */
export interface LocatedFile {
  readonly value: unknown
  /** 1-based line of what the steps lead to, or of the nearest thing above it. */
  readonly lineOf: (steps: Steps) => number
}

/** Why it could not be read. */
export interface NotRead {
  readonly kind: 'unreadable' | 'duplicate-key' | 'several-documents' | 'account-id'
  readonly problem: string
}

export const isLocated = (read: LocatedFile | NotRead): read is LocatedFile => !('problem' in read)

const MAX_BYTES = 64 * 1024 * 1024
const MAX_DEPTH = 100

/** Reads JSON, or YAML 1.2; `name` tells one from the other, and where it does not, the text. */
export async function readLocated(text: string, name: string): Promise<LocatedFile | NotRead> {
  if (text.length > MAX_BYTES) return { kind: 'unreadable', problem: 'it is larger than 64 MB' }
  const isYaml = name.endsWith('.yaml') || name.endsWith('.yml')
  const isJson = name.endsWith('.json') || text.trimStart().startsWith('{')
  return isJson && !isYaml ? fromJson(text, name) : fromYaml(text)
}

function fromJson(text: string, name: string): LocatedFile | NotRead {
  if (nestsDeeper(text, MAX_DEPTH)) return { kind: 'unreadable', problem: `it nests more than ${MAX_DEPTH} deep` }
  const source = readJson(name, text)
  if (!isReadable(source)) return { kind: 'unreadable', problem: source.problem }
  const twice = duplicateProblem(source, source.start)
  if (twice !== undefined) return { kind: 'duplicate-key', problem: twice }
  return { value: source.value, lineOf: (steps) => source.lineOf(offsetOf(source, steps)) }
}

function offsetOf({ text, start }: JsonSource, steps: Steps): number {
  let at = start
  for (const step of steps) {
    const next = membersAt(text, at).find(({ key }) => key === step)
    if (next === undefined) return at
    at = next.start
  }
  return at
}

async function fromYaml(text: string): Promise<LocatedFile | NotRead> {
  const yaml = await import('yaml')
  const { document, lines: lineCounter, fault } = await yamlDocument(text)
  if (fault !== undefined) return fault
  let number: string | undefined
  yaml.visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== 'number' || node.source === undefined || !/^\d{12}$/.test(node.source)) return undefined
      number = `\`${node.source}\` in line ${lineCounter.linePos(node.range?.[0] ?? 0).line} is a number`
      return yaml.visit.BREAK
    },
  })
  if (number !== undefined) return { kind: 'account-id', problem: number }
  try {
    // Aliases may multiply without end; the package stops at a hundred uses of one.
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return { value, lineOf: (steps) => yamlLine(document, lineCounter, steps) }
  } catch (problem) {
    return {
      kind: 'unreadable',
      problem: problem instanceof Error ? problem.message : 'its aliases cannot be resolved',
    }
  }
}

function yamlLine(document: Document, counter: LineCounter, steps: Steps): number {
  for (let length = steps.length; length >= 0; length--) {
    const node = document.getIn(steps.slice(0, length), true) as Node | null | undefined
    const start = node?.range?.[0]
    if (start !== undefined) return counter.linePos(start).line
  }
  return 1
}
