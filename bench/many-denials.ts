/**
 * A store full of denials, for the rows on the store and for the load test of the service: 40 roles with a daily rhythm, and
 * one incident. Usage: many-denials.ts COUNT PATH; a fixed seed, so that two runs make the same.
 */
import { openStore } from '../src/app/store/open-store.ts'
import type { DenialRow } from '../src/store/denial-row.ts'

const ACTIONS = [
  's3:GetObject',
  's3:PutObject',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'ec2:RunInstances',
  'sts:AssumeRole',
  'dynamodb:Query',
  'sqs:SendMessage',
  'lambda:InvokeFunction',
  'secretsmanager:GetSecretValue',
]
const LAYERS = [
  'identity-policy',
  'identity-policy',
  'resource-policy',
  'service-control-policy',
  'permissions-boundary',
  null,
]
const DAYS = 60
const HOUR = 3_600_000
const BATCH = 10_000

/** Mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`

export interface FillOptions {
  /** Milliseconds: all denials are before it. */
  readonly end?: number
  /** One in so many is of the incident. */
  readonly incidentEvery?: number
}

export async function fillStore(count: number, path: string, options: FillOptions = {}): Promise<void> {
  const { end = Math.floor(Date.now() / HOUR) * HOUR, incidentEvery = 100 } = options
  const store = await openStore(`duckdb:${path}`, { env: {}, create: true })
  const next = random(20_261_124)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T
  const start = end - DAYS * 24 * HOUR
  const incident = end - 30 * HOUR
  let rows: DenialRow[] = []
  for (let i = 0; i < count; i++) {
    const isIncident = i % incidentEvery === 0
    const role = isIncident ? 3 : Math.floor(next() ** 2 * 40)
    const account = String(111_111_111_111 + (role % 8))
    // Working hours see three times as many.
    let time = start + next() * (end - start)
    if (next() > 0.4) time = Math.floor(time / (24 * HOUR)) * 24 * HOUR + (8 + next() * 9) * HOUR
    if (isIncident) time = incident + next() * 4 * HOUR
    const action = isIncident
      ? 's3:PutObject'
      : (ACTIONS[(role * 3 + Math.floor(next() * 3)) % ACTIONS.length] ?? 's3:GetObject')
    const family = isIncident
      ? 'arn:aws:s3:::prod-artifacts'
      : `arn:aws:s3:::data-${(role * 7 + Math.floor(next() * 4)) % 90}`
    rows.push(
      rowOf(i, {
        time: Math.min(time, end - 1),
        account,
        role,
        action,
        family,
        layer: isIncident ? 'service-control-policy' : pick(LAYERS),
      }),
    )
    if (rows.length === BATCH || i === count - 1) {
      await store.add({ rows })
      rows = []
    }
  }
  await store.close()
}

interface Made {
  readonly time: number
  readonly account: string
  readonly role: number
  readonly action: string
  readonly family: string
  readonly layer: string | null
}

function rowOf(i: number, { time, account, role, action, family, layer }: Made): DenialRow {
  const principalKey = `arn:aws:iam::${account}:role/service-${role}`
  const eventTime = iso(time)
  return {
    eventTime,
    eventId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    sharedEventId: null,
    originalEventId: null,
    requestId: `REQ${i}`,
    callerAccount: account,
    recipientAccount: account,
    region: 'us-east-1',
    eventSource: `${action.split(':')[0]}.amazonaws.com`,
    eventName: action.split(':')[1] ?? '',
    service: action.split(':')[0] ?? null,
    action,
    principalKey,
    principalArn: `arn:aws:sts::${account}:assumed-role/service-${role}/run`,
    principalType: 'assumed-role',
    sessionName: 'run',
    invokedBy: null,
    resource: `${family}/object`,
    resourceFamily: family,
    resourceFrom: 'stated',
    errorCode: 'AccessDenied',
    layer,
    effect: layer === null ? null : 'implicit',
    policyArn: null,
    errorMessage: `User: arn:aws:sts::${account}:assumed-role/service-${role}/run is not authorized to perform: ${action} on resource: "${family}/object"`,
    messageHash: null,
    encodedMessage: null,
    statement: null,
    blockedBy: null,
    snapshotHash: null,
    sourceKind: 'file',
    sourceName: 'bench',
    ingestedAt: eventTime,
    isPrimary: true,
    parserVersion: 1,
    rest: '{}',
    authorizationId: null,
  }
}

const [count, path] = process.argv.slice(2)
if (process.argv[1]?.endsWith('many-denials.ts') === true && count !== undefined && path !== undefined)
  await fillStore(Number(count), path)
