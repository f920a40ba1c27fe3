/**
 * R-EVID-11: `--live`, `run`, the snapshot that was saved, and the outputs of the AWS CLI have one answer for real incidents. An
 * incident without a caller, or with a masked one, gets one; what AWS serves is its policies and nothing else.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withFacts } from '#app/given-facts.ts'
import { readLive } from '#app/live.ts'
import { evidenceOfRun } from '#app/run-command.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { documentValue } from '#iam/json-value.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import {
  answersOf,
  diagnosesOf,
  drawn,
  evidenceOf,
  noIncidents,
  sampled,
  type SetIncident,
  withFiles,
} from './incident-sets.ts'
import { outputsOf, type Served, startServingAws } from './serving-aws.ts'

const READ_LIVE = ['identityPolicies', 'permissionsBoundary', 'resourcePolicy']
const RESOURCES = ['bucket', 'key', 'trust']

/** Whether all that the incident has is served here: no layer of an organization, of a session or of an endpoint. */
const isServed = ({ scenario }: SetIncident): boolean => {
  const policies = scenario?.policies
  if (policies === undefined || scenario?.request !== undefined) return false
  if (
    policies.identityPolicies?.some(
      ({ arn = ':iam::aws:', document }) => document === undefined && !arn.includes(':iam::aws:'),
    )
  )
    return false
  const kind = policies.resourcePolicy?.kind
  return (
    Object.keys(policies).every((name) => READ_LIVE.includes(name)) &&
    (kind === undefined ? policies.resourcePolicy == null : RESOURCES.includes(kind))
  )
}

const INCIDENTS = sampled(6, isServed)
const callerIn = (account: string): string => `arn:aws:sts::${account}:assumed-role/app-of-the-incident/session`

/** The denial with a caller that can be read, and what is served of it. */
function madeReadable({
  text,
  scenario,
}: SetIncident): { readonly facts: object; readonly served: Served } | undefined {
  const [denial] = evidenceOf(text).denials
  if (denial?.kind !== 'aws-access-denied' || denial.principalType === 'service') return undefined
  const named = /^arn:aws:(?:sts|iam)::(\d{12}):(?:assumed-role|role|(user))\/([\w+=,.@-]+)(?:\/[\w+=,.@-]+)?$/.exec(
    denial.principal ?? '',
  )
  const owner = /^arn:aws:[\w-]+:[\w-]*:(\d{12}):/.exec(denial.resource ?? '')?.[1] ?? '111122223333'
  const [, account = owner, user, name = 'app-of-the-incident'] = named ?? []
  const { identityPolicies, permissionsBoundary, resourcePolicy } = scenario?.policies ?? {}
  const documentOf = (document: unknown): object => documentValue(document) as object
  const resource = denial.resource?.replace(/^(arn:aws:s3:::[^/]+)\/.*$/, '$1')
  const kind = resourcePolicy?.kind as NonNullable<Served['resource']>['kind'] | undefined
  if (
    kind !== undefined &&
    (resource === undefined || !/^arn:aws:(?:s3:::[\w.-]+|(?:kms:[\w-]+|iam:):\d{12}:[\w/-]+)$/.test(resource))
  )
    return undefined
  // Credentials of one account read no role and no key of another; the policy of a bucket is read in the account that owns it.
  const isOfCaller = kind === 'bucket' || owner === account
  return {
    facts: {
      ...(named === null ? { principal: callerIn(account) } : {}),
      ...(kind === 'bucket' ? { resourceAccount: account } : {}),
    },
    served: {
      account,
      caller: { kind: user === undefined ? 'role' : 'user', name },
      inline: new Map(
        (identityPolicies ?? [])
          .filter(({ document }) => document !== undefined)
          .map(({ document }, i) => [`policy-${i + 1}`, documentOf(document)]),
      ),
      attached: (identityPolicies ?? []).flatMap(({ name, arn, document }) =>
        document === undefined && arn !== undefined ? [{ PolicyName: name, PolicyArn: arn }] : [],
      ),
      ...(permissionsBoundary == null ? {} : { boundary: documentOf(permissionsBoundary.document) }),
      ...(kind === undefined || resource === undefined || !isOfCaller
        ? {}
        : { resource: { kind, arn: resource, document: documentOf(resourcePolicy?.document) } }),
    },
  }
}

describe(`an incident that is read from AWS (${drawn})`, { skip: noIncidents ?? false }, () => {
  let aws: Awaited<ReturnType<typeof startServingAws>>
  const saved = { ...process.env }
  before(async () => {
    aws = await startServingAws()
    Object.assign(process.env, aws.env)
  })
  after(() => {
    aws?.close()
    for (const name of Object.keys(aws?.env ?? {})) {
      if (saved[name] === undefined) delete process.env[name]
      else process.env[name] = saved[name]
    }
  })

  for (const incident of INCIDENTS) {
    const readable = madeReadable(incident)
    test(incident.id, { skip: readable === undefined ? 'its caller or resource cannot be read' : false }, async () => {
      assert.ok(readable !== undefined)
      const { facts, served } = readable
      const told = (evidence: Evidence): Evidence => withFacts(evidence, facts).evidence
      const denied = told(evidenceOf(incident.text))
      aws.serve(served)
      const live = await readLive(denied, {}, {}, 'test')
      const answer = answersOf(diagnosesOf({ ...denied, policySource: live.policySource }))
      const ofSnapshot = (evidence: Evidence) =>
        answersOf(diagnosesOf({ ...evidence, policySource: { kind: 'snapshot', snapshot: readSnapshot(live.files) } }))
      assert.deepEqual(ofSnapshot(denied), answer, 'the snapshot that was saved')
      const ended = { code: 254, signal: undefined, stdout: '', stderr: `${incident.text}\n` }
      const run = told(evidenceOfRun(ended as never, undefined))
      assert.deepEqual(answersOf(diagnosesOf({ ...run, policySource: live.policySource })), answer, 'run')
      const outputs = outputsOf(served).map((text, i) => ({ name: `output-${i}.txt`, text }))
      assert.deepEqual(answersOf(diagnosesOf(await withFiles(denied, outputs))), answer, 'outputs of the AWS CLI')
    })
  }
})
