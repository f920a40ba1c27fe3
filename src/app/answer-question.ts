import { loadSnapshot } from '#collect/folder.ts'
import { parseScenario } from '#collect/scenario-file.ts'
import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type SnapshotDiff, withChanges } from '#prove/snapshot-diff.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import type { AnswerWatch } from './answer-progress.ts'
import { suggestLine, whatCanLine, whoCanLine } from './asked-of-snapshot.ts'
import { type BatchLine, textOf } from './batch.ts'
import { compareLine } from './batch-compare.ts'
import { compareSides } from './compare.ts'
import { evaluateLine } from './batch-evaluate.ts'
import { scenarioOfLine } from './batch-scenario.ts'
import {
  diagnoseEvidence,
  diagnoseInStages,
  diagnoseWithoutFixes,
  diagnoseWithScenarios,
  type SearchedResult,
  searchEvidence,
} from './diagnose.ts'
import { lineWithFiles } from './beside/line-files.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { isDenial } from './inputs.ts'
import { ReadingCount } from './reading-count.ts'
import { refuseRepeatedKeys } from './repeated-keys.ts'
import type { Stored } from './store/reader.ts'

/** A snapshot as it is named when the service starts. */
export interface NamedFolder {
  readonly name: string
  readonly folder: string
}

/** A snapshot as a page tells of it: never where it lies. */
export interface LoadedSnapshot {
  readonly name: string
  readonly collectedAt: string | null
  readonly problems: readonly string[]
}

export type Question =
  | 'diagnose'
  | 'evaluate'
  | 'compare'
  | 'compare-snapshots'
  | 'explain'
  | 'who-can'
  | 'what-can'
  | 'suggest'

/** Answers questions whose texts are the batch lines of docs/json.md, against snapshots that are loaded once. */
export interface QuestionAnswerer {
  readonly snapshots: readonly LoadedSnapshot[]
  /** `watch` is told of the answer to a `diagnose` while it is made; of the others there is nothing to tell. */
  readonly answer: (question: Question, text: string, watch?: AnswerWatch) => Promise<unknown>
  /** The diagnoses of a `diagnose` line with the searches for their fixes; what is no denial has one, too. */
  readonly search: (text: string) => Promise<SearchedResult>
}

export interface AnswererOptions {
  readonly snapshots: readonly NamedFolder[]
  readonly expectPrincipal?: string
  /** Steps of work that one denial's fixes, or one comparison, may cost; left out: as many as usual. */
  readonly budget?: number | undefined
}

/** Throws a `UserError` where a question is not of its form. */
export type CheckQuestion = (question: Question, line: BatchLine) => void

/** Error for evidence that is no denial, though it was read: the answer says what it is. */
export class NoDenial extends UserError {
  readonly result: unknown

  constructor(result: unknown) {
    super(
      'input/no-denial',
      'nothing in the body is a denial',
      'paste the error message of a denied call, or its CloudTrail event',
    )
    this.result = result
  }
}

export async function openQuestionAnswerer(
  { snapshots, expectPrincipal, budget }: AnswererOptions,
  check: CheckQuestion = () => undefined,
): Promise<QuestionAnswerer> {
  const loaded = new Map<string, Snapshot>()
  for (const { name, folder } of snapshots) loaded.set(name, await loadSnapshot(folder))
  const options: QuestionOptions = {
    ...(expectPrincipal === undefined ? {} : { expectPrincipal }),
    ...(budget === undefined ? {} : { budget }),
  }
  const answers: Readonly<Record<Question, (line: BatchLine, raw: string, watch?: AnswerWatch) => unknown>> = {
    diagnose: (line, raw, watch) => diagnoseBody(line, raw, loaded, options, watch),
    evaluate: async (line, raw) => evaluateBody(line, raw, loaded),
    compare: compareLine(budget),
    'compare-snapshots': (line) => compareNamed(line, loaded, budget),
    explain: (line, raw) => explainStored(line, raw, loaded, options),
    'who-can': (line) => whoCanLine(line, snapshotNamed(line, loaded), budget),
    'what-can': (line) => whatCanLine(line, snapshotNamed(line, loaded), budget),
    suggest: (line) => suggestLine(line, snapshotOf(policySourceNamed(line, loaded))),
  }
  return {
    snapshots: [...loaded].map(([name, { collectedAt, problems }]) => ({
      name,
      collectedAt: collectedAt ?? null,
      problems: problems.map(({ part, message }) => `${part}: ${message}`),
    })),
    answer: async (question, text, watch) => {
      const line = lineOf(text)
      // What the store's thread says is ours, and long.
      if (question !== 'explain') refuseRepeatedKeys(text)
      check(question, line)
      return answers[question](line, text, watch)
    },
    search: (text) => {
      refuseRepeatedKeys(text)
      return searchBody(lineOf(text), text, loaded, options)
    },
  }
}

function lineOf(text: string): BatchLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UserError('batch/not-json', 'the body is no JSON', 'send one JSON object: see /openapi.json')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError('batch/not-an-object', 'the body is no JSON object', 'send one JSON object: see /openapi.json')
  return value as BatchLine
}

/** `{"old", "new"}`, names of snapshots: what `snapshot diff` prints. */
function compareNamed(line: BatchLine, loaded: Loaded, budget: number | undefined): SnapshotDiff {
  const side = (name: 'old' | 'new') => ({
    kind: 'snapshot' as const,
    name: textOf(name, line[name]),
    snapshot: snapshotNamed({ snapshot: textOf(name, line[name]) }, loaded),
  })
  const [old, next] = [side('old'), side('new')]
  return withChanges(compareSides(old, next, undefined, budget), old.snapshot, next.snapshot)
}

type Loaded = ReadonlyMap<string, Snapshot>

/** Options that every question is asked with. */
type QuestionOptions = Pick<DiagnoseOptions, 'expectPrincipal' | 'budget'>

async function diagnoseBody(
  line: BatchLine,
  raw: string,
  loaded: Loaded,
  options: QuestionOptions,
  watch: AnswerWatch | undefined,
): Promise<unknown> {
  const reading = watch === undefined ? undefined : new ReadingCount(charactersIn(line), watch.progress)
  const held = await policySourceOf(line, raw, loaded)
  const { evidence, filesOf } = await lineWithFiles(line, held, reading?.watch)
  const questionOptions = expectedBy(line, options)
  const withScenarios = line['scenarios'] === true
  if (watch !== undefined && line['fixes'] !== false && evidence.denials.some(isDenial)) {
    const files = (scenarios: Scenarios) => filesOf(evidence.provided === undefined ? [] : scenarios)
    return answeredInStages(evidence, questionOptions, { watch, files, withScenarios })
  }
  const answer =
    line['fixes'] === false ? diagnoseWithoutFixes : withScenarios ? diagnoseWithScenarios : diagnoseEvidence
  const result = answer(evidence, questionOptions)
  const whole = {
    ...result,
    ...filesOf(evidence.provided === undefined ? [] : scenariosOf(evidence, questionOptions)),
  }
  if (!evidence.denials.some(isDenial)) throw new NoDenial(whole)
  return whole
}

type Scenarios = readonly (readonly Scenario[])[]

/** Characters of all texts of a line. */
function charactersIn({ text, files }: BatchLine): number {
  const texts = [
    text,
    ...(Array.isArray(files) ? files.map((file: { readonly text?: unknown } | null) => file?.text) : []),
  ]
  return texts.reduce((sum: number, part) => sum + (typeof part === 'string' ? part.length : 0), 0)
}

/** The answer, of which `watch` is told the layers first and then how many fixes are found. */
function answeredInStages(
  evidence: Evidence,
  options: QuestionOptions,
  how: {
    readonly watch: AnswerWatch
    readonly files: (scenarios: Scenarios) => object
    readonly withScenarios: boolean
  },
): unknown {
  const { watch, files, withScenarios } = how
  let counts = { denials: 0, kinds: 0 }
  const { scenarios, tests, ...result } = diagnoseInStages(evidence, options, {
    judged: (done, of, denials) => {
      counts = { denials, kinds: of }
      watch.progress({ stage: 'judging', done, of, ...counts })
    },
    layers: (layers) => watch.layers({ ...layers, ...files(layers.scenarios) }),
    fixed: (done, of) => watch.progress({ stage: 'fixing', done, of, ...counts }),
  })
  return { ...result, ...(withScenarios ? { scenarios, tests } : {}), ...files(scenarios) }
}

/** Of each denial, what it was held against: which files bear on it. */
const scenariosOf = (...args: Parameters<typeof diagnoseWithoutFixes>) => diagnoseWithoutFixes(...args).scenarios

async function searchBody(
  line: BatchLine,
  raw: string,
  loaded: Loaded,
  options: QuestionOptions,
): Promise<SearchedResult> {
  const { evidence } = await lineWithFiles(line, await policySourceOf(line, raw, loaded))
  return searchEvidence(evidence, expectedBy(line, options))
}

function expectedBy(line: BatchLine, options: QuestionOptions): QuestionOptions {
  const expected = line['expectPrincipal']
  return expected === undefined ? options : { ...options, expectPrincipal: textOf('expectPrincipal', expected) }
}

/** The stored denial of an id: `Stored`, with the name of a snapshot. The result is that of `denials show`. */
async function explainStored(line: BatchLine, raw: string, loaded: Loaded, options: QuestionOptions): Promise<unknown> {
  const { denials, stored } = line as unknown as Stored
  const result = diagnoseWithScenarios(
    { denials, events: [], policySource: await policySourceOf(line, raw, loaded) },
    options,
  )
  return { ...result, stored }
}

async function evaluateBody(body: BatchLine, raw: string, loaded: Loaded): Promise<unknown> {
  const { sessionPolicies: session, ...line } = body
  const { scenario } = line
  if (typeof scenario === 'string')
    return evaluateLine({ kind: 'none' }, false)({ ...line, scenario: await writtenScenario(scenario) }, '')
  const held: PolicySource = scenario === undefined ? policySourceNamed(line, loaded) : { kind: 'none' }
  const isBare = scenario === undefined && line['files'] === undefined
  if (isBare && line['request'] !== undefined && held.kind === 'none')
    throw new UserError(
      'batch/missing-field',
      'a `request` is judged against a snapshot, and there is none',
      'give a `scenario` with the policies, or start with `--snapshot DIR`',
    )
  if (session === undefined) return evaluateLine(held, false)(line, raw)
  if (session === null) return evaluateLine(held, false, null)(line, raw)
  throw new UserError(
    'batch/missing-field',
    '`sessionPolicies` can be null alone: the session was made without one',
    'give the policies of a session in a `scenario`',
  )
}

async function policySourceOf(line: BatchLine, raw: string, loaded: Loaded): Promise<PolicySource> {
  const { scenario } = line
  if (typeof scenario === 'string') return { kind: 'scenario', scenario: await writtenScenario(scenario) }
  if (scenario !== undefined) return { kind: 'scenario', scenario: await scenarioOfLine(scenario, raw) }
  return policySourceNamed(line, loaded)
}

/** A scenario as a file has it, JSON or YAML. */
const writtenScenario = (text: string) => parseScenario(text, 'the scenario')

const snapshotOf = (held: PolicySource): Snapshot | undefined => (held.kind === 'snapshot' ? held.snapshot : undefined)

/** For what is asked of a snapshot and of nothing else. */
function snapshotNamed(line: BatchLine, loaded: Loaded): Snapshot {
  const snapshot = snapshotOf(policySourceNamed(line, loaded))
  if (snapshot !== undefined) return snapshot
  throw new UserError(
    'http/unknown-snapshot',
    'this is asked of a snapshot',
    loaded.size === 0 ? 'start the service with `--snapshot DIR`' : 'name one of `GET /api/snapshots`',
  )
}

/** By the name a snapshot was given at start; the first where none is named; `null` stands for none. */
function policySourceNamed({ snapshot: name }: BatchLine, loaded: Loaded): PolicySource {
  if (name === null) return { kind: 'none' }
  const snapshot = name === undefined ? loaded.values().next().value : loaded.get(textOf('snapshot', name))
  if (snapshot !== undefined) return { kind: 'snapshot', snapshot }
  if (name === undefined) return { kind: 'none' }
  const names = [...loaded.keys()].map((name) => `\`${name}\``)
  throw new UserError(
    'http/unknown-snapshot',
    `there is no snapshot \`${String(name)}\``,
    names.length === 0 ? 'the service was started without a snapshot' : `there are ${names.join(', ')}`,
  )
}
