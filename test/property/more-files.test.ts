/**
 * R-EVID-15: files that are true never make the answer poorer. What a part of the files names as the cause, all of them name, and what is
 * proved with a part stays proved.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { diagnosisWithFiles, likelyLayers } from '../diagnose/incident-files.ts'
import { RUNS } from './runs.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest set of files and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261202)
const CASES = Math.ceil(RUNS / 250)

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/report`
const OBJECT = 'arn:aws:s3:::annual-report/2026/q1.csv'
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const trust = document({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })
const inline = (RoleName: string, Action: string, Resource: string) => ({
  RoleName,
  PolicyName: 'own',
  PolicyDocument: document({ Effect: 'Allow', Action, Resource }),
})
const ofBucket = (name: string) => ({
  Policy: JSON.stringify(
    document({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/reader` },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${name}/*`,
    }),
  ),
})

/** Files that are all true of one call: nothing in them allows it, and nothing denies it. */
const FILES: readonly object[] = [
  inline('report', 's3:GetObject', 'arn:aws:s3:::annual-report/public/*'),
  inline('reader', 's3:GetObject', '*'),
  ofBucket('annual-report'),
  ofBucket('other-report'),
  {
    Role: {
      Path: '/',
      RoleName: 'report',
      RoleId: 'AROAEXAMPLE',
      Arn: ROLE,
      CreateDate: '2026-01-01',
      AssumeRolePolicyDocument: trust,
    },
  },
  { AttachedPolicies: [] },
  { PolicyNames: ['own'] },
  {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  },
  {
    Policy: {
      PolicySummary: { Name: 'region', Type: 'SERVICE_CONTROL_POLICY' },
      Content: JSON.stringify(
        document({
          Effect: 'Deny',
          Action: 'ec2:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
        }),
      ),
    },
  },
  { KeyMetadata: { KeyId: KEY.split('/')[1], Arn: KEY, KeyManager: 'CUSTOMER', AWSAccountId: ACCOUNT } },
]

const CALL = `User: arn:aws:sts::${ACCOUNT}:assumed-role/report/nightly is not authorized to perform: s3:GetObject on resource: "${OBJECT}"`
const TEXTS = [CALL, `${CALL} because no identity-based policy allows the s3:GetObject action`]

async function answer(text: string, files: readonly object[]) {
  const diagnosis = await diagnosisWithFiles(text, files)
  assert.ok(diagnosis !== undefined)
  return { layers: likelyLayers(diagnosis), isProved: diagnosis.fixes[0]?.proof?.status === 'proved' }
}

test(`more files never make an answer poorer, ${CASES} times (seed ${SEED})`, async () => {
  const seen = { named: 0, proved: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...TEXTS),
      fc.shuffledSubarray([...FILES]),
      fc.nat({ max: FILES.length }),
      async (text, all, some) => {
        const part = await answer(text, all.slice(0, Math.min(some, all.length)))
        const whole = await answer(text, all)
        if (part.layers.length > 0) {
          seen.named++
          assert.notDeepEqual(whole.layers, [], `${part.layers.join(' and ')} was named`)
        }
        if (part.isProved) {
          seen.proved++
          assert.ok(whole.isProved, 'the fix was proved')
        }
      },
    ),
    { numRuns: CASES, seed: SEED },
  )
  assert.ok(seen.named > CASES / 2 && seen.proved > CASES / 10, JSON.stringify(seen))
})
