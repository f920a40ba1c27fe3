/** The first fix for an error text and the files that the AWS CLI prints: what an expert would change (R-EVID-17 to R-EVID-20). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { searchEvidence, wholeDiagnosis } from '#app/diagnose.ts'
import { Sorting } from '#app/beside/sorting.ts'
import { policySourceBeside } from '#app/beside/policy-source-beside.ts'
import { evidenceOfText } from '#app/inputs.ts'

const A = '444455556666'
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const inline = (role: string, ...statements: readonly object[]) => ({
  RoleName: role,
  PolicyName: 'own',
  PolicyDocument: policy(...statements),
})
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const denied = (action: string, resource: string, why = ''): string =>
  `User: arn:aws:sts::${A}:assumed-role/worker/run is not authorized to perform: ${action} on resource: ${resource}${why}`
const notAllowed = (action: string): string => ` because no identity-based policy allows the ${action} action`

async function diagnosed(text: string, ...files: readonly object[]) {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const [i, file] of files.entries()) await sorting.add({ name: `f${i}.json`, text: JSON.stringify(file) }, true)
  const beside = sorting.end()
  const source = policySourceBeside({ kind: 'none' }, beside)
  const [search] = searchEvidence(evidenceOfText(text, 'text'), source, { atHand: beside.atHand }).searches
  assert.ok(search !== undefined)
  return wholeDiagnosis(search)
}

async function firstFix(text: string, ...files: readonly object[]) {
  const [fix] = (await diagnosed(text, ...files)).fixes
  assert.ok(fix !== undefined, 'no fix')
  return {
    id: fix.id,
    does: fix.changes.map(({ does }) => does).join('; '),
    layers: fix.changes.map(({ layer }) => layer),
    kinds: fix.changes.map(({ kind }) => kind),
    patch: fix.changes.flatMap(({ patch }) => patch),
    commands: fix.changes.map(({ awsCli }) => awsCli ?? '').join('\n'),
    consequences: JSON.stringify(fix.changes.map((change) => change)),
  }
}

describe('a statement that asks for several tags of the resource', () => {
  const QUEUE = `arn:aws:sqs:us-east-1:${A}:orders`
  const statement = allow(['sqs:SendMessage', 'sqs:ReceiveMessage'], '*', {
    Condition: { StringEquals: { 'aws:ResourceTag/stage': 'live', 'aws:ResourceTag/app': 'shop' } },
  })

  it('is met by tagging the resource with all of them in one call', async () => {
    const { id, does, patch, commands } = await firstFix(
      denied('sqs:SendMessage', QUEUE, notAllowed('sqs:SendMessage')),
      inline('worker', statement),
    )
    assert.equal(id, 'resource-tag.exact')
    assert.match(does, /stage=live and app=shop|app=shop and stage=live/)
    assert.deepEqual(new Set(patch.map(({ path }) => path)), new Set(['/tags/app', '/tags/stage']))
    assert.match(
      commands,
      /tag-resources[^]*--tags '\{"(?:app|stage)":"(?:shop|live)","(?:app|stage)":"(?:shop|live)"\}'/,
    )
  })

  it('is not met by tagging what the call only makes: it has no ARN yet', async () => {
    const { id } = await firstFix(
      denied('ecs:TagResource', `arn:aws:ecs:us-east-1:${A}:task/batch/*`, notAllowed('ecs:TagResource')),
      inline(
        'worker',
        allow('ecs:TagResource', '*', { Condition: { StringEquals: { 'aws:ResourceTag/app': 'shop' } } }),
      ),
    )
    assert.doesNotMatch(id, /resource-tag/)
  })

  it('that only has to be there is never given the value `false`', async () => {
    const { fixes } = await diagnosed(
      denied('sqs:SendMessage', QUEUE, notAllowed('sqs:SendMessage')),
      inline('worker', allow('sqs:SendMessage', '*', { Condition: { Null: { 'aws:ResourceTag/app': 'false' } } })),
    )
    assert.doesNotMatch(JSON.stringify(fixes), /tag the resource app=false/)
  })
})

describe('a caller of whom the text says only a mask, or the name of the role whose policy was given', () => {
  const text = (who: string): string =>
    `User: ${who} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:${A}:orders`
  const own = inline('worker', allow('sqs:ReceiveMessage', `arn:aws:sqs:us-east-1:${A}:orders`))

  for (const who of ['<the role>', '.../worker/run', '****'])
    it(`is that role: ${who}`, async () => {
      const { layers, patch } = await firstFix(text(who), own)
      assert.deepEqual(layers, ['identity-policy'])
      assert.match(JSON.stringify(patch), /"sqs:SendMessage"/)
    })

  it('is somebody else where the text names another role', async () => {
    const { identity } = await diagnosed(text('another-role'), own)
    assert.doesNotMatch(JSON.stringify(identity), /role\/worker/)
  })

  it('has to send the external id that the trust policy asks for, whoever it is', async () => {
    const { kinds, does } = await firstFix(
      'User: <role> is not authorized to perform: sts:AssumeRole on resource: <resource>',
      {
        Role: {
          RoleName: 'reader',
          Arn: `arn:aws:iam::${A}:role/reader`,
          AssumeRolePolicyDocument: policy({
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${A}:root` },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'blue' } },
          }),
        },
      },
    )
    assert.deepEqual(kinds, ['edit-request'])
    assert.match(does, /external id `blue`/)
  })
})
