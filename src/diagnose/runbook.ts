import { readCaller } from '#iam/caller.ts'
import type { Diagnosis } from './diagnosis.ts'

/** https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/awssupport-troubleshootiamaccessdeniedevents.html */
export const RUNBOOK = 'AWSSupport-TroubleshootIAMAccessDeniedEvents'

/** The subject of the runbook: an IAM user or role, and what it called. */
export interface RunbookSubject {
  readonly entity: string
  readonly eventSource: string
  readonly operation: string | null
}

/** A parameter as ssm:DescribeDocument lists it. */
export interface RunbookParameter {
  readonly name: string
  /** Without one the runbook cannot be started. */
  readonly hasDefault: boolean
}

/** An execution beside our diagnosis (docs/asking-aws.md). */
export interface RunbookReport {
  readonly document: string
  /** `null`: it was not started. */
  readonly execution: string | null
  /** As AWS has it: `Success`, `Failed`, `InProgress` …; `null`: it was not started. */
  readonly status: string | null
  readonly parameters: Readonly<Record<string, readonly string[]>>
  readonly outputs: Readonly<Record<string, readonly string[]>>
  readonly explanation: string
}

/** The users and roles of the diagnoses, with what each called; a session stands for its role. */
export function runbookSubjects(diagnoses: readonly Diagnosis[]): readonly RunbookSubject[] {
  const found = new Map<string, RunbookSubject>()
  for (const { denial, steps } of diagnoses) {
    const [denied] = steps
    if (denied === undefined || denial.eventSource === null) continue
    const { kind, arn, roleArn } = readCaller(denied.request)
    const entity = kind === 'user' ? arn : kind === 'role-session' ? roleArn : undefined
    if (entity === undefined) continue
    const subject = { entity, eventSource: denial.eventSource, operation: denial.operation }
    found.set(JSON.stringify(subject), subject)
  }
  return [...found.values()]
}

/** The use of each parameter of the runbook, by its name in small letters. */
const FILL: Readonly<Record<string, (subject: RunbookSubject, hours: number) => string | null>> = {
  requesterarn: ({ entity }) => entity,
  eventsource: ({ eventSource }) => eventSource,
  eventname: ({ operation }) => operation,
  lookbackhours: (_, hours) => String(Math.min(hours, MAX_HOURS)),
}

/** The runbook looks back so far at most. */
const MAX_HOURS = 24

export type Filled =
  | { readonly ok: true; readonly parameters: Readonly<Record<string, readonly string[]>> }
  | { readonly ok: false; readonly lacks: readonly string[]; readonly unknown: readonly string[] }

/**
 * The parameters by the names that the runbook itself lists, so that nothing is started under names that it no longer has:
 * those the user gives, else those we know what to put into, else their defaults.
 */
export function fillParameters(
  listed: readonly RunbookParameter[],
  subject: RunbookSubject,
  hours: number,
  supplied: ReadonlyMap<string, string>,
): Filled {
  const valueOf = (name: string): string | null =>
    supplied.get(name) ??
    (Object.hasOwn(FILL, name.toLowerCase()) ? FILL[name.toLowerCase()]?.(subject, hours) : null) ??
    null
  const lacks = listed.filter(({ name, hasDefault }) => !hasDefault && valueOf(name) === null).map(({ name }) => name)
  const unknown = [...supplied.keys()].filter((name) => !listed.some((parameter) => parameter.name === name))
  if (lacks.length > 0 || unknown.length > 0) return { ok: false, lacks, unknown }
  const parameters = listed.flatMap(({ name }) => {
    const value = valueOf(name)
    return value === null ? [] : [[name, [value]] as const]
  })
  return { ok: true, parameters: Object.fromEntries(parameters) }
}

/** A runbook that is not started says what it lacks. */
export function notStarted({ lacks, unknown }: Extract<Filled, { readonly ok: false }>): RunbookReport {
  const parts = [
    lacks.length === 0
      ? undefined
      : `the runbook needs ${lacks.map((name) => `\`${name}\``).join(', ')}: give each with \`--runbook-parameter NAME=VALUE\``,
    unknown.length === 0 ? undefined : `it has no parameter ${unknown.map((name) => `\`${name}\``).join(', ')}`,
  ]
  const why = parts.filter((part) => part !== undefined).join('; ')
  return {
    document: RUNBOOK,
    execution: null,
    status: null,
    parameters: {},
    outputs: {},
    explanation: `Not started: ${why}.`,
  }
}

/** The meaning of a status, and what the runbook does not look at. */
export function runbookExplanation(execution: string, status: string, failure: string | undefined): string {
  if (status === 'Success' || status.startsWith('Completed'))
    return "It judges by the policy simulator, at most ten events of CloudTrail's event history: no resource control or session policies, no data events. Where it differs from ours, see `--cross-check`."
  if (isUnderWay(status)) return `It is still running. Read it later with \`--runbook-execution ${execution}\`.`
  return `It ended without a report${failure === undefined ? '' : `: ${failure}`}.`
}

const UNDER_WAY: ReadonlySet<string> = new Set([
  'Pending',
  'InProgress',
  'Waiting',
  'Cancelling',
  'PendingApproval',
  'Approved',
  'Scheduled',
  'RunbookInProgress',
  'PendingChangeCalendarOverride',
  'ChangeCalendarOverrideApproved',
])

export const isUnderWay = (status: string): boolean => UNDER_WAY.has(status)
