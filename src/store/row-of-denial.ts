import { hash } from 'node:crypto'
import { memoizeText } from '#iam/memoize.ts'
import { accountOfArn } from '#intake/cloudtrail/account-id.ts'
import { denialText } from '#intake/cloudtrail/denial-text.ts'
import { utcTime } from '#intake/cloudtrail/event-time.ts'
import { invokedBy } from '#intake/cloudtrail/identity-type.ts'
import { field, type JsonObject, textField } from '#intake/cloudtrail/loose-record.ts'
import type { Denial } from '#intake/denial.ts'
import { redacted } from '#intake/wrapper/secrets.ts'
import type { DenialRow, SourceKind } from './denial-row.ts'
import { principalKeyOf } from './principal-key.ts'
import { resourceFamily } from './resource-family.ts'
import { type UnusualContext, unusualContext, wholeContext } from './usual-context.ts'

/** Grows when the same event would give another row. */
export const PARSER_VERSION = 3

export interface Source {
  readonly kind: SourceKind
  /** The file, the object or the queue; for people. */
  readonly name: string | null
  /** ISO 8601. */
  readonly at: string
}

const MAX_MESSAGE = 1024
const MAX_ENCODED = 10_240

/**
 * The row of a denial that was read from this CloudTrail record. Undefined: the record has no time, so nobody could tell
 * when. A record without an event id gets one from its content, the same each time.
 */
export function rowOf(denial: Denial, record: JsonObject, source: Source): DenialRow | undefined {
  const eventTime = utcTime(denial.time) ?? utcTime(field(record, 'eventTime'))
  if (eventTime === undefined) return undefined
  const message = denialText(record)
  const encodedMessage = denial.encodedMessage?.slice(0, MAX_ENCODED) ?? null
  return {
    eventTime,
    eventId: denial.eventId ?? `sha256:${hashOf(JSON.stringify(record))}`,
    sharedEventId: denial.sharedEventId,
    originalEventId: textField(record, 'addendum', 'originalEventID') ?? null,
    requestId: denial.requestId,
    callerAccount: shared(denial.accountId),
    recipientAccount: shared(textField(record, 'recipientAccountId') ?? null),
    region: shared(denial.region),
    eventSource: shared(denial.eventSource),
    eventName: shared(denial.operation),
    service: shared(serviceOf(denial)),
    action: shared(denial.action),
    principalKey: shared(keyOf(denial)),
    principalArn: shared(denial.principal ?? denial.roleArn),
    principalType: denial.principalType,
    sessionName: shared(denial.sessionName),
    invokedBy: shared(invokedBy(record) ?? null),
    resource: shared(denial.resource),
    resourceFamily: shared(resourceFamily(denial.resource)),
    resourceFrom: denial.evidence.resourceFrom,
    errorCode: shared(denial.code),
    layer: denial.reported.layer,
    effect: denial.reported.denyType,
    policyArn: denial.reported.policyArn,
    errorMessage: message === null ? null : redacted(withoutBlob(message, denial)).slice(0, MAX_MESSAGE),
    messageHash: message === null ? null : hashOf(message),
    encodedMessage,
    statement: null,
    blockedBy: null,
    snapshotHash: null,
    sourceKind: source.kind,
    sourceName: source.name,
    ingestedAt: source.at,
    isPrimary: true,
    parserVersion: PARSER_VERSION,
    rest: inOnePiece(JSON.stringify(restOf(denial, { region: denial.region, eventTime }, encodedMessage))),
    authorizationId: denial.authorizationId,
  }
}

/**
 * The row of a denial that somebody pasted: what has no event id gets one from what it says, so that the same text twice
 * is one denial, and what has no time gets the time at which it was read.
 */
export function pastedRow(denial: Denial, source: Source): DenialRow {
  const { requestId, principal, action, resource, code } = denial
  const said = hashOf(JSON.stringify([requestId, principal, action, resource, code]))
  const eventId = denial.eventId ?? `paste:${said.slice(0, 32)}`
  const row = rowOf({ ...denial, time: utcTime(denial.time) ?? source.at, eventId }, {}, { ...source, kind: 'paste' })
  if (row === undefined) throw new Error('a pasted denial has a time')
  return row
}

const sameText = memoizeText((text) => text)

/** What many rows have alike, they have in memory once: of the texts of a row it is a quarter. */
const shared = (text: string | null): string | null => (text === null ? null : sameText(text))

/** V8 puts a text of JSON together from pieces, and keeps them; who looks for a number in it makes them one. */
function inOnePiece(text: string): string {
  Number(text)
  return text
}

const hashOf = (text: string): string => hash('sha256', text)

/** The encoded message has a column of its own. */
const withoutBlob = (message: string, { encodedMessage }: Denial): string =>
  encodedMessage === null ? message : message.replace(encodedMessage, '…')

const serviceOf = ({ action, eventSource }: Denial): string | null =>
  action?.slice(0, action.indexOf(':')) ?? eventSource?.slice(0, eventSource.indexOf('.')) ?? null

const keyOf = ({ roleArn, principal }: Denial): string | null =>
  roleArn ?? (principal === null ? null : principalKeyOf(principal))

/** What no column holds. */
interface Rest extends Partial<Omit<Denial, 'reported' | 'evidence'>>, Partial<UnusualContext> {
  /** The folder of the snapshot that it was stored with. */
  readonly snapshot?: string
  readonly via?: Denial['reported']['via']
  readonly setting?: string
  readonly evidence?: Partial<Denial['evidence']>
  /** With `context`, of version 1 or masked, instead of `given`: the record gives no time as a condition key. */
  readonly noTime?: boolean
}

function restOf(denial: Denial, call: Pick<DenialRow, 'region' | 'eventTime'>, encodedMessage: string | null): Rest {
  const { reported, candidates, notes } = denial
  const rest: { -readonly [Name in keyof Rest]: Rest[Name] } = {}
  if (denial.principal === null) rest.principal = null
  if (denial.roleArn !== keyOf(denial)) rest.roleArn = denial.roleArn
  if (denial.resourceText !== undefined) rest.resourceText = denial.resourceText
  if (denial.resourceAccount !== accountOfArn(denial.resource)) rest.resourceAccount = denial.resourceAccount
  if (candidates.length > 0) rest.candidates = candidates
  if (reported.via !== undefined) rest.via = reported.via
  if (reported.setting !== undefined) rest.setting = reported.setting
  if (denial.encodedMessage !== encodedMessage) rest.encodedMessage = null
  if (denial.decoded !== undefined) rest.decoded = denial.decoded
  if (denial.extendedRequestId !== null) rest.extendedRequestId = denial.extendedRequestId
  if (denial.eventId === null) rest.eventId = null
  const { given, open } = unusualContext(denial.context, call)
  rest.given = given
  if (open.length > 0) rest.open = open
  if (denial.details !== undefined) rest.details = denial.details
  const evidence = unusualEvidence(denial)
  if (evidence !== undefined) rest.evidence = evidence
  if (notes.length > 0) rest.notes = notes
  return rest
}

/** How most records are read; a million times the same would be a third of the store. */
const usualEvidence = (resourceFrom: string | null): Denial['evidence'] => ({
  reader: 'cloudtrail',
  actionFrom: 'mapped',
  resourceFrom: resourceFrom as 'stated' | null,
  span: null,
})

/** Undefined: it is the usual one. Without a reader: but for what it says. */
function unusualEvidence({ evidence }: Denial): Rest['evidence'] {
  const { reader, actionFrom, resourceFrom, span } = evidence
  const usual = usualEvidence(resourceFrom)
  if (reader !== usual.reader || span !== null) return evidence
  return actionFrom === usual.actionFrom ? undefined : { actionFrom }
}

/** Rows of before leave out what was not said. */
function evidenceOf(told: Rest['evidence'], { resourceFrom }: DenialRow): Denial['evidence'] {
  const usual = usualEvidence(resourceFrom)
  return told?.reader === undefined ? { ...usual, ...told } : { ...usual, actionFrom: null, ...told }
}

/** The row with the folder of the snapshot that decided, so that it can be shown by it again. */
export const withSnapshot = (row: DenialRow, snapshot: string): DenialRow => ({
  ...row,
  rest: JSON.stringify({ ...(JSON.parse(row.rest) as Rest), snapshot }),
})

export const snapshotOf = (row: DenialRow): string | undefined => (JSON.parse(row.rest) as Rest).snapshot

/** The condition keys of the row's denial. */
export const contextIn = (row: DenialRow): Denial['context'] => contextOfRest(JSON.parse(row.rest) as Rest, row)

/** `context` is the whole but for the time: so rows of version 1 have it, and masked ones. */
function contextOfRest({ context, noTime = false, given = {}, open = [] }: Rest, row: DenialRow): Denial['context'] {
  if (context !== undefined) return { ...(noTime ? {} : { 'aws:CurrentTime': row.eventTime }), ...context }
  return wholeContext({ given, open }, row)
}

/** The row with no other condition keys than these, and nothing of the request that was no condition key. */
export function withContext(row: DenialRow, context: Denial['context']): DenialRow {
  const { context: _, noTime: _old, details: _details, ...rest } = JSON.parse(row.rest) as Rest
  return { ...row, rest: JSON.stringify({ ...rest, ...unusualContext(context, row) }) }
}

/** The denial that the row was made of, whole but for an encoded message of more than 10 KB. */
export function denialOf(row: DenialRow): Denial {
  const whole = JSON.parse(row.rest) as Rest
  const { via, setting, evidence, snapshot: _, noTime: _old, given: _given, open: _open, ...rest } = whole
  return {
    kind: 'aws-access-denied',
    code: row.errorCode,
    eventSource: row.eventSource,
    operation: row.eventName,
    principal: row.principalArn,
    principalType: row.principalType as Denial['principalType'],
    roleArn: row.principalKey,
    accountId: row.callerAccount,
    sessionName: row.sessionName,
    action: row.action,
    resource: row.resource,
    resourceAccount: accountOfArn(row.resource),
    candidates: [],
    reported: {
      layer: row.layer as Denial['reported']['layer'],
      denyType: row.effect as Denial['reported']['denyType'],
      policyArn: row.policyArn,
      ...(via === undefined ? {} : { via }),
      ...(setting === undefined ? {} : { setting }),
    },
    encodedMessage: row.encodedMessage,
    authorizationId: row.authorizationId,
    requestId: row.requestId,
    extendedRequestId: null,
    eventId: row.eventId,
    sharedEventId: row.sharedEventId,
    region: row.region,
    time: row.eventTime,
    notes: [],
    ...rest,
    evidence: evidenceOf(evidence, row),
    context: contextOfRest(whole, row),
  }
}
