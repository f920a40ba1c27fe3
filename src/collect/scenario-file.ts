import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Document, isSeq as isYamlSeq, LineCounter, Node } from 'yaml'
import type { Scenario } from '#engine/scenario.ts'
import { documentAt } from '#snapshot/document.ts'
import { endOfValue, type Member, membersAt } from '#iam/json-scan.ts'
import { duplicateProblem, isReadable, type JsonSource, readJson } from '#snapshot/json-source.ts'
import { type Path, type PolicyPlace, policyPlaces } from '#snapshot/scenario-policies.ts'
import { withPolicyNames } from '#snapshot/policy-names.ts'
import { isScenario, scenarioProblems, withoutEmptyLayers } from '#snapshot/scenario-shape.ts'
import { UserError } from '../errors.ts'
import { textOf } from './folder.ts'
import { ONE_DOCUMENT, yamlDocument } from './yaml-document.ts'

const MAX_BYTES = 64 * 1024 * 1024

/** Reads a scenario file, JSON or YAML 1.2 (docs/json.md, "Scenario"). */
export async function loadScenario(file: string): Promise<Scenario> {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new UserError('scenario/not-found', `there is no scenario \`${file}\``, 'give a JSON or YAML file')
  if (statSync(file).size > MAX_BYTES)
    throw new UserError(
      'scenario/too-large',
      `\`${file}\` is larger than 64 MB`,
      'keep only the policies of one request',
    )
  return parseScenario(textOf(readFileSync(file)), file)
}

/**
 * Reads the text of a scenario; `name` is cited and tells JSON from YAML. Each policy that names no file of its own gets
 * this one, with the line of each of its statements.
 */
export async function parseScenario(text: string, name: string): Promise<Scenario> {
  const isYaml = name.endsWith('.yaml') || name.endsWith('.yml')
  const isJson = name.endsWith('.json') || text.trimStart().startsWith('{')
  const value = isJson && !isYaml ? fromJson(text, name) : await fromYaml(text, name)
  if (isScenario(value) && PARTS.some((part) => Object.hasOwn(value, part)))
    return withPolicyNames(withoutEmptyLayers(value))
  const unquoted = scenarioProblems(value).find((problem) => problem.message.includes('account id'))
  if (unquoted !== undefined) throw withoutQuotes(`\`${name}\`: ${unquoted.message}`)
  const [problem] = scenarioProblems(value)
  throw new UserError(
    'scenario/not-a-scenario',
    `\`${name}\` is no scenario: ${problem?.message ?? `it has none of ${PARTS.join(', ')}`}`,
    'a scenario has `request` and `policies`: see docs/snapshot.md',
  )
}

const PARTS = ['request', 'policies', 'resources', 'organization']

const withoutQuotes = (message: string): UserError =>
  new UserError(
    'scenario/account-id-without-quotes',
    message,
    'write account ids in quotes, leading zeros included: `"012345678901"`',
  )

const unreadable = (name: string, problem: string, hint = 'give JSON, or YAML 1.2'): UserError =>
  new UserError('scenario/unreadable', `\`${name}\` cannot be read: ${problem}`, hint)

const twice = (name: string, problem: string): UserError =>
  new UserError('scenario/duplicate-key', `\`${name}\`: ${problem}`, 'keep one of the two')

function fromJson(text: string, name: string): unknown {
  const source = readJson(name, text)
  if (!isReadable(source)) throw unreadable(name, source.problem)
  const places = policyPlaces(source.value)
  const offsetOf = offsets(source)
  const problem = duplicateOutside(source, places, offsetOf)
  if (problem !== undefined) throw twice(name, problem)
  return withDocuments(source.value, places, (place) => {
    const at = offsetOf([...place.path, place.documentField])
    if (at === undefined) return undefined
    const { document, lines } = documentAt(source, at, place.value[place.documentField])
    return { document, file: name, lines }
  })
}

/** A key that stands twice within a policy makes that policy unreadable; anywhere else nobody can say what was meant. */
function duplicateOutside(source: JsonSource, places: readonly PolicyPlace[], offsetOf: OffsetOf): string | undefined {
  const problem = duplicateProblem(source, source.start)
  if (problem === undefined) return undefined
  const pieces: string[] = []
  let from = 0
  const starts = places.map((place) => offsetOf([...place.path, place.documentField]) ?? source.text.length)
  for (const start of starts.sort((a, b) => a - b)) {
    // Spaces and line ends stay, so that the line in the message is that of the file.
    const end = endOfValue(source.text, start)
    pieces.push(source.text.slice(from, start), 'null', lineEnds(source.text.slice(start, end)))
    from = Math.max(from, end)
  }
  const text = pieces.join('') + source.text.slice(from)
  const rest = readJson(source.file, text)
  return isReadable(rest) ? duplicateProblem(rest, rest.start) : problem
}

const lineEnds = (text: string): string => '\n'.repeat(text.split('\n').length - 1)

type OffsetOf = (path: Path) => number | undefined

/** Each object and list is walked once, however many paths lead through it. */
function offsets(source: JsonSource): OffsetOf {
  const walked = new Map<number, readonly Member[]>()
  const members = (at: number): readonly Member[] => {
    const known = walked.get(at) ?? membersAt(source.text, at)
    walked.set(at, known)
    return known
  }
  return (path) => {
    let at: number | undefined = source.start
    for (const step of path) at = at === undefined ? undefined : members(at).findLast(({ key }) => key === step)?.start
    return at
  }
}

interface Found {
  readonly document: unknown
  readonly file: string
  readonly lines: readonly (number | undefined)[]
}

/** The scenario with file and lines at each policy; one that says which file it came from keeps that. */
function withDocuments(
  scenario: unknown,
  places: readonly PolicyPlace[],
  find: (place: PolicyPlace) => Found | undefined,
): unknown {
  for (const place of places) {
    const found = find(place)
    if (found === undefined) continue
    const { document, ...where } = found
    // The value was just parsed and is nobody else's yet.
    Object.assign(place.value, { [place.documentField]: document }, Object.hasOwn(place.value, 'file') ? {} : where)
  }
  return scenario
}

async function fromYaml(text: string, name: string): Promise<unknown> {
  const yaml = await import('yaml')
  const { document, lines: lineCounter, fault } = await yamlDocument(text)
  if (fault?.kind === 'duplicate-key') throw twice(name, fault.problem)
  if (fault !== undefined)
    throw unreadable(name, fault.problem, fault.kind === 'several-documents' ? ONE_DOCUMENT : undefined)
  yaml.visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== 'number' || node.source === undefined || !isTwelveDigits(node.source)) return
      const line = lineCounter.linePos(node.range?.[0] ?? 0).line
      throw withoutQuotes(`\`${name}\`: \`${node.source}\` in line ${line} is a number`)
    },
  })
  const value = toValue(document, name)
  return withDocuments(value, policyPlaces(value), (place) => ({
    document: place.value[place.documentField],
    file: name,
    lines: yamlLines(document, lineCounter, yaml.isSeq, [...place.path, place.documentField]),
  }))
}

const isTwelveDigits = (text: string): boolean => text.length === 12 && [...text].every((c) => c >= '0' && c <= '9')

/** Aliases may multiply without end; the package stops at a hundred uses of one. */
function toValue(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : 'its aliases cannot be resolved')
  }
}

/** Lines of the statements; a document given as text, or by alias, is cited where it starts. */
function yamlLines(document: Document, counter: LineCounter, isSeq: typeof isYamlSeq, path: Path): readonly number[] {
  const lineOf = (node: unknown): number => counter.linePos((node as Node | undefined)?.range?.[0] ?? 0).line
  const statement: unknown = document.getIn([...path, 'Statement'], true)
  if (statement === undefined || statement === null) return [lineOf(document.getIn(path, true))]
  return isSeq(statement) ? statement.items.map(lineOf) : [lineOf(statement)]
}
