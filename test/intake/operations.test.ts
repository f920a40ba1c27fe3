import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { canonicalAction } from '#iam/facts/actions.ts'
import { actionsForOperation } from '#intake/event-action/actions.ts'
import { retiredAction } from '#intake/event-action/retired-actions.ts'
import { eventSourceOf } from '#intake/wrapper/service-names.ts'

// Every operation of aws-sdk 2.1693.0's API models, made by scripts/operations.mjs.
const OPERATIONS = new URL('./data/operations.txt.br', import.meta.url)
const LEFT = new URL('./operations-left.json', import.meta.url)

/** Why a service's operations have no action in the Service Authorization Reference. */
const REASONS = new Map([
  ['CloudSearch', 'operations of the API of 2011, which the API of 2013 replaced'],
  ['CodeCatalyst', 'signed with a bearer token: IAM is not asked'],
  ['ConnectParticipant', 'carries the connection token of a chat participant: IAM is not asked'],
  ['Lambda', 'operations of the API of 2014, which the API of 2015 replaced'],
  ['SSO', 'carries the access token of an Identity Center user: IAM is not asked'],
  ['SSO OIDC', 'a public operation: IAM is not asked'],
  ['finspace data', 'FinSpace decides by permissions of its own; the reference lists no action'],
])

/**
 * https://docs.aws.amazon.com/connect-participant/latest/APIReference/Welcome.html: no Signature Version 4, although the
 * model says so.
 */
const TOKEN_ONLY = new Set(['ConnectParticipant'])

interface Operation {
  readonly service: string
  readonly name: string
  readonly isSigned: boolean
  readonly actions: readonly string[]
}

function allOperations(): Operation[] {
  const text = brotliDecompressSync(readFileSync(OPERATIONS)).toString('utf8')
  return text.split('\n').flatMap((line) => {
    const [service = '', source = '', names = ''] = line.split('\t')
    const eventSource = eventSourceOf(service) ?? `${source}.amazonaws.com`
    return names.split(' ').map((marked) => {
      const name = marked.replace(/^-/, '')
      const isSigned = !marked.startsWith('-') && !TOKEN_ONLY.has(service)
      return { service, name, isSigned, actions: actionsForOperation(eventSource, name).actions }
    })
  })
}

/** In today's reference, or in its last page on a service that was retired since. */
const isMapped = ({ actions }: Operation): boolean =>
  actions.length > 0 &&
  actions.every((action) => canonicalAction(action) === action || retiredAction(action) === action)
const isOfRetired = ({ actions }: Operation): boolean => actions.some((action) => retiredAction(action) !== undefined)

const operations = allOperations()
const left = operations.filter((operation) => !isMapped(operation))
const signed = operations.filter(({ isSigned }) => isSigned)
const signedMapped = signed.filter(isMapped)

test('the list of operations is whole', () => {
  assert.ok(operations.length > 15_000)
  assert.ok(new Set(operations.map(({ service }) => service)).size > 380)
})

test('at least 99 % of all operations give actions that exist (R-CT-20 to R-CT-25)', () => {
  const mapped = operations.length - left.length
  assert.ok(mapped / operations.length >= 0.99, `${mapped} of ${operations.length}`)
})

test('at least 99 % of the operations that AWS credentials sign give actions that exist (R-CT-20 to R-CT-25)', () => {
  const share = signedMapped.length / signed.length
  assert.ok(share >= 0.99, `${signedMapped.length} of ${signed.length}, ${(100 * share).toFixed(2)} %`)
})

test('the operations without an action are those of the committed list', () => {
  const services = [...new Set(left.map(({ service }) => service))].sort()
  const report = {
    operations: operations.length,
    withAction: operations.length - left.length,
    percent: percent(operations.length - left.length, operations.length),
    ofRetiredServices: operations.filter(isOfRetired).length,
    signed: {
      operations: signed.length,
      withAction: signedMapped.length,
      percent: percent(signedMapped.length, signed.length),
    },
    left: services.map((service) => ({
      service,
      reason: REASONS.get(service) ?? 'the reference lists no action of this or a like name',
      operations: left.filter((one) => one.service === service).map(({ name }) => name),
    })),
  }
  const text = `${JSON.stringify(report, null, 1)}\n`
  if (process.env['UPDATE_SAMPLES'] === '1') writeFileSync(LEFT, text)
  assert.equal(readFileSync(LEFT, 'utf8'), text)
})

/** Where the reference has an action of the operation's name that AWS does not ask, or not alone (R-CT-23). */
const OTHER_THAN_NAMESAKE = [
  'CloudFront CreateStreamingDistributionWithTags',
  'Glue DeleteColumnStatisticsForPartition',
  'Glue DeleteColumnStatisticsForTable',
  'Glue GetColumnStatisticsForPartition',
  'Glue GetColumnStatisticsForTable',
  'Glue UpdateColumnStatisticsForPartition',
  'Glue UpdateColumnStatisticsForTable',
  'Lambda InvokeAsync',
]

test('only listed operations give another action than the one of their own name', () => {
  const others = operations.filter(({ service, name, actions }) => {
    const source = (eventSourceOf(service) ?? '').replace('.amazonaws.com', '')
    const namesake = canonicalAction(`${source}:${name}`)
    return namesake !== undefined && !actions.includes(namesake)
  })
  assert.deepEqual(
    others.map(({ service, name }) => `${service} ${name}`),
    OTHER_THAN_NAMESAKE,
  )
})

const percent = (part: number, whole: number): string => ((100 * part) / whole).toFixed(2)
