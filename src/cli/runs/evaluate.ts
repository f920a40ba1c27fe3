import type { Beside } from '#app/beside/beside.ts'
import { noPolicies } from '#app/beside/faults.ts'
import { policySourceOfRequest } from '#app/beside/policy-source-beside.ts'
import type { DecidedRequest } from '#app/cross-check.ts'
import { besideAtHand, evaluateRequest, evaluateScenario, filledScenario, type SnapshotOptions } from '#app/evaluate.ts'
import { checkCaller, readSessionPolicies, requestOfValue, withRequest } from '#app/scenarios.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Decision, DecisionEffect } from '#engine/decision.ts'
import type { DecisionWithLint } from '#lint/decision-with-lint.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { toJson } from '#report/json.ts'
import { decisionText } from '#report/text-decision.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { besideOf, checkAccount, namedOf } from '../at-hand-options.ts'
import { tellLeftAside, tellReadAs } from '../denials-beside.ts'
import { checkActionForm, checkArn } from '../asked-action.ts'
import type { EVALUATE_OPTIONS } from '../evaluate-options.ts'
import { contextOf } from '../context-option.ts'
import { refuseInBatch } from '../decode.ts'
import { readingsOf } from '../reading-option.ts'
import { tellFault } from '../tell.ts'
import { besides } from '../told-anyway.ts'
import { warn, warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof EVALUATE_OPTIONS>

export async function runEvaluate(args: Args, io: Io): Promise<number> {
  refuseInBatch('cross-check', args.values['cross-check'], args.values.batch)
  refuseAtHand(args)
  const session = await sessionOf(args, io)
  if (args.values.batch !== undefined) return runLines(args, session, io)
  if (args.values.against !== undefined && args.values['cross-check'])
    throw new UserError(
      'usage/conflicting-options',
      'both `--against` and `--cross-check` are given',
      'ask AWS about one of the two at a time',
    )
  if (args.values.against !== undefined) return runAgainst(args, args.values.against, session, io)
  const { decision, scenario, notes, policySource, beside } = await evaluateFromFiles(args, session, io)
  tellReadAs(beside, io)
  const decided = [{ step: 0, scenario, decision }]
  const asked = args.values['cross-check'] ? await besides(crossChecked(decided, args, io)) : undefined
  const checks = asked?.answer
  io.out(
    args.values.format === 'json'
      ? toJson(checks === undefined ? decision : { ...decision, crossChecks: checks })
      : decisionText(scenario.request, decision, io.page, checks),
  )
  for (const note of notes) warn(io, note)
  warnOfProblems(io, policySource)
  const isCut = tellLeftAside(beside, [[scenario]], io)
  if (asked?.fault !== undefined) {
    tellFault(io, asked.fault)
    return EXIT.aws
  }
  return isCut ? Math.max(exitOf(decision), EXIT.unreadable) : exitOf(decision)
}

/** What is at hand is of one request. */
function refuseAtHand({ values }: Args): void {
  const other = values.batch !== undefined ? 'batch' : values.against !== undefined ? 'against' : undefined
  const { policies, noEndpoint, noOrganization } = namedOf(values)
  if (other === undefined || (policies.length === 0 && !noEndpoint && !noOrganization)) return
  throw new UserError(
    'usage/conflicting-options',
    `\`--${other}\` judges more than one request, and policies are given for one`,
    'give the policies in scenarios, or a snapshot',
  )
}

// Read by those runs alone that ask AWS.
async function crossChecked(decided: readonly DecidedRequest[], { values }: Args, io: Io) {
  const [{ crossCheckSteps }, { askingOf }] = await Promise.all([
    import('#app/cross-check.ts'),
    import('../cross-check.ts'),
  ])
  return crossCheckSteps(decided, askingOf(values, io))
}

/** That of the worst of the request and its further steps: a call is allowed only if all that it needs is. */
function exitOf({ decision, steps = [] }: Decision): number {
  const all = [decision, ...steps.map((step) => step.decision.decision)]
  return EXITS[all.includes('denied') ? 'denied' : all.includes('undetermined') ? 'undetermined' : 'allowed']
}

const EXITS: Readonly<Record<DecisionEffect, number>> = {
  allowed: EXIT.ok,
  denied: EXIT.bad,
  undetermined: EXIT.undetermined,
}

type Session = readonly Policy[] | null | undefined

/** Session policies: given, surely none, or not known; `evaluate` assumes nothing (docs/json.md, "Diagnosis"). */
async function sessionOf({ values }: Args, io: Io): Promise<Session> {
  const files = values['session-policy']
  if (values['no-session-policy'] && files.length > 0)
    throw new UserError(
      'usage/conflicting-options',
      'both `--session-policy` and `--no-session-policy` are given',
      'give one of the two',
    )
  if (values['no-session-policy']) return null
  if (files.length === 0) return undefined
  return readSessionPolicies(files, io.stdin)
}

function optionsOf({ values }: Args, session: Session): SnapshotOptions {
  const readings = readingsOf(values.reading)
  return {
    chain: values.chain,
    ...(session === undefined ? {} : { sessionPolicies: session }),
    ...(readings === undefined ? {} : { readings }),
  }
}

/** Evaluates one request here and there; the exit code is that of the decision here. */
async function runAgainst(args: Args, target: string, session: Session, io: Io): Promise<number> {
  const asked = requestOptions(args)
  checkOptions(asked)
  const policySource = await loadPolicySource(subjectOptions(args, true, io.stdinIsTerminal), io.stdin)
  if (policySource.kind !== 'snapshot')
    throw new UserError('usage/missing-option', '`--against` needs a snapshot', 'give `--snapshot DIR`')
  const [{ evaluateAgainst }, { againstText }] = await Promise.all([
    import('#app/against.ts'),
    import('#report/text-against.ts'),
  ])
  const result = await evaluateAgainst(policySource.snapshot, requestOfValue(asked), target, optionsOf(args, session))
  const { here, there, differences } = result
  io.out(args.values.format === 'json' ? toJson(result) : againstText(here, there, differences, io.page))
  warnOfProblems(io, policySource)
  return exitOf(here.decision)
}

async function runLines({ values, files, given }: Args, session: Session, io: Io): Promise<number> {
  const [{ batch }, { evaluateLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-evaluate.ts')])
  const policySource = await loadPolicySource(
    { snapshot: values.snapshot, scenario: undefined, commandLineOptions: given },
    io.stdin,
  )
  const answer = evaluateLine(policySource, values.chain, session, readingsOf(values.reading))
  const code = await batch({ values, files }, answer, io)
  warnOfProblems(io, policySource)
  return code
}

interface EvaluatedFromFiles {
  readonly decision: DecisionWithLint
  readonly scenario: Scenario
  readonly notes: readonly string[]
  readonly policySource: PolicySource
  readonly beside: Beside
}

async function evaluateFromFiles(args: Args, session: Session, io: Io): Promise<EvaluatedFromFiles> {
  const asked = requestOptions(args)
  const hasRequest = Object.keys(asked).length > 0
  const { policySource, beside } = await sourceOf(args, hasRequest, io)
  const options = { ...optionsOf(args, session), atHand: beside.atHand }
  if (policySource.kind === 'scenario') {
    const scenario = withRequest({
      ...policySource.scenario,
      request: mergeRequest(policySource.scenario.request, asked),
    })
    const policies = { ...scenario.policies, ...(session === undefined ? {} : { sessionPolicies: session }) }
    const held = besideAtHand({ ...scenario, policies }, beside.atHand)
    return {
      decision: evaluateScenario(held, options),
      scenario: filledScenario(held),
      notes: [],
      policySource,
      beside,
    }
  }
  if (policySource.kind === 'none' || !hasRequest) throw nothingToHold(hasRequest)
  checkOptions(asked)
  const held = evaluateRequest(policySource.snapshot, requestOfValue(asked), options)
  return { decision: held.decision, scenario: held.scenario, notes: held.notes, policySource, beside }
}

/** What the request is held against: a scenario, a snapshot, files in the forms in which AWS prints policies, or both of the last. */
async function sourceOf(args: Args, hasRequest: boolean, io: Io) {
  const { values, files, given } = args
  const beside = await besideOf(files, values, io)
  const areAtHand = beside.readAs.some(({ form }) => form !== 'a scenario') || beside.faults.length > 0
  if (!areAtHand && files.length < 2) {
    const loaded = await loadPolicySource(subjectOptions(args, hasRequest, io.stdinIsTerminal), io.stdin)
    const { scenario: _, ...rest } = beside
    return { policySource: policySourceOfRequest(loaded, rest), beside }
  }
  const [denial] = beside.inputs
  if (denial !== undefined) throw noPolicies(denial.name)
  const loaded = await loadPolicySource(
    { snapshot: values.snapshot, scenario: values.scenario, commandLineOptions: given },
    io.stdin,
  )
  return { policySource: policySourceOfRequest(loaded, beside), beside }
}

function checkOptions(asked: Partial<Request>): void {
  const lacks = (['principal', 'action', 'resource'] as const).filter((name) => asked[name] === undefined)
  if (lacks.length === 0) return
  const names = lacks.map((name) => `\`--${name}\``).join(' and ')
  throw new UserError('usage/missing-option', `a request needs ${names} too`, 'see `denytrace evaluate --help`')
}

const nothingToHold = (hasRequest: boolean): UserError =>
  new UserError(
    'usage/missing-option',
    hasRequest ? 'there are no policies to hold the request against' : 'there is neither a scenario nor a request',
    'give a scenario, or `--snapshot DIR` or policies as files with `--principal`, `--action` and `--resource`',
  )

/** The scenario comes as operand, as option, or, where neither it nor a request is given, on standard input. */
function subjectOptions({ values, files, given }: Args, hasRequest: boolean, stdinIsTerminal: boolean) {
  const [file] = files
  const { snapshot, scenario } = values
  if (file !== undefined && given.has('scenario'))
    throw new UserError(
      'usage/conflicting-options',
      `both \`${file}\` and \`--scenario\` are given`,
      'give one scenario',
    )
  if (file !== undefined) return { snapshot, scenario: file, commandLineOptions: new Set([...given, 'scenario']) }
  if (scenario !== undefined || hasRequest || given.has('snapshot') || stdinIsTerminal)
    return { snapshot, scenario, commandLineOptions: given }
  return { snapshot, scenario: '-', commandLineOptions: new Set([...given, 'scenario']) }
}

function mergeRequest(request: Request | undefined, asked: Partial<Request>): Request {
  const context = asked.context === undefined ? request?.context : { ...request?.context, ...asked.context }
  return { ...request, ...asked, ...(context === undefined ? {} : { context }) } as Request
}

function requestOptions({ values }: Args): Partial<Request> {
  const { principal, action, resource } = values
  const account = values['resource-account']
  if (account !== undefined) checkAccount(account)
  if (action !== undefined) checkActionForm(action)
  if (principal !== undefined) checkCaller(principal)
  for (const one of resource) if (one !== '*') checkArn(one)
  const context = contextOf(values.context)
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(resource.length === 0 ? {} : { resource: resource.length === 1 ? (resource[0] ?? '*') : resource }),
    ...(account === undefined ? {} : { resourceAccount: account }),
    ...(context === undefined ? {} : { context }),
  }
}
