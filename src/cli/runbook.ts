import { type RunbookOptions, runbookReports } from '#app/runbook.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { RunbookReport } from '#diagnose/runbook.ts'
import { UserError } from '../errors.ts'
import { awsSettings, type AwsValues } from './aws-options.ts'
import type { Io } from './command.ts'
import { hoursOf } from './lookup-options.ts'
import { startProgress } from './progress.ts'
import { tellSent } from './tell.ts'

type RunbookValues = AwsValues & {
  readonly 'runbook-execution': string | undefined
  readonly 'runbook-parameter': readonly string[]
  readonly hours: string | undefined
}

const EVERY_MS = 5000
const MOST_MS = 300_000

/** Starts the runbook, or reads the execution that is named. */
export async function askRunbook(
  values: RunbookValues,
  diagnoses: readonly Diagnosis[],
  io: Io,
): Promise<readonly RunbookReport[]> {
  const execution = values['runbook-execution']
  const progress = startProgress(io, 'runbook')
  const options: RunbookOptions = {
    where: awsSettings(values),
    ...(execution === undefined ? {} : { execution }),
    parameters: new Map(values['runbook-parameter'].map(parameterOf)),
    hours: hoursOf(values.hours),
    tell: (call, what) => tellSent(io, call, what),
    waiting: { everyMs: EVERY_MS, mostMs: MOST_MS, tell: (status) => progress.tell(0, 0, status) },
  }
  return runbookReports(diagnoses, options).finally(progress.end)
}

function parameterOf(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new UserError('usage/not-a-value', `\`--runbook-parameter\` cannot be \`${text}\``, 'write NAME=VALUE')
}
