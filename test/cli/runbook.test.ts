/** `--runbook`: AWS's own runbook is started and read, of a server on this machine. Its names come from AWS when it is asked. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { runbookReports } from '#app/runbook.ts'
import { RUNBOOK } from '#diagnose/runbook.ts'
import { environment, Fault, type Loopback, startLoopback } from '../parts/aws-loopback.ts'
import { denytraceInside } from './run-inside.ts'

const ROLE = 'arn:aws:iam::111122223333:role/deploy-role'
const TEXT =
  'An error occurred (AccessDenied) when calling the GetQueueUrl operation: User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: sqs:GetQueueUrl on resource: arn:aws:sqs:us-east-1:111122223333:jobs because no identity-based policy allows the sqs:GetQueueUrl action'
const LOOK = 'ssm:GetAutomationExecution'
const START = 'ssm:StartAutomationExecution'
const PARAMETERS = [
  { Name: 'RequesterARN', Type: 'String' },
  { Name: 'EventSource', Type: 'String' },
  { Name: 'LookBackHours', Type: 'String', DefaultValue: '1' },
  { Name: 'AutomationAssumeRole', Type: 'String', DefaultValue: '' },
]

const execution = (AutomationExecutionStatus: string, more: object = {}): object => ({
  AutomationExecution: {
    AutomationExecutionId: 'e-1',
    DocumentName: RUNBOOK,
    AutomationExecutionStatus,
    Parameters: { RequesterARN: [ROLE] },
    Outputs: {},
    ...more,
  },
})
const DONE = execution('Success', {
  Outputs: { 'GenerateReport.Report': ['implicitDeny: sqs:GetQueueUrl\n\tno allow'] },
})

let aws: Loopback
before(async () => {
  aws = await startLoopback()
})
beforeEach(() => {
  aws.reset()
  aws.on('ssm:DescribeDocument', () => ({ Document: { Name: RUNBOOK, Parameters: PARAMETERS } }))
  aws.on(START, () => ({ AutomationExecutionId: 'e-1' }))
  aws.on(LOOK, () => DONE)
})
afterEach(() => assert.deepEqual(aws.violations, []))
after(() => aws.close())

interface Report {
  readonly execution: string | null
  readonly status: string | null
  readonly parameters: Record<string, string[]>
  readonly outputs: Record<string, string[]>
  readonly explanation: string
}

async function run(words: readonly string[], env = aws.env) {
  const args = ['diagnose', '--format', 'json', ...words]
  const { code, out, err } = await denytraceInside(args, { env, stdin: TEXT })
  const reports = out === '' ? [] : (JSON.parse(out) as { runbook?: Report[] }).runbook
  return { code, out, err, report: reports?.[0] }
}

/** Waits by the millisecond. */
async function reportsNow(mostMs: number) {
  const { diagnoses } = diagnoseEvidence(evidenceOfText(TEXT, 'text'))
  const before = { ...process.env }
  Object.assign(process.env, aws.env)
  const statuses: string[] = []
  const reports = await runbookReports(diagnoses, {
    where: {},
    parameters: new Map(),
    hours: 48,
    tell: () => undefined,
    waiting: { everyMs: 5, mostMs, tell: (status) => statuses.push(status) },
  }).finally(() => Object.assign(process.env, before))
  return { reports, statuses }
}

describe('--runbook', () => {
  test('is started for the role behind the session, and its report is shown', async () => {
    const { code, err, report } = await run(['--runbook'])
    assert.equal(code, 0)
    assert.deepEqual([report?.execution, report?.status], ['e-1', 'Success'])
    assert.deepEqual(report?.outputs, { 'GenerateReport.Report': ['implicitDeny: sqs:GetQueueUrl\n\tno allow'] })
    const started = aws.calls.find(({ name }) => name === START)?.input
    assert.equal(started?.['DocumentName'], RUNBOOK)
    assert.deepEqual(started?.['Parameters'], {
      RequesterARN: [ROLE],
      EventSource: ['sqs.amazonaws.com'],
      LookBackHours: ['24'],
    })
    assert.match(
      err,
      /^asking AWS: ssm:StartAutomationExecution, sending .*RequesterARN=arn:aws:iam::111122223333:role\/deploy-role/m,
    )
  })

  test('as text, beside our answer', async () => {
    const { out } = await denytraceInside(['diagnose', '--runbook'], { env: aws.env, stdin: TEXT })
    assert.match(out, /^Runbook {2}AWSSupport-TroubleshootIAMAccessDeniedEvents, execution e-1: Success$/m)
    assert.match(out, /^ {4}implicitDeny: sqs:GetQueueUrl$/m)
  })

  test('looks until it has ended, and no longer than is given', async () => {
    let left = 3
    aws.on(LOOK, () => (left-- > 0 ? execution('InProgress') : DONE))
    const { reports, statuses } = await reportsNow(10_000)
    assert.deepEqual(statuses, ['InProgress', 'InProgress', 'InProgress', 'Success'])
    assert.equal(reports[0]?.status, 'Success')
    aws.on(LOOK, () => execution('InProgress'))
    const over = await reportsNow(1)
    assert.equal(over.reports[0]?.status, 'InProgress')
    assert.match(over.reports[0]?.explanation ?? '', /--runbook-execution e-1/)
  })

  test('an execution that failed says why', async () => {
    aws.on(LOOK, () => execution('Failed', { FailureMessage: 'Step fails when it is validating the role.' }))
    const { code, report } = await run(['--runbook'])
    assert.deepEqual([code, report?.status], [0, 'Failed'])
    assert.match(report?.explanation ?? '', /validating the role/)
  })

  test('a parameter that we do not know: nothing is started until it is given', async () => {
    const listed = [...PARAMETERS, { Name: 'Ticket', Type: 'String' }]
    aws.on('ssm:DescribeDocument', () => ({ Document: { Name: RUNBOOK, Parameters: listed } }))
    const { code, report } = await run(['--runbook'])
    assert.deepEqual([code, report?.execution], [0, null])
    assert.match(report?.explanation ?? '', /needs `Ticket`/)
    assert.ok(aws.calls.every(({ name }) => name !== START))
    const given = await run(['--runbook', '--runbook-parameter', 'Ticket=T-1'])
    assert.equal(given.report?.status, 'Success')
    const wrong = await run(['--runbook', '--runbook-parameter', 'Ticket=T-1', '--runbook-parameter', 'Tiket=T-2'])
    assert.match(wrong.report?.explanation ?? '', /no parameter `Tiket`/)
  })

  test('an execution of before is read, and none is started', async () => {
    const { report } = await run(['--runbook-execution', 'e-1'])
    assert.equal(report?.status, 'Success')
    assert.deepEqual(
      aws.calls.map(({ name, input }) => [name, input['AutomationExecutionId']]),
      [[LOOK, 'e-1']],
    )
  })

  test('throttled once', async () => {
    let left = 1
    aws.on(LOOK, () => (left-- > 0 ? new Fault('ThrottlingException', 'Rate exceeded') : DONE))
    assert.equal((await run(['--runbook-execution', 'e-1'])).report?.status, 'Success')
  })

  test('a refusal is told beside our answer', async () => {
    aws.on(START, () => new Fault('AccessDeniedException', 'not authorized to perform: ssm:StartAutomationExecution'))
    const { code, report } = await run(['--runbook'])
    assert.deepEqual([code, report?.execution], [0, null])
    assert.match(report?.explanation ?? '', /needs `ssm:DescribeDocument`/)
  })

  for (const [name, code, message] of [
    ['credentials that have run out', 'ExpiredTokenException', /^aws\/no-credentials: /m],
    ['an unknown execution', 'AutomationExecutionNotFoundException', /^aws\/call-failed: /m],
  ] as const)
    test(`ends with 5: ${name}`, async () => {
      aws.on(LOOK, () => new Fault(code, 'no'))
      const { code: exit, out, err } = await run(['--runbook-execution', 'e-1'])
      assert.equal(exit, 5)
      assert.equal((JSON.parse(out) as { diagnoses: unknown[] }).diagnoses.length, 1, 'our own answer is not lost')
      assert.match(err, message)
    })

  test('nobody answers; a batch; a parameter without a value', async () => {
    assert.equal((await run(['--runbook'], environment('http://127.0.0.1:9'))).code, 5)
    assert.equal((await run(['--runbook', '--hours', 'many'])).code, 2)
    assert.equal((await run(['--runbook', '--batch', '-'])).code, 2)
    assert.equal((await run(['--runbook', '--runbook-parameter', 'x'])).code, 2)
  })
})
