import type { Execution, Waiting } from '#collect/aws/runbook.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import {
  fillParameters,
  isUnderWay,
  notStarted,
  RUNBOOK,
  runbookExplanation,
  type RunbookReport,
  runbookSubjects,
} from '#diagnose/runbook.ts'
import { awsFault, unusableAnswer } from './aws-fault.ts'

export interface RunbookOptions {
  readonly where: { readonly profile?: string; readonly region?: string; readonly endpoint?: string }
  /** An execution that was started before; left out: start one for each user or role and service. */
  readonly execution?: string
  /** Values for parameters of the runbook, by name. */
  readonly parameters: ReadonlyMap<string, string>
  readonly hours: number
  /** Called before anything is sent. */
  readonly tell: (call: string, what: string) => void
  readonly waiting: Pick<Waiting, 'everyMs' | 'mostMs' | 'tell'>
}

/** More of them at once would look at the same events over and over. */
const MOST = 3

/** Starts AWS's own runbook for the denials, or reads an execution of it, and waits for its report. */
export async function runbookReports(
  diagnoses: readonly Diagnosis[],
  options: RunbookOptions,
): Promise<readonly RunbookReport[]> {
  try {
    return await reports(diagnoses, options)
  } catch (error) {
    if (isRefusal(error)) return [refusedFor(error.message)]
    throw unusableAnswer(awsFault(error))
  }
}

async function reports(
  diagnoses: readonly Diagnosis[],
  { where, execution, parameters, hours, tell, waiting }: RunbookOptions,
): Promise<readonly RunbookReport[]> {
  const { openRunbooks } = await import('#collect/aws/entry.ts')
  const wait: Waiting = { ...waiting, isUnderWay }
  if (execution !== undefined) {
    tell('ssm:GetAutomationExecution', `the id ${execution}`)
    const runbooks = await openRunbooks(where)
    return [reportOf(await runbooks.wait(execution, wait))]
  }
  const subjects = runbookSubjects(diagnoses).slice(0, MOST)
  if (subjects.length === 0) return [NOBODY]
  tell('ssm:DescribeDocument', RUNBOOK)
  const runbooks = await openRunbooks(where)
  const listed = await runbooks.parametersOf(RUNBOOK)
  const found: RunbookReport[] = []
  for (const subject of subjects) {
    const filled = fillParameters(listed, subject, hours, parameters)
    if (!filled.ok) return [notStarted(filled)]
    const values = Object.entries(filled.parameters).map(([name, value]) => `${name}=${value.join(',')}`)
    tell('ssm:StartAutomationExecution', `${RUNBOOK} with ${values.join(', ')}; it runs in your account`)
    found.push(reportOf(await runbooks.wait(await runbooks.start(RUNBOOK, filled.parameters), wait)))
  }
  return found
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && '$fault' in error && /^AccessDenied(?:Exception)?$/.test(error.name)

/** Report where AWS does not let the caller run the runbook; what was asked besides is still an answer. */
const refusedFor = (message: string): RunbookReport => ({
  ...NOBODY,
  explanation: `AWS does not let you: it needs \`ssm:DescribeDocument\`, \`ssm:StartAutomationExecution\` and \`ssm:GetAutomationExecution\`, and what the runbook itself calls (${message}).`,
})

const NOBODY: RunbookReport = {
  document: RUNBOOK,
  execution: null,
  status: null,
  parameters: {},
  outputs: {},
  explanation: 'Not started: no denial names an IAM user or role and the service that it called.',
}

const reportOf = ({ id, document, status, parameters, outputs, failure }: Execution): RunbookReport => ({
  document,
  execution: id,
  status,
  parameters,
  outputs,
  explanation: runbookExplanation(id, status, failure),
})
