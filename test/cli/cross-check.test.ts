/** `--cross-check`: AWS's policy simulator and Access Analyzer are asked, of a server on this machine. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { environment, Fault, type Loopback, startLoopback } from '../parts/aws-loopback.ts'
import { EXAMPLE } from './run-cli.ts'
import { denytraceInside } from './run-inside.ts'

const LIVE = 'iam:SimulatePrincipalPolicy'
const OWN = 'iam:SimulateCustomPolicy'
const NEW = 'access-analyzer:CheckNoNewAccess'
const GRANTED = 'access-analyzer:CheckAccessNotGranted'

type Input = Readonly<Record<string, unknown>>
type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny'

/** As https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html has it. */
const result = (input: Input, decision: Decision): object => {
  const [action] = input['ActionNames'] as string[]
  const [resource] = input['ResourceArns'] as string[]
  return {
    EvalActionName: action,
    EvalResourceName: 'arn:${Partition}:s3:::${BucketName}/${KeyName}',
    EvalDecision: decision,
    MatchedStatements: [],
    MissingContextValues: [],
    ResourceSpecificResults: [{ EvalResourceName: resource, EvalResourceDecision: decision, MissingContextValues: [] }],
  }
}
const simulate =
  (decision: Decision) =>
  (input: Input): object => ({ EvaluationResults: [result(input, decision)], IsTruncated: false })

interface Check {
  readonly step?: number
  readonly call: string
  readonly answer: string | null
  readonly ours: string | null
  readonly agrees: boolean | null
  readonly explanation: string
  readonly limits: readonly { readonly text: string }[]
}

let aws: Loopback
before(async () => {
  aws = await startLoopback()
})
beforeEach(() => {
  aws.reset()
  aws.on(LIVE, simulate('implicitDeny'))
  aws.on(OWN, simulate('implicitDeny'))
  aws.on(NEW, () => ({ result: 'FAIL', message: 'The modified policy grants new access.', reasons: [] }))
  aws.on(GRANTED, () => ({
    result: 'FAIL',
    message: 'The policy grants the access.',
    reasons: [{ statementIndex: 1 }],
  }))
})
afterEach(() => assert.deepEqual(aws.violations, []))
after(() => aws.close())

const SNAPSHOT = ['--snapshot', `${EXAMPLE}/snapshot`]
const run = (words: readonly string[], env = aws.env) => denytraceInside([...words, '--cross-check'], { env })

async function diagnosed() {
  const { code, out, err } = await run(['diagnose', `${EXAMPLE}/denial.json`, ...SNAPSHOT, '--format', 'json'])
  const { diagnoses } = JSON.parse(out) as { diagnoses: { crossChecks: Check[]; fixes: unknown[] }[] }
  return { code, err, checks: diagnoses[0]?.crossChecks ?? [], fixes: diagnoses[0]?.fixes ?? [] }
}

describe('--cross-check of diagnose', () => {
  test('the denied request and what it needs next, each on live and on given policies; all is told before', async () => {
    const { code, err, checks, fixes } = await diagnosed()
    assert.equal(code, 0)
    assert.deepEqual(
      checks.map(({ step, call, agrees }) => [step, call, agrees]),
      [
        [0, LIVE, true],
        [0, OWN, true],
        [1, LIVE, true],
        [1, OWN, true],
      ],
    )
    assert.ok(fixes.length > 0)
    assert.match(
      err,
      /^asking AWS: iam:SimulatePrincipalPolicy, sending arn:aws:iam::111122223333:role\/deploy-role; s3:PutObject on /m,
    )
    assert.match(err, /^asking AWS: iam:SimulateCustomPolicy, sending the policies deploy, /m)
    const sent = aws.calls[1]?.input ?? {}
    const lists = [sent['PolicyInputList'], sent['OrderedOrganizationPolicyInputList']] as readonly unknown[][]
    assert.deepEqual(
      lists.map((list) => list.length),
      [2, 4],
    )
  })

  test('another answer is said with what may explain it', async () => {
    aws.on(LIVE, simulate('allowed'))
    const { checks } = await diagnosed()
    const [check] = checks
    assert.deepEqual([check?.answer, check?.ours, check?.agrees], ['allowed', 'denied', false])
    assert.match(check?.explanation ?? '', /have changed since the snapshot/)
    const text = await run(['diagnose', `${EXAMPLE}/denial.json`, ...SNAPSHOT])
    assert.match(text.out, /^Asked AWS\n {2}disagrees +iam:SimulatePrincipalPolicy s3:PutObject/m)
  })

  test('results in pages', async () => {
    aws.on(OWN, (input) =>
      input['Marker'] === undefined
        ? { EvaluationResults: [], IsTruncated: true, Marker: 'next' }
        : { EvaluationResults: [result(input, 'allowed')], IsTruncated: false },
    )
    const { checks } = await diagnosed()
    assert.equal(checks.find(({ call }) => call === OWN)?.answer, 'allowed')
  })

  test('throttled once', async () => {
    let left = 1
    aws.on(LIVE, (input) => (left-- > 0 ? new Fault('Throttling', 'Rate exceeded') : simulate('implicitDeny')(input)))
    assert.equal((await diagnosed()).checks[0]?.agrees, true)
  })

  test('one call refused: the other answers stand', async () => {
    aws.on(LIVE, () => new Fault('AccessDenied', 'not authorized to perform: iam:SimulatePrincipalPolicy', 403))
    const { code, checks } = await diagnosed()
    assert.equal(code, 0)
    assert.match(checks[0]?.explanation ?? '', /needs `iam:SimulatePrincipalPolicy`/)
    assert.deepEqual([checks[0]?.answer, checks[1]?.agrees], [null, true])
  })

  test('a role that is not there: no answer', async () => {
    aws.on(LIVE, () => new Fault('NoSuchEntity', 'The role with name deploy-role cannot be found.', 404))
    const { checks } = await diagnosed()
    assert.deepEqual([checks[0]?.answer, checks[0]?.agrees], [null, null])
    assert.match(checks[0]?.explanation ?? '', /NoSuchEntity/)
  })

  test('credentials that have run out, and nobody there', async () => {
    aws.on(LIVE, () => new Fault('ExpiredToken', 'The security token included in the request is expired', 403))
    const words = ['diagnose', `${EXAMPLE}/denial.json`, ...SNAPSHOT]
    const expired = await run(words)
    assert.equal(expired.code, 5)
    assert.match(expired.out, /^DENIED {3}role deploy-role can't s3:PutObject/m, 'our own answer is not lost')
    assert.match(expired.err, /^aws\/no-credentials: /m)
    const dead = await run(words, environment('http://127.0.0.1:9'))
    assert.equal(dead.code, 5)
    assert.match(dead.err, /^aws\/unreachable: /m)
  })

  test('an answer that cannot be read is told, with its exit code, and takes nothing along', async () => {
    for (const odd of [{ EvaluationResults: 'none' }, {}, { EvaluationResults: [null] }, { EvaluationResults: [{}] }]) {
      aws.on(LIVE, () => odd)
      aws.on(OWN, () => odd)
      const { code, out } = await run(['diagnose', `${EXAMPLE}/denial.json`, ...SNAPSHOT])
      assert.ok(code === 5 || code === 0, `exit ${code} for ${JSON.stringify(odd)}`)
      assert.match(out, /^DENIED {3}role deploy-role can't s3:PutObject/m)
    }
    // These answers are not of the shape that AWS's models give: that is what is tried here.
    aws.violations.splice(0)
  })

  test('never without the option, and not in a batch', async () => {
    const plain = await denytraceInside(['diagnose', `${EXAMPLE}/denial.json`, ...SNAPSHOT], { env: aws.env })
    assert.deepEqual([plain.code, aws.calls.length], [0, 0])
    assert.equal((await run(['diagnose', '--batch', '-'])).code, 2)
  })
})

test('--cross-check of evaluate', async () => {
  const request = ['--principal', 'arn:aws:iam::111122223333:role/deploy-role', '--action', 's3:PutObject']
  const resource = ['--resource', 'arn:aws:s3:::prod-artifacts/releases/app.zip', '--no-session-policy']
  const { code, out } = await run(['evaluate', ...request, ...resource, ...SNAPSHOT, '--format', 'json'])
  const { crossChecks, decision } = JSON.parse(out) as { crossChecks: Check[]; decision: string }
  assert.deepEqual([code, decision, crossChecks.map(({ agrees }) => agrees)], [1, 'denied', [true, true]])
})

describe('--cross-check of fix', () => {
  const words = ['fix', `${EXAMPLE}/denial.json`, ...SNAPSHOT]
  const checks = async (): Promise<readonly Check[]> => {
    const { out } = await run([...words, '--format', 'json'])
    return (JSON.parse(out) as { fixes: { crossChecks: Check[] }[] }).fixes[0]?.crossChecks ?? []
  }

  test('what it cures is simulated on the changed documents', async () => {
    aws.on(OWN, (input) =>
      simulate((input['ActionNames'] as string[])[0] === 's3:PutObject' ? 'allowed' : 'implicitDeny')(input),
    )
    const simulated = (await checks()).filter(({ call }) => call === OWN)
    assert.deepEqual(
      simulated.map(({ step, answer, ours, agrees }) => [step, answer, ours, agrees]),
      [
        [0, 'allowed', 'allowed', true],
        // The key's policy allows it here; a simulation has none for a role.
        [1, 'implicitDeny', 'allowed', false],
      ],
    )
    assert.match(JSON.stringify(aws.calls[0]?.input['PolicyInputList']), /AllowPutObject/)
    assert.match(simulated[1]?.limits[0]?.text ?? '', /does not support them for roles/)
  })

  test('each document: new access, and the action it is for', async () => {
    assert.deepEqual(
      (await checks()).filter(({ call }) => call !== OWN).map(({ call, ours, agrees }) => [call, ours, agrees]),
      [
        [NEW, 'FAIL', true],
        [GRANTED, 'FAIL', true],
        [NEW, 'FAIL', true],
        [GRANTED, 'FAIL', true],
      ],
    )
    const [granted] = aws.calls.filter(({ name }) => name === GRANTED)
    assert.deepEqual(granted?.input['access'], [
      { actions: ['s3:PutObject'], resources: ['arn:aws:s3:::prod-artifacts/releases/app.zip'] },
    ])
    assert.deepEqual(
      aws.calls.filter(({ name }) => name !== OWN).map(({ input }) => input['policyType']),
      ['IDENTITY_POLICY', 'IDENTITY_POLICY', 'RESOURCE_POLICY', 'RESOURCE_POLICY'],
    )
  })

  test('AWS sees no new access where ours has an example: said plainly', async () => {
    aws.on(NEW, () => ({ result: 'PASS', message: 'No new access.', reasons: [] }))
    const first = (await checks()).find(({ call }) => call === NEW)
    assert.equal(first?.agrees, false)
    assert.match(first?.explanation ?? '', /one of the two is wrong/)
    assert.match((await run(words)).out, /^ {2}disagrees +access-analyzer:CheckNoNewAccess/m)
  })

  test('refused', async () => {
    aws.on(NEW, () => new Fault('AccessDeniedException', 'no', 403))
    const first = (await checks()).find(({ call }) => call === NEW)
    assert.match(first?.explanation ?? '', /needs `access-analyzer:CheckNoNewAccess`/)
  })
})
