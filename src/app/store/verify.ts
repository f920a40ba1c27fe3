import { shellWord } from '#quote/shell.ts'
import {
  type Aftermath,
  aftermath,
  type AwaitedRequest,
  nearMisses,
  type RequestSighting,
  type Sighting,
} from '#diagnose/aftermath.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import { isObject } from '#intake/cloudtrail/loose-record.ts'
import type { DenialRow } from '#store/denial-row.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { isOneResource, resourceFamily } from '#store/resource-family.ts'
import { denialOf } from '#store/row-of-denial.ts'
import { UserError } from '../../errors.ts'
import { explainDenials } from '../diagnose.ts'
import { readText, type Stdin } from '../files.ts'
import { isDenial } from '../inputs.ts'
import { sightingOf, sightingsOf } from './sightings.ts'

/** The call that was refused, as a diagnosis, a fix or an event tells it. */
export interface Target {
  readonly wanted: readonly AwaitedRequest[]
  readonly time: string | null
  readonly operation: string | null
  readonly region: string | null
}

export interface VerifyAnswer {
  readonly schemaVersion: 1
  readonly status: Aftermath['status']
  readonly events: readonly RequestSighting[]
  readonly steps: readonly AwaitedRequest[]
  readonly after: string
  readonly why: string
  /** The command that would bring the evidence that is missing. */
  readonly commands: readonly string[]
}

export interface VerifyInputs {
  readonly targets: readonly Target[]
  readonly sightings: readonly Sighting[]
}

/** The content of the files: answers of `diagnose` and `fix` name the call, events show what became of it. */
export async function readVerifyInputs(
  paths: readonly string[],
  policySource: PolicySource,
  stdin: Stdin,
  /** The call is named elsewhere: denials in the files are what became of it. */
  isNamed = false,
): Promise<VerifyInputs> {
  const targets: Target[] = []
  const denials: Denial[] = []
  const sightings: Sighting[] = []
  for (const path of paths) {
    const { text } = await readText(path, stdin)
    const toldDiagnoses = diagnosesIn(text)
    if (toldDiagnoses.length > 0) targets.push(...toldDiagnoses.map(targetOf))
    else {
      const evidence = readDenials(text)
      sightings.push(...sightingsOf(evidence.records))
      const denied = evidence.denials.filter(isDenial)
      denials.push(...denied)
      if (evidence.records.length === 0) sightings.push(...denied.flatMap(sightingOf))
    }
  }
  if (targets.length === 0 && !isNamed)
    targets.push(...firstOfEach(denials).flatMap((denial) => targetsOfDenial(denial, policySource)))
  return { targets, sightings }
}

export const targetsOfRows = (rows: readonly DenialRow[], policySource: PolicySource): readonly Target[] =>
  rows.flatMap((row) => targetsOfDenial(denialOf(row), policySource))

/** Denials of the store that came after the targets, by the same roles and users. */
export async function laterDenials(store: DenialStore, targets: readonly Target[]): Promise<readonly Denial[]> {
  const found = new Map<string, Denial>()
  for (const { wanted, time } of targets)
    for (const action of new Set(wanted.map((awaited) => awaited.action)))
      for (const row of await store.find({ action, ...(time === null ? {} : { from: time }) }, MOST))
        found.set(row.eventId, denialOf(row))
  return [...found.values()]
}

const MOST = 10_000

/** The earliest denial of each request: later ones of the same are what became of it. */
function firstOfEach(denials: readonly Denial[]): readonly Denial[] {
  const first = new Map<string, Denial>()
  for (const denial of denials.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1))) {
    const key = JSON.stringify([denial.roleArn ?? denial.principal, denial.action, denial.resource, denial.candidates])
    if (!first.has(key)) first.set(key, denial)
  }
  return [...first.values()]
}

interface DiagnosisJson {
  readonly denial: Pick<Denial, 'time' | 'operation'> & Partial<Pick<Denial, 'region'>>
  readonly occurrences?: { readonly last: string | null }
  readonly steps: readonly {
    readonly relation: AwaitedRequest['relation']
    readonly request: Omit<AwaitedRequest, 'relation'>
  }[]
}

/** The diagnoses of an answer of `diagnose`, `fix` or `denials show`, one of them alone, or a line of a batch. */
function diagnosesIn(text: string): readonly DiagnosisJson[] {
  const value = jsonOf(text)
  const result = isObject(value) && isObject(value['result']) ? value['result'] : value
  if (!isObject(result) || recordsIn(result).length > 0) return []
  const list = Array.isArray(result['diagnoses']) ? result['diagnoses'] : [result]
  return list.filter(
    (item): item is DiagnosisJson => isObject(item) && isObject(item['denial']) && Array.isArray(item['steps']),
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function targetOf({ denial, occurrences, steps }: DiagnosisJson): Target {
  const wanted = steps.flatMap(({ relation, request }) => {
    const { principal, action, resource } = request
    return typeof principal === 'string' && typeof action === 'string'
      ? [{ relation, principal, action, resource }]
      : []
  })
  const { time, operation, region = null } = denial
  return { wanted, time: occurrences?.last ?? time, operation, region }
}

/** With a snapshot also what the call needs next; without, what the event names. */
export function targetsOfDenial(denial: Denial, policySource: PolicySource): readonly Target[] {
  const { diagnoses } = explainDenials({ denials: [denial], events: [], policySource })
  const known = diagnoses.map(targetOf).filter(({ wanted }) => wanted.length > 0)
  if (known.length > 0) return known
  const { principal, action, resource, candidates, time, operation, region } = denial
  const requests = action === null ? candidates : [{ action, resource }]
  const wanted = requests.map((request) => ({ relation: 'denied' as const, principal: principal ?? '', ...request }))
  return principal === null || wanted.length === 0 ? [] : [{ wanted, time, operation, region }]
}

/** All targets must have succeeded; one that is still refused speaks for all. `after` beats the times of the denials. */
export function verified(
  { targets, sightings }: VerifyInputs,
  after: string | undefined,
  /** By which the denial was asked of the store. */
  id?: string,
): VerifyAnswer {
  const [first] = targets
  if (first === undefined) throw noTarget()
  const found = targets.map((target) => {
    const from = after ?? target.time ?? ''
    return { target, from, result: aftermath(target.wanted, sightings, from) }
  })
  const worst =
    found.find(({ result }) => result.status === 'still-denied') ??
    found.find(({ result }) => result.status === 'no-evidence')
  const { target, from, result } = worst ?? found[0] ?? { target: first, from: '', result: aftermath([], [], '') }
  return {
    schemaVersion: 1,
    status: result.status,
    events: worst === undefined ? found.flatMap((ofTarget) => ofTarget.result.events) : result.events,
    steps: target.wanted,
    after: from,
    why: result.status === 'no-evidence' ? whyNone(target, sightings, from) : whyOf(target, result),
    commands: result.status === 'no-evidence' ? commandsFor(target, from, id) : [],
  }
}

const noTarget = (): UserError =>
  new UserError(
    'input/no-denial',
    'nothing says which call is to be verified',
    'give the output of `diagnose --format json`, the denied event, or `--denial ID` of the store',
  )

const callOf = ([first]: Target['wanted']): string =>
  `${first?.action ?? 'the call'} on ${[first?.resource ?? 'a resource that is not told'].flat().join(', ')}`

function whyOf({ wanted }: Target, { refusal, events }: Aftermath): string {
  if (refusal === undefined)
    return `${callOf(wanted)} succeeded at ${events.findLast(({ outcome }) => outcome === 'allowed')?.time ?? ''}, and nothing of its chain was refused after that.`
  const step = refusal.step === 0 ? '' : `, which the call needs next (step ${refusal.step})`
  const layer = refusal.layer === null ? 'AWS named no layer' : `refused by ${refusal.layer}`
  return `${refusal.action} on ${refusal.resource ?? 'a resource that is not told'} was denied at ${refusal.time}${step}: ${layer}.`
}

/**
 * Sentences on what there is instead of evidence: another caller, another resource, events that no trail keeps, or that are
 * on their way.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 */
function whyNone({ wanted }: Target, sightings: readonly Sighting[], from: string): string {
  const [first] = wanted
  const { callers, resources } = nearMisses(wanted, sightings, from)
  const [caller] = callers
  const [resource] = resources
  return [
    `No event after ${from === '' ? 'the denial' : from} shows ${callOf(wanted)} by ${first?.principal ?? ''}, refused or not.`,
    ...(caller === undefined ? [] : [`${caller} made that call: another caller, whose policies are others.`]),
    ...(resource === undefined ? [] : [`This caller made it on ${resource}: another resource.`]),
    ...(isDataEvent(first) ? ['It is a data event, which a trail keeps only where it selects them.'] : []),
    'An event comes some five minutes after its call, and later at times.',
  ].join(' ')
}

/**
 * Where such events are: management events in the event history, which is of one Region, data events only in a trail.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
 */
function commandsFor({ operation, wanted, region }: Target, from: string, id: string | undefined): readonly string[] {
  const since = from === '' ? '' : ` --start-time ${shellWord(from)}`
  const named = operation ?? wanted[0]?.action.split(':')[1] ?? ''
  // A comma in it would begin another attribute.
  const name = /^\w{1,128}$/.test(named) ? named : 'OPERATION'
  const verify = `denytrace verify ${id !== undefined && /^[\w.:-]{1,200}$/.test(id) ? `--denial ${id}` : 'FILE'}`
  // It comes from an event, and goes into somebody's shell.
  const there = region !== null && /^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/.test(region) ? ` --region ${region}` : ''
  const lookup = `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=${name}`
  return [
    ...(isDataEvent(wanted[0])
      ? [
          'aws cloudtrail get-event-selectors --trail-name TRAIL   # data events are logged only where a trail selects them',
        ]
      : [`${lookup}${since}${there}`]),
    ...(isKept(wanted[0])
      ? ['denytrace ingest s3://TRAIL-BUCKET/AWSLogs/ --successes   # or its files; then verify again']
      : ['aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ trail   # the days since then', `${verify} --events trail`]),
    ...(isDataEvent(wanted[0]) ? [] : [`${verify} --lookup${there}`]),
  ]
}

/** Whether the store's successes tell of it: they are kept by families, of which most objects and instances share one. */
const isKept = (awaited: AwaitedRequest | undefined): boolean =>
  typeof awaited?.resource === 'string' &&
  isOneResource(awaited.resource) &&
  resourceFamily(awaited.resource) === awaited.resource

/** Calls on objects, items, messages and functions are data events. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html */
const isDataEvent = (awaited: AwaitedRequest | undefined): boolean =>
  awaited !== undefined &&
  (DATA_ACTION.test(awaited.action) ||
    (awaited.action.startsWith('s3:') && [awaited.resource].flat().some((arn) => arn?.includes('/') === true)))

const DATA_ACTION =
  /^(?:dynamodb:(?:(?:Batch)?GetItem|BatchWriteItem|PutItem|UpdateItem|DeleteItem|ConditionCheckItem|Query|Scan|PartiQL\w{1,10})|lambda:Invoke\w{1,20}|sqs:(?:Send|Receive|Delete)Message|sns:Publish|kinesis:(?:Put|Get)Records?)$/
