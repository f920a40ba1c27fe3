/** The doors by which the evidence of a case comes in, and the forms in which the answer goes out. */
import { lineWithFiles } from '#app/beside/line-files.ts'
import { diagnoseLine } from '#app/batch-diagnose.ts'
import { type SearchedResult, searchEvidence, shownResult, type WholeResult, wholeResult } from '#app/diagnose.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { evidenceOfRecords, evidenceOfText } from '#app/inputs.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { denialOf, pastedRow } from '#store/row-of-denial.ts'
import { policyTools } from '../../src/mcp/tools.ts'
import { markdownOf } from '../../web/answer/markdown.ts'
import { type AdviceCase, WORLDS } from './cases.ts'

/** An answer in every form. */
export interface Answer {
  readonly result: WholeResult
  /** By form: the text, and what is read first of the other forms. */
  readonly forms: ReadonlyMap<string, string>
}

type Door = (given: AdviceCase) => Promise<Answer>

const NONE: PolicySource = { kind: 'none' }
const PAGE = { columns: undefined, isTerminal: false, color: false }

/** The doors that a case has: each with the evidence that it brings. */
export function doorsOf(given: AdviceCase): ReadonlyMap<string, Door> {
  const doors = new Map<string, Door>()
  const hasPolicies = given.files !== undefined || given.scenario !== undefined || given.world !== undefined
  if (!hasPolicies || given.alone !== undefined) doors.set('text alone', async (one) => formsOf(withSource(one, NONE)))
  if (given.files !== undefined) {
    doors.set('files', async (one) => formsOf(await withFiles(one)))
    doors.set('API and page', async (one) => byApi(one, NONE))
  }
  if (given.scenario !== undefined)
    doors.set('scenario', async (one) => formsOf(withSource(one, { kind: 'scenario', scenario: scenarioIn(one) })))
  if (given.world !== undefined) {
    doors.set('snapshot', async (one) => formsOf(withSource(one, worldOf(one))))
    doors.set('MCP', async (one) => byMcp(one, worldOf(one)))
    doors.set('stored denial', async (one) => formsOf(withSource(one, worldOf(one), stored(evidenceIn(one)))))
  }
  return doors
}

const scenarioIn = ({ scenario }: AdviceCase): Extract<PolicySource, { kind: 'scenario' }>['scenario'] => {
  if (scenario === undefined) throw new Error('it has no scenario')
  return scenario
}

const snapshots = new Map<string, PolicySource>()

function worldOf({ world = '' }: AdviceCase): PolicySource {
  const known = snapshots.get(world)
  if (known !== undefined) return known
  const files = Object.entries(WORLDS[world] ?? {}).map(([path, value]) => [path, JSON.stringify(value)] as const)
  if (files.length === 0) throw new Error(`there is no world ${world}`)
  const source: PolicySource = { kind: 'snapshot', snapshot: readSnapshot(new Map(files)) }
  snapshots.set(world, source)
  return source
}

const evidenceIn = ({ text, record, id }: AdviceCase): Evidence =>
  record === undefined ? evidenceOfText(text ?? '', id) : evidenceOfRecords([record], id)

const withSource = (given: AdviceCase, source: PolicySource, evidence = evidenceIn(given)): SearchedResult =>
  searchEvidence({ ...evidence, policySource: source })

const lineOf = ({ text, record, files }: AdviceCase): Record<string, unknown> => ({
  ...(record === undefined ? { text } : { record }),
  ...(files === undefined
    ? {}
    : { files: Object.entries(files).map(([name, value]) => ({ name, text: JSON.stringify(value, null, 2) })) }),
})

async function withFiles(given: AdviceCase): Promise<SearchedResult> {
  const { evidence } = await lineWithFiles(lineOf(given), NONE)
  return searchEvidence(evidence)
}

/** As the store gives a denial back. */
const stored = ({ denials }: Evidence): Evidence => ({
  denials: denials.map((denial) =>
    denialOf(pastedRow(denial, { kind: 'paste', name: null, at: '2026-05-04T10:00:00Z' } as never)),
  ),
  events: [],
})

/** What the page gets is the answer of the API. */
async function byApi(given: AdviceCase, source: PolicySource): Promise<Answer> {
  const line = lineOf(given)
  const result = (await diagnoseLine({ policySource: source }, {})(line, JSON.stringify(line))) as WholeResult
  return { result, forms: new Map(pageForms(result)) }
}

async function byMcp(given: AdviceCase, source: PolicySource): Promise<Answer> {
  const tool = policyTools().find(({ name }) => name === 'diagnose_denial')
  if (tool === undefined) throw new Error('there is no tool')
  const search = async (): Promise<SearchedResult> => withSource(given, source)
  const answer = await tool.work({}, { ask: { search, answer: async () => ({}) }, notice: () => undefined } as never)
  const result = answer.result as WholeResult
  return { result, forms: new Map([['MCP', firstOf(answer.text)], ...pageForms(result)]) }
}

function formsOf(searched: SearchedResult): Answer {
  const result = wholeResult(searched)
  const text = diagnosesText(shownResult(searched), PAGE)
  return { result, forms: new Map([['text', firstOf(text)], ...pageForms(result)]) }
}

function pageForms({ diagnoses }: WholeResult): readonly (readonly [string, string])[] {
  const [first] = diagnoses
  if (first === undefined) return []
  const page = JSON.parse(JSON.stringify(first)) as never
  return [
    ['JSON summary', first.summary],
    ['Markdown', firstOf(markdownOf(page, (first.fixes[0] as never) ?? undefined))],
  ]
}

const firstOf = (text: string): string => text.split('\n').slice(0, 3).join('\n')
