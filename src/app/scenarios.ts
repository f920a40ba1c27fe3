import { loadScenario, parseScenario } from '#collect/scenario-file.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import {
  isCaller,
  isScenario,
  requestProblems,
  scenarioProblems,
  withoutEmptyLayers,
} from '#snapshot/scenario-shape.ts'
import { withPolicyNames } from '#snapshot/policy-names.ts'
import { UserError } from '../errors.ts'
import { readInput, type Stdin } from './files.ts'

/** A scenario from a file, or from standard input. */
export async function readScenario(path: string, stdin: Stdin): Promise<Scenario> {
  if (path !== '-') return loadScenario(path)
  const { text } = await readInput(
    path,
    stdin,
    'give a scenario, which has `request` and `policies`: see docs/snapshot.md',
  )
  return parseScenario(text, 'standard input')
}

/** A scenario that is a value already: a batch line's, or a caller's of the library. */
export function scenarioOfValue(value: unknown): Scenario {
  if (isScenario(value)) return withPolicyNames(withoutEmptyLayers(value))
  throw wrongForm('scenario/not-a-scenario', 'the scenario', scenarioProblems(value)[0]?.message)
}

/** A scenario that must say what is asked; for `diagnose` the denial says it. */
export function withRequest(scenario: Scenario): Scenario {
  const request: Partial<Request> | undefined = scenario.request
  const lacks = ['principal', 'action', 'resource'].filter((name) => request?.[name as keyof Request] === undefined)
  if (lacks.length === 0) return scenario
  throw new UserError(
    'request/wrong-form',
    `the request has no ${lacks.map((name) => `\`${name}\``).join(', ')}`,
    'a request names `principal`, `action` and `resource`',
  )
}

/** Checks the caller that an option names; throws a `UserError` where it is none. */
export function checkCaller(text: string): void {
  if (isCaller(text)) return
  throw new UserError(
    'usage/not-a-value',
    `\`--principal\` cannot be \`${text}\``,
    'give the ARN of a user, a role, a session or a root user, a service, or `anonymous`',
  )
}

export function requestOfValue(value: unknown): Request {
  const [problem] = requestProblems(value)
  if (problem !== undefined) throw wrongForm('request/wrong-form', 'the request', problem.message)
  return withRequest({ request: value as Request }).request
}

function wrongForm(
  code: 'scenario/not-a-scenario' | 'request/wrong-form',
  what: string,
  why = 'it has the wrong form',
) {
  if (why.includes('account id'))
    return new UserError(
      'scenario/account-id-without-quotes',
      why,
      'write account ids in quotes, leading zeros included: `"012345678901"`',
    )
  return new UserError(code, `${what} has the wrong form: ${why}`, 'see docs/snapshot.md for its fields')
}

/** Session policies given by file. Text that is no JSON is judged as an unreadable policy, not refused here. */
export async function readSessionPolicies(paths: readonly string[], stdin: Stdin): Promise<readonly Policy[]> {
  const policies: Policy[] = []
  for (const path of paths) {
    const { text } = await readInput(path, stdin, 'give the policy document that the session was made with')
    policies.push(await sessionPolicyIn(text, path))
  }
  return policies
}

/** The session policy that a file holds, cited by its lines. */
export const sessionPolicyIn = async (text: string, file: string): Promise<Policy> => ({
  name: 'session policy',
  document: text,
  file,
  ...(await parseSession(text, file)),
})

/** The reader of scenario files finds the line of each statement and keys that stand twice; a policy passes through it. */
async function parseSession(text: string, file: string): Promise<Partial<Policy>> {
  try {
    // On the policy's own first line, so that the lines are those of the file.
    const wrapped = `{"policies":{"sessionPolicies":[{"name":"session policy","document":${text}}]}}`
    const { policies } = await parseScenario(wrapped, file.endsWith('.json') ? file : `${file}.json`)
    return { ...policies?.sessionPolicies?.[0], file }
  } catch (error) {
    if (error instanceof UserError) return {}
    throw error
  }
}
