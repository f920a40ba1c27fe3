/** R-EVID-11: what `--live` and `run` read from AWS, the snapshot they save, and the outputs of the AWS CLI give one answer. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { Sorting } from '#app/beside/sorting.ts'
import { searchEvidence, wholeDiagnosis } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { type LiveRead, readLive } from '#app/live.ts'
import { evidenceOfRun } from '#app/run-command.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { ACCOUNT, DENIALS, ROLE, startAnsweringAws, type World } from './answering-aws.ts'

const document = (Effect: string, Action: string, Resource: string, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect, ...more, Action, Resource }],
})
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const put = document('Allow', 's3:PutObject', 'arn:aws:s3:::prod-artifacts/*')
const base = { name: 'base', arn: `arn:aws:iam::${ACCOUNT}:policy/base` }

/** The role of the answering AWS, as the AWS CLI prints it. */
const roleFiles = (names: readonly string[]): readonly unknown[] => [
  {
    Role: {
      Path: '/',
      RoleName: 'deploy-role',
      RoleId: 'AROAEXAMPLE',
      Arn: ROLE,
      AssumeRolePolicyDocument: document('Allow', 'sts:AssumeRole', '*'),
    },
  },
  { PolicyNames: names },
  ...names.map((PolicyName) => ({ RoleName: 'deploy-role', PolicyName, PolicyDocument: put })),
  { AttachedPolicies: [{ PolicyName: base.name, PolicyArn: base.arn }] },
  `$ aws iam get-policy-version --policy-arn ${base.arn} --version-id v1\n${JSON.stringify({
    PolicyVersion: { Document: document('Allow', 'logs:*', '*'), VersionId: 'v1', IsDefaultVersion: true },
  })}`,
]

const FILES: Readonly<Record<World, readonly unknown[]>> = {
  'queue alone': [...roleFiles(['put']), { Attributes: { QueueArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs` } }],
  'bucket in an organization': [
    ...roleFiles(['put', 'list']),
    'An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does not exist',
    {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } }],
      },
    },
    {
      Policy: JSON.stringify(document('Allow', 'kms:*', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } })),
      PolicyName: 'default',
    },
  ],
}

async function byFiles(world: World): Promise<Evidence> {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const [i, file] of FILES[world].entries())
    await sorting.add({ name: `f${i}.txt`, text: typeof file === 'string' ? file : JSON.stringify(file) }, true)
  return withPolicies(evidenceOfText(DENIALS[world], 'the denial'), { kind: 'none' }, sorting.end())
}

/** Causes and first fix of the first denial. */
function answerOf(evidence: Evidence) {
  const [search] = searchEvidence(evidence).searches
  assert.ok(search !== undefined)
  const { causes, fixes, status } = wholeDiagnosis(search)
  return {
    status,
    causes: causes.map(({ layer, denyType, certainty }) => ({ layer, denyType, certainty })),
    fix: fixes[0]?.changes.map(({ layer, kind, patch }) => ({ layer, kind, patch })),
  }
}

for (const world of Object.keys(FILES) as World[])
  describe(`a denial with a ${world}`, () => {
    let aws: Awaited<ReturnType<typeof startAnsweringAws>>
    let live: LiveRead
    const saved = { ...process.env }
    before(async () => {
      aws = await startAnsweringAws(world, 0, { each: true })
      Object.assign(process.env, aws.env)
      live = await readLive(evidenceOfText(DENIALS[world], 'the denial'), {}, {}, 'test')
    })
    after(() => {
      aws.close()
      for (const name of Object.keys(aws.env)) {
        if (saved[name] === undefined) delete process.env[name]
        else process.env[name] = saved[name]
      }
    })

    const readNow = () => answerOf({ ...evidenceOfText(DENIALS[world], 'the denial'), policySource: live.policySource })

    test('the snapshot that was saved gives the answer of --live', () => {
      const snapshot = readSnapshot(live.files)
      const evidence = evidenceOfText(DENIALS[world], 'the denial')
      assert.deepEqual(answerOf({ ...evidence, policySource: { kind: 'snapshot', snapshot } }), readNow())
    })

    test('run gives the answer of --live', () => {
      const ended = { code: 254, signal: undefined, stdout: '', stderr: `${DENIALS[world]}\n` }
      const evidence = evidenceOfRun(ended as never, live.caller)
      assert.deepEqual(answerOf({ ...evidence, policySource: live.policySource }), readNow())
    })

    test('the same facts as outputs of the AWS CLI give the answer of --live', async () => {
      assert.deepEqual(answerOf(await byFiles(world)), readNow())
    })
  })
