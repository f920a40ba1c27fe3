/**
 * The incidents of examples/. What each has to show is written here by hand, from how the incident was made up; the
 * words it is told in are in its expected.txt, which UPDATE_SAMPLES=1 writes anew: read the diff.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { type SearchedResult, searchEvidence, shownResult, wholeResult } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { ResultWithFixes } from '#fix/proof/fix.ts'
import type { LayerVerdict, StatementVerdict, Step } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Page } from '#report/page.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { denytrace } from './cli/run-cli.ts'

const EXAMPLES = join(import.meta.dirname, '..', 'examples')
const PIPE: Page = { columns: undefined, isTerminal: false, color: false }

const read = (...path: string[]): string => readFileSync(join(EXAMPLES, ...path), 'utf8')
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  // What is not seen there is the point of them: they are asked as a user asks, below.
  .filter((name) => !name.startsWith('unseen-'))
  .toSorted()

const inputOf = (name: string): string =>
  existsSync(join(EXAMPLES, name, 'denial.json')) ? 'denial.json' : 'denial.txt'

/** `args` holds further options of the command line, one word a line. */
function optionsOf(name: string): { readonly expectPrincipal?: string } {
  if (!existsSync(join(EXAMPLES, name, 'args'))) return {}
  const [option, value, ...rest] = read(name, 'args').trim().split('\n')
  assert.equal(option, '--expect-principal')
  assert.deepEqual(rest, [])
  return value === undefined ? {} : { expectPrincipal: value }
}

async function run(name: string, folder = 'snapshot'): Promise<ResultWithFixes> {
  return wholeResult(await searched(name, folder))
}

/** The text form of an example. */
const printedOf = async (name: string): Promise<string> => diagnosesText(shownResult(await searched(name)), PIPE)

async function searched(name: string, folder = 'snapshot'): Promise<SearchedResult> {
  const snapshot = await loadSnapshot(join(EXAMPLES, name, folder))
  const evidence = evidenceOfText(read(name, inputOf(name)), name)
  const result = searchEvidence({ ...evidence, policySource: { kind: 'snapshot', snapshot } }, optionsOf(name))
  assert.deepEqual(snapshot.problems, [], 'every part of the snapshot is read')
  return result
}

/** A statement that must be cited, with where it stands, and what it failed on. */
interface Cited {
  readonly sid: string
  /** Left out: it stands in the event, not in the snapshot. */
  readonly at?: readonly [file: string, line: number]
  readonly effect: 'Allow' | 'Deny'
  /** `[element]`, or for a condition `[key, operator, expected, actual]`; left out: it matches. */
  readonly failedOn?: readonly (readonly unknown[])[]
}

interface Refusing {
  readonly layer: PolicyLayer
  readonly verdict: 'explicit-deny' | 'implicit-deny'
  readonly where?: string
  readonly cites?: Cited
}

interface Expected {
  readonly status: Diagnosis['status']
  readonly agrees: boolean | null
  readonly evaluated: string
  readonly expected?: { readonly principal: string; readonly agrees: boolean }
  /** Every layer that refuses the denied request, and no other. */
  readonly refusing: readonly Refusing[]
  /** Layers that allow, with the statement that does. */
  readonly allowing?: readonly (readonly [PolicyLayer, sid?: string])[]
  readonly steps: readonly (readonly [
    Step['relation'],
    action: string,
    decision: string,
    refusing?: readonly Refusing[],
  ])[]
  readonly timeline: readonly (readonly [time: string | null, outcome: string])[]
}

const IAM = (account: string): string => `accounts/${account}/authorization-details.json`

const EXPECTED: Readonly<Record<string, Expected>> = {
  'kms-behind-s3': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::111122223333:assumed-role/deploy-role/GitHubActions',
    refusing: [
      {
        layer: 'identity-policy',
        verdict: 'implicit-deny',
        cites: { sid: 'UploadArtifacts', at: [IAM('111122223333'), 194], effect: 'Allow', failedOn: [['Resource']] },
      },
    ],
    steps: [
      ['denied', 's3:PutObject', 'denied'],
      ['next', 'kms:GenerateDataKey', 'denied', [{ layer: 'resource-policy', verdict: 'implicit-deny' }]],
      ['before', 'sts:AssumeRoleWithWebIdentity', 'allowed'],
    ],
    timeline: [
      ['2026-04-27T10:02:00Z', 'allowed'],
      ['2026-04-27T10:03:00Z', 'denied'],
    ],
  },
  'scp-overnight': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::111122223333:assumed-role/terraform-apply/terraform',
    refusing: [
      {
        layer: 'service-control-policy',
        verdict: 'explicit-deny',
        where: 'ou-7c2d-8ty5zk3b',
        cites: { sid: 'ChangesOnlyInApprovedRegions', at: ['policies/p-r8w3e5region.json', 29], effect: 'Deny' },
      },
    ],
    allowing: [['resource-control-policy'], ['identity-policy']],
    steps: [
      ['denied', 's3:PutBucketTagging', 'denied'],
      ['before', 'sts:AssumeRoleWithWebIdentity', 'allowed'],
    ],
    timeline: [
      ['2026-09-14T05:40:58Z', 'allowed'],
      ['2026-09-14T21:17:33Z', 'changed'],
      ['2026-09-15T05:38:47Z', 'allowed'],
      ['2026-09-15T05:41:12Z', 'denied'],
    ],
  },
  'ci-wrong-caller': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::123456789012:assumed-role/eks-ci-node/i-0bfc4291dd0acd279',
    expected: { principal: 'arn:aws:iam::123456789012:role/ci/image-publisher', agrees: false },
    refusing: [{ layer: 'identity-policy', verdict: 'implicit-deny' }],
    // No event shows who handed the node its role, so that the call before is open.
    steps: [
      ['denied', 'ecr:InitiateLayerUpload', 'denied'],
      ['before', 'sts:AssumeRole', 'undetermined'],
    ],
    timeline: [['2026-05-19T08:44:31.207Z', 'denied']],
  },
  'half-cross-account': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::111122223333:assumed-role/deploy/release-2026.23',
    refusing: [
      {
        layer: 'resource-policy',
        verdict: 'implicit-deny',
        cites: {
          sid: 'TheRunnerPublishes',
          at: ['accounts/777788889999/resources/s3/example-release-artifacts.json', 23],
          effect: 'Allow',
          failedOn: [['Principal']],
        },
      },
    ],
    allowing: [['service-control-policy'], ['identity-policy', 'PublishRelease']],
    steps: [
      ['denied', 's3:PutObject', 'denied'],
      [
        'next',
        'kms:GenerateDataKey',
        'denied',
        [
          {
            layer: 'resource-policy',
            verdict: 'implicit-deny',
            cites: {
              sid: 'The runner encrypts',
              at: ['accounts/777788889999/resources/kms/release-artifacts.json', 18],
              effect: 'Allow',
              failedOn: [['Principal']],
            },
          },
        ],
      ],
      ['before', 'sts:AssumeRole', 'allowed'],
    ],
    timeline: [
      ['2026-06-09T14:02:10Z', 'allowed'],
      ['2026-06-09T14:02:14Z', 'denied'],
    ],
  },
  'false-condition-source-vpce': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::111122223333:assumed-role/ledger-task/6d0c2f8e4b7a4913a5e1d9f7b3c82064',
    refusing: [
      {
        layer: 'resource-policy',
        verdict: 'implicit-deny',
        cites: {
          sid: 'TheLedgerReadsThroughItsEndpoint',
          at: ['accounts/444455556666/resources/s3/example-ledger-exports.json', 32],
          effect: 'Allow',
          failedOn: [['aws:SourceVpce', 'StringEquals', 'vpce-0a7f3c19d2e85b640', 'vpce-04d81b6e9f27ac35d']],
        },
      },
    ],
    allowing: [
      ['vpc-endpoint-policy', 'EverythingOfOurs'],
      ['identity-policy', 'ReadExports'],
    ],
    steps: [
      ['denied', 's3:GetObject', 'denied'],
      ['before', 'sts:AssumeRole', 'undetermined'],
    ],
    timeline: [['2026-03-17T11:22:09Z', 'denied']],
  },
  'false-condition-org-id': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::123456789012:assumed-role/notebook/SageMaker',
    refusing: [
      {
        layer: 'resource-policy',
        verdict: 'implicit-deny',
        cites: {
          sid: 'TheOrganizationReads',
          at: ['accounts/777788889999/resources/s3/example-datalake-curated.json', 35],
          effect: 'Allow',
          failedOn: [['aws:PrincipalOrgID', 'StringEquals', 'o-1a4b7c0d3e', 'o-8j3k6l9m2n']],
        },
      },
    ],
    allowing: [['identity-policy', 'ReadCurated']],
    steps: [
      ['denied', 's3:GetObject', 'denied'],
      ['before', 'sts:AssumeRole', 'undetermined'],
    ],
    timeline: [['2026-02-05T15:57:26Z', 'denied']],
  },
  'false-condition-s3-prefix': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::222233334444:assumed-role/team-payments/j.okafor',
    refusing: [
      {
        layer: 'identity-policy',
        verdict: 'implicit-deny',
        cites: {
          sid: 'ListTheFolder',
          at: [IAM('222233334444'), 36],
          effect: 'Allow',
          failedOn: [['s3:prefix', 'StringLike', 'payments/*', 'payments']],
        },
      },
    ],
    steps: [
      ['denied', 's3:ListBucket', 'denied'],
      ['before', 'sts:AssumeRole', 'undetermined'],
    ],
    timeline: [['2026-01-22T09:48:37Z', 'denied']],
  },
  'false-condition-session-tag': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::111122223333:assumed-role/service-deploy/checkout-4711',
    refusing: [
      {
        layer: 'identity-policy',
        verdict: 'implicit-deny',
        cites: {
          sid: 'ReadOwnSecrets',
          at: [IAM('111122223333'), 53],
          effect: 'Allow',
          failedOn: [['aws:PrincipalTag/service', 'StringEquals', 'checkout', null]],
        },
      },
    ],
    steps: [
      ['denied', 'secretsmanager:GetSecretValue', 'denied'],
      ['before', 'sts:AssumeRole', 'allowed'],
    ],
    timeline: [
      ['2026-07-02T12:31:44Z', 'allowed'],
      ['2026-07-02T12:31:47Z', 'denied'],
    ],
  },
  'boundary-and-session': {
    status: 'explained',
    agrees: true,
    evaluated: 'arn:aws:sts::111122223333:assumed-role/flag-writer/d.haas-checkout',
    refusing: [
      {
        layer: 'permissions-boundary',
        verdict: 'implicit-deny',
        cites: {
          sid: 'WriteOutsideProduction',
          at: [IAM('111122223333'), 131],
          effect: 'Allow',
          failedOn: [['Resource']],
        },
      },
      {
        layer: 'session-policy',
        verdict: 'implicit-deny',
        cites: { sid: 'OneServiceReadOnly', effect: 'Allow', failedOn: [['Resource']] },
      },
    ],
    allowing: [['service-control-policy'], ['identity-policy', 'WriteFlags']],
    steps: [
      ['denied', 'ssm:PutParameter', 'denied'],
      ['before', 'sts:AssumeRole', 'allowed'],
    ],
    timeline: [
      ['2026-05-06T07:33:12Z', 'allowed'],
      ['2026-05-06T07:33:20Z', 'denied'],
    ],
  },
}

test('every example is an incident that is described here, and the reverse', () => {
  assert.deepEqual(names, Object.keys(EXPECTED).toSorted())
})

for (const [name, want] of Object.entries(EXPECTED))
  describe(name, () => {
    it('says who was evaluated', async () => {
      const { identity } = await only(name)
      assert.equal(identity.evaluated, want.evaluated)
      assert.equal(identity.expected, want.expected?.principal ?? null)
      assert.equal(identity.agrees, want.expected?.agrees ?? null)
    })

    it('is explained by the layers and statements that refuse, and agrees with AWS', async () => {
      const diagnosis = await only(name)
      assert.equal(diagnosis.status, want.status)
      assert.equal(diagnosis.reconciliation.agrees, want.agrees)
      checkRefusals(diagnosis.steps[0], want.refusing)
    })

    it('shows the layers that allow', async () => {
      const [denied] = (await only(name)).steps
      for (const [layer, sid] of want.allowing ?? []) {
        const entries = layersOf(denied, layer)
        assert.ok(
          entries.length > 0 && entries.every(({ verdict }) => verdict === 'allow'),
          `${layer} does not allow everywhere`,
        )
        if (sid !== undefined) assert.equal(statementOf(entries, sid).matches, true, `${sid} of ${layer}`)
      }
    })

    it('shows what the call needs next, and what came before it', async () => {
      const { steps } = await only(name)
      assert.deepEqual(
        steps.map(({ relation, request, decision }) => [relation, request.action, decision.decision]),
        want.steps.map(([relation, action, decision]) => [relation, action, decision]),
      )
      for (const [i, [, , , refusing]] of want.steps.entries())
        if (refusing !== undefined) checkRefusals(steps[i], refusing)
    })

    it('has its events in order', async () => {
      const { timeline } = await run(name)
      assert.deepEqual(
        timeline.map(({ time, outcome }) => [time, outcome]),
        want.timeline,
      )
    })

    it('is told as in its expected.txt', async () => {
      const printed = await printedOf(name)
      const file = join(EXAMPLES, name, 'expected.txt')
      if (process.env['UPDATE_SAMPLES'] === '1') writeFileSync(file, printed)
      assert.equal(printed, readFileSync(file, 'utf8'))
    })
  })

async function only(name: string): Promise<Diagnosis> {
  const { diagnoses } = await run(name)
  const [diagnosis] = diagnoses
  assert.ok(diagnosis !== undefined && diagnoses.length === 1, 'one denial, one diagnosis')
  return diagnosis
}

const layersOf = (step: Step | undefined, layer: PolicyLayer): readonly LayerVerdict[] =>
  (step?.decision.layers ?? []).filter((entry) => entry.layer === layer)

function statementOf(entries: readonly LayerVerdict[], sid: string): StatementVerdict {
  const found = entries.flatMap(({ statements }) => statements).find((one) => one.sid === sid)
  assert.ok(found !== undefined, `no statement ${sid}`)
  return found
}

function checkRefusals(step: Step | undefined, refusing: readonly Refusing[]): void {
  assert.deepEqual(
    step?.decision.blockedBy,
    refusing.map(({ layer }) => layer),
  )
  for (const { layer, verdict, where, cites } of refusing) {
    const entries: readonly LayerVerdict[] = layersOf(step, layer).filter(
      (entry) => entry.counted && entry.verdict === verdict,
    )
    assert.equal(entries.length, 1, `${layer} does not refuse once, with ${verdict}`)
    assert.equal(entries[0]?.where, where, layer)
    if (cites !== undefined) checkCited(entries, cites)
  }
}

function checkCited(entries: readonly LayerVerdict[], { sid, at, effect, failedOn }: Cited): void {
  const cited = statementOf(entries, sid)
  assert.deepEqual([cited.file, cited.line], at ?? [undefined, undefined], sid)
  assert.equal(cited.effect, effect, sid)
  assert.equal(cited.matches, failedOn === undefined, sid)
  assert.deepEqual(
    cited.failedOn.map(({ element, key, operator, expected, actual }) =>
      element === 'Condition' ? [key, operator, single(expected), actual] : [element],
    ),
    failedOn ?? [],
    sid,
  )
}

/** A condition of one value may be written with or without a list. */
const single = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value)

describe('scp-overnight, before and after', () => {
  it('is allowed by what was in force the evening before', async () => {
    const [diagnosis] = (await run('scp-overnight', 'snapshot-yesterday')).diagnoses
    assert.equal(diagnosis?.steps[0]?.decision.decision, 'allowed')
    assert.equal(diagnosis.status, 'contradicted')
  })

  it('differs in one Region of one statement, and in nothing else', () => {
    const files = readdirSync(join(EXAMPLES, 'scp-overnight', 'snapshot'), {
      recursive: true,
      encoding: 'utf8',
    }).filter((file) => file.endsWith('.json') && file !== 'meta.json')
    const changed = files.filter(
      (file) => read('scp-overnight', 'snapshot', file) !== read('scp-overnight', 'snapshot-yesterday', file),
    )
    assert.deepEqual(changed, [join('policies', 'p-r8w3e5region.json')])
    const [before = '', after = ''] = ['snapshot-yesterday', 'snapshot'].map((folder) =>
      read('scp-overnight', folder, 'policies', 'p-r8w3e5region.json'),
    )
    assert.equal(before.replace(/,\s+"eu-west-1"/, ''), after)
  })
})

describe('ci-wrong-caller', () => {
  it('says that somebody else called before it says what refuses', async () => {
    const text = await printedOf('ci-wrong-caller')
    const wrong = text.indexOf('not `arn:aws:iam::123456789012:role/ci/image-publisher`')
    assert.ok(wrong >= 0 && wrong < text.indexOf('identity policy'), text)
  })

  it('knows the node role by the instance id', async () => {
    assert.match((await only('ci-wrong-caller')).identity.explanation, /EC2 instance.*node role/)
  })
})

for (const name of names.filter((one) => one.startsWith('false-condition-')))
  test(`${name} is told with key, operator, the value that would do and the value there was`, async () => {
    const text = await printedOf(name)
    const [key, operator, expected, actual] = EXPECTED[name]?.refusing[0]?.cites?.failedOn?.[0] ?? []
    assert.ok(text.includes(`it needs      ${operator} ${key} ${expected}\n`), text)
    assert.ok(text.includes(`the request   ${actual ?? 'not sent'}`), text)
  })

/** Examples of which little is at hand: further words of the command, and what the answer has to say. */
const UNSEEN: Readonly<Record<string, { readonly words: readonly string[]; readonly says: readonly RegExp[] }>> = {
  // A member account may not read its organization; AWS's sentence settles that no SCP refused it.
  'unseen-organization': {
    words: ['--snapshot', 'examples/unseen-organization/snapshot'],
    says: [
      /^Cause {4}The role.s policy publish allows it in account 111122223332, but the call went to account 111122223333\. AWS agrees\.$/m,
      /^ {9}Mistake in statement.*an account that is off by a digit/m,
      /^Fix .*Nothing else becomes allowed \(proved\)\.$/m,
    ],
  },
  // One line of a log and one policy.
  'unseen-all-but-one-policy': {
    words: ['examples/unseen-all-but-one-policy/role-policy.json'],
    says: [
      /^ {9}Mistake in statement.*is the bucket, not its objects/m,
      /^Fix .*unless a policy that was not checked denies it\. But it also allows: .* on arn:aws:s3:::example-night-backups\/\* by /m,
      /^Or {7}For this call alone\. Nothing else becomes allowed \(proved\)\.$/m,
      /^Not checked .*permissions boundary/m,
    ],
  },
  // S3's bare 403: no caller, no layer, no policy.
  'unseen-all': {
    words: [],
    says: [
      /^Cause {4}AWS doesn't say which policy denied it\./m,
      /the object does not exist, and the caller may not list the bucket/,
      /^Fix {6}A draft .*not verified$/m,
    ],
  },
}

describe('an example with things unseen', () => {
  const there = readdirSync(EXAMPLES).filter((name) => name.startsWith('unseen-'))

  it('is each described here', () => {
    assert.deepEqual(there.toSorted(), Object.keys(UNSEEN).toSorted())
  })

  for (const [name, { words, says }] of Object.entries(UNSEEN))
    it(`${name} has an answer all the same`, async () => {
      const { code, out, err } = await denytrace(['diagnose', `examples/${name}/denial.txt`, ...words])
      assert.equal(code, name === 'unseen-all' ? 4 : 0, err)
      const file = join(EXAMPLES, name, 'expected.txt')
      if (process.env['UPDATE_SAMPLES'] === '1') writeFileSync(file, out)
      assert.equal(out, readFileSync(file, 'utf8'))
      for (const one of says) assert.match(out, one)
      assert.doesNotMatch(out, /undetermined/i)
    })
})
