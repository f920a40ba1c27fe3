/** R-EVID-11: the same evidence has the same causes and the same first fix, by whatever door it comes. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openQuestionAnswerer } from '#app/answer-question.ts'
import { diagnoseLine } from '#app/batch-diagnose.ts'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { Sorting } from '#app/beside/sorting.ts'
import { searchEvidence, type WholeResult, wholeDiagnosis, wholeResult } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { furtherPolicies } from '#engine/further-policies.ts'
import { UNKNOWN_POLICY_ARN } from '#engine/managed-policies.ts'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import type { DiagnosisWithFixes } from '#fix/proof/fix.ts'
import type { NamedAs } from '#snapshot/at-hand/named.ts'
import type { Piece } from '#snapshot/at-hand/piece.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'
import { denialOf, pastedRow } from '#store/row-of-denial.ts'

const ROLE = 'arn:aws:iam::111122223333:role/report'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/report/nightly'
const BUCKET = 'arn:aws:s3:::annual-report'
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:orders'
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const denied = (action: string, resource: string, why: string): string =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} ${why}`
const inline = (policy: object) => ({ RoleName: 'report', PolicyName: 'own', PolicyDocument: policy })
/** What a file of one policy leaves open. */
const own = (policy: object): PoliciesInForce => ({
  identityPolicies: [{ name: 'own', document: policy }, furtherPolicies('identity policies')],
})

interface Incident {
  readonly what: string
  readonly text: string
  readonly files: readonly object[]
  /** The names of the files; left out: they say nothing. */
  readonly names?: readonly string[]
  readonly policies: PoliciesInForce
}

const READ = document({ Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET}/public/*` })
const NO_PLAIN = document({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'finance' } },
})
const SEND = document({ Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'sqs:ReceiveMessage', Resource: QUEUE })
const EAST = document({
  Effect: 'Deny',
  Action: 'sqs:*',
  Resource: '*',
  Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
})

const XRAY = managedPolicyByArn('arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess') as object
const FENCE = document({ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' })
const LIMIT = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const ADMIN = document({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: ['kms:Describe*', 'kms:Put*'],
  Resource: '*',
})
const TRUST = document({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })
const TARGET = 'arn:aws:iam::111122223333:role/target'
const ONLY_READ = document({ Effect: 'Allow', Principal: '*', Action: 'sqs:ReceiveMessage', Resource: '*' })

const INCIDENTS: readonly Incident[] = [
  {
    what: 'a resource control policy that denies everyone',
    text: denied('sqs:SendMessage', QUEUE, 'with an explicit deny in a resource control policy'),
    files: [
      { Policy: { PolicySummary: { Name: 'fence', Type: 'RESOURCE_CONTROL_POLICY' }, Content: JSON.stringify(FENCE) } },
    ],
    policies: {
      resourceControlPolicies: [
        {
          target: 'account',
          policies: [{ name: 'fence', document: FENCE }, furtherPolicies('resource control policies')],
        },
      ],
    },
  },
  {
    what: 'a permissions boundary of another service',
    text: denied('sqs:SendMessage', QUEUE, 'because no permissions boundary allows the sqs:SendMessage action'),
    files: [{ PolicyVersion: { Document: LIMIT, VersionId: 'v1' } }],
    policies: { permissionsBoundary: { name: 'limit', arn: UNKNOWN_POLICY_ARN, document: LIMIT } },
  },
  {
    what: 'a key policy for administrators only',
    text: denied('kms:Decrypt', KEY, 'because no resource-based policy allows the kms:Decrypt action'),
    files: [{ Policy: JSON.stringify(ADMIN), PolicyName: 'default' }],
    policies: { resourcePolicy: { name: 'k', kind: 'key', document: ADMIN } },
  },
  {
    what: 'a trust policy for another service',
    text: denied('sts:AssumeRole', TARGET, 'because no resource-based policy allows the sts:AssumeRole action'),
    files: [TRUST],
    policies: { resourcePolicy: { name: 't', kind: 'trust', document: TRUST } },
  },
  {
    what: 'an endpoint policy without the action',
    text: denied('sqs:SendMessage', QUEUE, 'because no VPC endpoint policy allows the sqs:SendMessage action'),
    files: [
      {
        VpcEndpoints: [
          {
            VpcEndpointId: 'vpce-1',
            VpcEndpointType: 'Interface',
            ServiceName: 'com.amazonaws.eu-west-1.sqs',
            PolicyDocument: JSON.stringify(ONLY_READ),
          },
        ],
      },
    ],
    policies: { vpcEndpointPolicy: { name: 'e', kind: 'interface', document: ONLY_READ } },
  },
  {
    what: 'an identity policy for another prefix',
    text: denied(
      's3:GetObject',
      `${BUCKET}/2026/q1.csv`,
      'because no identity-based policy allows the s3:GetObject action',
    ),
    files: [inline(READ)],
    policies: own(READ),
  },
  {
    what: 'a bucket policy that denies all but one team',
    text: denied('s3:GetObject', `${BUCKET}/2026/q1.csv`, 'with an explicit deny in a resource-based policy'),
    files: [{ Policy: JSON.stringify(NO_PLAIN) }],
    policies: { resourcePolicy: { name: 'b', kind: 'bucket', document: NO_PLAIN } },
  },
  {
    what: 'a queue policy without the action',
    text: denied('sqs:SendMessage', QUEUE, 'because no resource-based policy allows the sqs:SendMessage action'),
    files: [{ Attributes: { QueueArn: QUEUE, Policy: JSON.stringify(SEND) } }],
    policies: { resourcePolicy: { name: 'q', kind: 'queue', document: SEND } },
  },
  {
    what: 'a service control policy that denies a Region',
    text: denied('sqs:SendMessage', QUEUE, 'with an explicit deny in a service control policy'),
    files: [
      { Policy: { PolicySummary: { Name: 'east', Type: 'SERVICE_CONTROL_POLICY' }, Content: JSON.stringify(EAST) } },
    ],
    policies: {
      serviceControlPolicies: [
        {
          target: 'account',
          policies: [{ name: 'east', document: EAST }, furtherPolicies('service control policies')],
        },
      ],
    },
  },
  {
    what: 'an SCP without the other SCPs of its level',
    text: denied('sqs:SendMessage', QUEUE, 'with an explicit deny in a service control policy'),
    files: [
      { Policy: { PolicySummary: { Name: 'east', Type: 'SERVICE_CONTROL_POLICY' }, Content: JSON.stringify(EAST) } },
    ],
    policies: { serviceControlPolicies: [{ target: 'account', policies: [{ name: 'east', document: EAST }] }] },
  },
  {
    what: 'the text of a managed policy, and a statement for another prefix',
    text: denied(
      's3:GetObject',
      `${BUCKET}/2026/q1.csv`,
      'because no identity-based policy allows the s3:GetObject action',
    ),
    files: [{ PolicyVersion: { Document: READ, VersionId: 'v1' } }],
    policies: own(READ),
  },
  {
    what: 'the text of an AWS managed policy',
    text: denied('sqs:SendMessage', QUEUE, 'because no identity-based policy allows the sqs:SendMessage action'),
    files: [{ PolicyVersion: { Document: XRAY, VersionId: 'v1' } }],
    policies: {
      identityPolicies: [{ name: 'AWSXRayDaemonWriteAccess', document: XRAY }, furtherPolicies('identity policies')],
    },
  },
  {
    what: 'a session policy, which the file is called after',
    text: denied('sqs:SendMessage', QUEUE, 'because no session policy allows the sqs:SendMessage action'),
    files: [LIMIT],
    names: ['session-policy.json'],
    policies: { sessionPolicies: [{ name: 'session-policy', document: LIMIT }] },
  },
  {
    what: 'a policy that allows the call on the one bucket that it names, and no resource',
    text: 'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
    files: [inline(READ)],
    policies: { identityPolicies: [{ name: 'own', document: READ }] },
  },
  {
    what: 'a bucket policy, and no caller',
    text: 'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
    files: [{ Policy: JSON.stringify(NO_PLAIN) }],
    policies: { resourcePolicy: { name: 'b', kind: 'bucket', document: NO_PLAIN } },
  },
]

const filesOf = ({ files, names = [] }: Incident): readonly NamedText[] =>
  files.map((file, i) => ({ name: names[i] ?? `f${i}.json`, text: JSON.stringify(file) }))

interface NamedText {
  readonly name: string
  readonly text: string
}

/** The evidence of a text and of files, as the command line has it. */
async function withFiles(text: string, files: readonly NamedText[]): Promise<Evidence> {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const file of files) await sorting.add(file, true)
  return withPolicies(evidenceOfText(text, 'text'), { kind: 'none' }, sorting.end())
}

const byFiles = async (incident: Incident) =>
  answerOf(searchEvidence(await withFiles(incident.text, filesOf(incident))))

const byScenario = ({ text, policies }: Incident) =>
  answerOf(
    searchEvidence({
      ...evidenceOfText(text, 'text'),
      policySource: { kind: 'scenario', scenario: { policies } as unknown as Scenario },
    }),
  )

/** Causes and first fix, without the names that a file or a scenario gives a policy. */
function answerOf({ searches }: ReturnType<typeof searchEvidence>) {
  const [search] = searches
  assert.ok(search !== undefined)
  return partsOf(wholeDiagnosis(search))
}

const partsOf = ({ causes, fixes, status }: DiagnosisWithFixes) => ({
  status,
  causes: causes.map(({ layer, denyType, certainty }) => ({ layer, denyType, certainty })),
  fix: fixes[0]?.changes.map(({ layer, kind, patch }) => ({ layer, kind, patch })),
})

describe('files of the AWS CLI and a scenario', () => {
  for (const incident of INCIDENTS)
    test(incident.what, async () => assert.deepEqual(await byFiles(incident), byScenario(incident)))
})

/** The option that says of a file what it is; undefined: no option says it. */
function optionFor(piece: Piece): NamedAs | undefined {
  switch (piece.is) {
    case 'identity-policy':
      return piece.boundary === true ? 'boundary' : 'identity-policy'
    case 'scp':
    case 'rcp':
      return piece.is
    case 'endpoint':
      return 'endpoint-policy'
    case 'principal':
      return piece.trust === undefined ? undefined : 'trust-policy'
    case 'resource':
      return piece.policy ? (piece.kind === 'trust' ? 'trust-policy' : 'resource-policy') : undefined
    default:
      return undefined
  }
}

/** R-EVID-11: an option that says what a file is adds nothing to a file that is recognized, and takes nothing from it. */
describe('files that are recognized, and the same files named by options', () => {
  for (const incident of INCIDENTS)
    test(incident.what, async () => {
      const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
      for (const file of filesOf(incident)) {
        const found = recognize(file.name, file.text)
        const [piece] = found.is === 'pieces' ? found.pieces : []
        const option = piece === undefined ? undefined : optionFor(piece)
        if (option === undefined) await sorting.add(file, true)
        else sorting.addNamed(option, file)
      }
      const evidence = withPolicies(evidenceOfText(incident.text, 'text'), { kind: 'none' }, sorting.end())
      assert.deepEqual(answerOf(searchEvidence(evidence)), await byFiles(incident))
    })
})

const answerer = openQuestionAnswerer({ snapshots: [] })

/** What a person copies out of a terminal: the denial, and each file under the command that prints it. */
const pasted = (text: string, files: readonly NamedText[]): string =>
  [text, ...files.map((file) => `$ cat ${file.name}\n${JSON.stringify(JSON.parse(file.text), null, 4)}`)].join('\n')

/** The other doors that take a text and files. */
const DOORS: Readonly<Record<string, (text: string, files: readonly NamedText[]) => Promise<unknown>>> = {
  'a batch line': async (text, files) => diagnoseLine({}, {})({ text, files }, ''),
  'the API, with the text among the files': async (text, files) =>
    (await answerer).answer('diagnose', JSON.stringify({ files: [{ name: 'error.txt', text }, ...files] })),
  'one text with the denial and the files in it': async (text, files) =>
    diagnoseLine({}, {})({ text: pasted(text, files) }, ''),
  'the search behind MCP': async (text, files) =>
    wholeResult(await (await answerer).search(JSON.stringify({ text, files }))),
  'a stored denial': async (text, files) => {
    const { denials, ...evidence } = await withFiles(text, files)
    const pasted = { kind: 'paste', name: null, at: '2026-05-04T10:00:00Z' } as never
    return wholeResult(
      searchEvidence({ ...evidence, denials: denials.map((denial) => denialOf(pastedRow(denial, pasted))) }),
    )
  },
}

for (const [door, ask] of Object.entries(DOORS))
  describe(`files, and files by ${door}`, () => {
    // A text has no name that says what a document in it is.
    for (const incident of INCIDENTS.filter(({ names }) => names === undefined || !door.startsWith('one text')))
      test(incident.what, async () => {
        const { diagnoses } = (await ask(incident.text, filesOf(incident))) as WholeResult
        assert.deepEqual(diagnoses.map(partsOf), [await byFiles(incident)])
      })
  })

test('the id of an endpoint that no evidence names is a placeholder in the fix', () => {
  const DENIES = document({
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:sourceVpce': 'vpce-0abc1234' } },
  })
  const { searches } = searchEvidence({
    ...evidenceOfText(denied('sqs:SendMessage', QUEUE, 'with an explicit deny in a VPC endpoint policy'), 'text'),
    policySource: {
      kind: 'scenario',
      scenario: {
        policies: { vpcEndpointPolicy: { name: 'e', kind: 'interface', document: DENIES } },
      } as unknown as Scenario,
    },
  })
  const told = JSON.stringify(searches.map((search) => wholeDiagnosis(search).fixes))
  assert.match(told, /VPC_ENDPOINT_ID/)
  assert.doesNotMatch(told, /endpoint \(other\)/)
})

/** R-EVID-15: a true file never turns a named cause into a list. */
describe('files that are added to a text', () => {
  for (const incident of INCIDENTS)
    test(`${incident.what}: every cause that the text names stays named`, async () => {
      const alone = await byFiles({ ...incident, files: [] })
      const named = (answer: Awaited<ReturnType<typeof byFiles>>): readonly string[] =>
        answer.causes.filter(({ certainty }) => certainty !== 'possible').map(({ layer }) => layer)
      const withAll = new Set(named(await byFiles(incident)))
      assert.deepEqual(
        named(alone).filter((layer) => !withAll.has(layer)),
        [],
      )
    })
})

describe('a text without an error beside a log', () => {
  const log = {
    name: 'error.txt',
    text: denied('sqs:SendMessage', QUEUE, 'because no identity-based policy allows it'),
  }
  const note = { name: 'notes.txt', text: 'Since the deployment on Tuesday the nightly report fails.' }

  test('is no denial of its own, and is said to be read', async () => {
    const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
    for (const file of [log, note]) await sorting.add(file, true)
    const { inputs, readAs } = sorting.end()
    assert.deepEqual(
      inputs.map(({ name }) => name),
      ['error.txt'],
    )
    assert.deepEqual(readAs, [{ file: 'notes.txt', form: 'a text without an access-denied error' }])
  })

  test('is the input where it is all that there is', async () => {
    const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
    await sorting.add(note, true)
    assert.equal(sorting.end().inputs.length, 1)
  })
})
