import { dirname, isAbsolute, join } from 'node:path'
import { loadSnapshot } from '#collect/folder.ts'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { loadScenario } from '#collect/scenario-file.ts'
import { evaluate } from '#engine/evaluate.ts'
import { evaluateChain } from '#engine/chain.ts'
import { withManagedPolicies } from '#engine/managed-policies.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Decision } from '#engine/decision.ts'
import { newCachingEvaluator } from '#engine/caching-evaluator.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { overlaid } from '#import/overlay.ts'
import { isObject } from '#snapshot/fields.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import { roleOf } from '#snapshot/principal.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import type { PlannedSource, TestSession, TestSubject } from '#suite/access-tests.ts'
import type { AccessCase } from '#suite/cases.ts'
import type { CaseOutcome, HeldCase } from '#suite/run.ts'
import type { ShownFix } from '#fix/proof/fix.ts'
import { UserError } from '../errors.ts'
import { evaluateWithoutLint } from './evaluate.ts'
import { readInput } from './files.ts'
import { importText } from './import.ts'
import { readSessionPolicies } from './scenarios.ts'
import { fixOfCase } from './test-fix.ts'

/** The loaded subject that cases are evaluated on. */
export interface LoadedSubject {
  readonly evaluate: (accessCase: AccessCase) => Promise<HeldCase>
  /** The smallest fix of a case that should be allowed. */
  readonly fixOf: (outcome: CaseOutcome) => ShownFix | undefined
  /** Folder in front of the files that statements are cited from. */
  readonly folder: string | undefined
  /** Files and folders that it was made from. */
  readonly sources: readonly string[]
  readonly problems: () => readonly string[]
}

/** Loads the subject of a file of tests; paths in the file are from the file's folder. */
export async function loadTestSubject(
  subject: TestSubject,
  base: string,
  readings: SomeReadings | undefined,
): Promise<LoadedSubject> {
  const policiesOf = sessionPolicies(base)
  if (subject.scenario !== undefined) {
    const path = from(base, subject.scenario)
    const scenario = withManagedPolicies(await loadScenario(path), managedPolicyByArn)
    return {
      evaluate: async (accessCase) =>
        evaluateAgainstScenario(scenario, accessCase, await policiesOf.read(accessCase.session), readings),
      fixOf: (outcome) =>
        fixOfCase(outcome, {
          policySource: { kind: 'scenario', scenario },
          readings,
          scenarioFor: (request) => scenarioFor(scenario, request, policiesOf.known(outcome.case.session)),
        }),
      folder: undefined,
      sources: [path],
      problems: () => [],
    }
  }
  const { snapshot, sources } = await snapshotOf(subject, base)
  // Cases come back to the same policies again and again: each is read and prepared once.
  const { evaluate: evaluateOnce } = newCachingEvaluator(readings)
  return {
    evaluate: async (accessCase) =>
      evaluateAgainstSnapshot(snapshot, accessCase, await policiesOf.read(accessCase.session), {
        readings,
        evaluateOnce,
      }),
    fixOf: (outcome) =>
      fixOfCase(outcome, {
        policySource: { kind: 'snapshot', snapshot },
        readings,
        scenarioFor: (request) => inForceFor(snapshot, request, policiesOf.known(outcome.case.session)),
      }),
    folder: subject.snapshot === undefined ? undefined : from(base, subject.snapshot),
    sources,
    problems: () => snapshot.problems.map(({ part, message }) => `${part}: ${message}`),
  }
}

/** A path of a file that is named in another one. */
const from = (base: string, path: string): string => (isAbsolute(path) ? path : join(base, path))

/** The folder that paths of a file of tests are from. */
export const baseOf = (file: string): string => dirname(file)

async function snapshotOf(
  { snapshot, terraform, cloudformation }: TestSubject,
  base: string,
): Promise<{ readonly snapshot: Snapshot; readonly sources: readonly string[] }> {
  const folder = snapshot === undefined ? undefined : from(base, snapshot)
  const below = folder === undefined ? undefined : await loadSnapshot(folder)
  let files = below?.files
  const sources = folder === undefined ? [] : [folder]
  for (const [kind, source] of [
    ['terraform', terraform],
    ['cloudformation', cloudformation],
  ] as const) {
    if (source === undefined) continue
    const path = from(base, source.file)
    sources.push(path)
    const { text } = await readInput(path, noStdin, 'give the plan or template that the tests are held against')
    const imported = await importText(kind, text, path, importOptions(source))
    files = files === undefined ? imported.files : overlaid(files, imported)
  }
  if (files === undefined)
    throw new UserError(
      'tests/no-subject',
      'nothing says what the tests are held against',
      'write `snapshot: DIR` into the file, or `terraform:`, `cloudformation:` or `scenario:`; or give `--snapshot DIR`',
    )
  return { snapshot: below !== undefined && files === below.files ? below : readSnapshot(files), sources }
}

const noStdin = async (): Promise<Uint8Array> => new Uint8Array()

const importOptions = ({ account, region, parameters, noOrganization, plainReferences }: PlannedSource) => ({
  ...(account === undefined ? {} : { account }),
  ...(region === undefined ? {} : { region }),
  ...(noOrganization === true ? { noOrganization } : {}),
  ...(plainReferences === true ? { plainReferences } : {}),
  parameters: new Map(Object.entries(parameters ?? {})),
})

interface SessionPolicies {
  readonly read: (session: TestSession) => Promise<readonly Policy[] | null>
  /** Policies of a session that was read before. */
  readonly known: (session: TestSession) => readonly Policy[] | null
}

/** Session policies by session, each read once. Left out: the session was made without any (ADR 0023). */
function sessionPolicies(base: string): SessionPolicies {
  const all = new Map<TestSession, readonly Policy[] | null>()
  const known = (session: TestSession): readonly Policy[] | null => all.get(session) ?? null
  const read = async (session: TestSession): Promise<readonly Policy[] | null> => {
    if (all.has(session)) return known(session)
    const policies: Policy[] = []
    for (const value of session.policies ?? []) policies.push(...(await policyOf(value, base)))
    all.set(session, policies.length === 0 ? null : policies)
    return known(session)
  }
  return { read, known }
}

async function policyOf(value: unknown, base: string): Promise<readonly Policy[]> {
  if (typeof value === 'string') {
    if (!value.startsWith('arn:')) return readSessionPolicies([from(base, value)], noStdin)
    return [{ name: value.slice(value.lastIndexOf('/') + 1), arn: value }]
  }
  const isPolicy = isObject(value) && !('Statement' in value) && ('document' in value || 'arn' in value)
  return [isPolicy ? ({ name: 'session policy', ...value } as Policy) : { name: 'session policy', document: value }]
}

/** The request with the session's tags laid over the role's (R-STS-07); where the role's are not known, the keys alone. */
function withTags(snapshot: Snapshot | undefined, { request, session }: AccessCase): Request {
  const { tags } = session
  if (tags === undefined) return request
  const own =
    snapshot === undefined ? undefined : roleOf(snapshot, request.principalDetails?.roleArn ?? request.principal)?.tags
  if (own !== undefined) return { ...request, principalTags: { ...own, ...tags } }
  const keys = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const)
  return { ...request, context: { ...Object.fromEntries(keys), ...request.context } }
}

interface Evaluator {
  readonly readings: SomeReadings | undefined
  readonly evaluateOnce: (scenario: Scenario) => Decision
}

function evaluateAgainstSnapshot(
  snapshot: Snapshot,
  accessCase: AccessCase,
  policies: readonly Policy[] | null,
  { readings, evaluateOnce }: Evaluator,
): HeldCase {
  const request = withTags(snapshot, accessCase)
  if (accessCase.chain) {
    const options = { chain: true, sessionPolicies: policies, ...(readings === undefined ? {} : { readings }) }
    return evaluateWithoutLint(snapshot, request, options)
  }
  const scenario = inForceFor(snapshot, request, policies)
  return { request: scenario.request, decision: evaluateOnce(scenario) }
}

/** A document is the same object each time, so that it is prepared once. */
const managed = memoizeText((arn) => ({ document: managedPolicyByArn(arn) }))
const managedOnce = (arn: string): unknown => managed(arn).document

function inForceFor(snapshot: Snapshot, request: Request, sessionPolicies: readonly Policy[] | null): Scenario {
  const scenario = scenarioOf(snapshot, request)
  return withManagedPolicies({ ...scenario, policies: { ...scenario.policies, sessionPolicies } }, managedOnce)
}

/** A scenario's request gives what the case does not say. */
function evaluateAgainstScenario(
  scenario: Scenario,
  accessCase: AccessCase,
  policies: readonly Policy[] | null,
  readings: SomeReadings | undefined,
): HeldCase {
  const caseRequest = withTags(undefined, accessCase)
  const { request: said } = scenario as Partial<Scenario>
  const { principal, principalDetails, principalTags, ...call } = said ?? {}
  const isSame = principal === caseRequest.principal
  const own = isSame ? { ...(principalDetails && { principalDetails }), ...(principalTags && { principalTags }) } : {}
  const request: Request = { ...call, ...own, ...caseRequest, context: { ...said?.context, ...caseRequest.context } }
  const ownScenario = scenarioFor(scenario, request, policies)
  return {
    request,
    decision: accessCase.chain ? evaluateChain(ownScenario, readings) : evaluate(ownScenario, readings),
  }
}

/** The session policies that the scenario holds stay where the test has none of its own. */
function scenarioFor(scenario: Scenario, request: Request, policies: readonly Policy[] | null): Scenario {
  const own = scenario.policies?.sessionPolicies
  const sessionPolicies = policies ?? own ?? null
  return withManagedPolicies(
    { ...scenario, request, policies: { ...scenario.policies, sessionPolicies } },
    managedPolicyByArn,
  )
}
