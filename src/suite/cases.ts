import { formatArn, parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import type { Path } from '#schemas/form-problems.ts'
import type {
  AccessTest,
  AccessTests,
  Context,
  Entry,
  Expected,
  NamedContext,
  Origin,
  TestSession,
} from './access-tests.ts'
import type { PolicyLayer } from '#iam/layers.ts'

/** Request and the decision that is expected of it: a cell of a test's matrix. */
export interface AccessCase {
  readonly name: string
  /** Of the entry. */
  readonly path: Path
  readonly expected: Expected
  readonly request: Request
  readonly session: TestSession
  /** Names of the context sets that it was tried with. */
  readonly contexts: readonly string[]
  readonly by: readonly PolicyLayer[]
  readonly statement: string | undefined
  readonly chain: boolean
  readonly from: Origin | undefined
}

export const casesPerTest = ({ principals, contexts, allow, deny }: AccessTest): number =>
  [...allow, ...deny].reduce(
    (sum, entry) =>
      sum + principals.length * entry.actions.length * entry.resources.length * contexts.length * entry.contexts.length,
    0,
  )

/** Every case of every test, in order of the file: principals, then entries, actions, resources, contexts. */
export function* casesOf({ tests }: AccessTests): Generator<AccessCase> {
  for (const test of tests)
    for (const principal of test.principals) {
      for (const entry of test.allow) yield* casesOfEntry(test, principal, entry, 'allowed')
      for (const entry of test.deny) yield* casesOfEntry(test, principal, entry, 'denied')
    }
}

function* casesOfEntry(test: AccessTest, principal: string, entry: Entry, expected: Expected): Generator<AccessCase> {
  const complete = entry.contextComplete ?? test.contextComplete
  for (const action of entry.actions)
    for (const resource of entry.resources)
      for (const outer of test.contexts)
        for (const inner of entry.contexts) {
          const context = merged(outer, inner)
          const request: Request = {
            ...callerOf(principal, test.session),
            action,
            resource,
            ...(entry.resourceAccount === undefined ? {} : { resourceAccount: entry.resourceAccount }),
            ...(Object.keys(context).length === 0 ? {} : { context }),
            ...(complete === undefined ? {} : { contextComplete: complete }),
          }
          yield {
            name: test.name,
            path: entry.path,
            expected,
            request,
            session: test.session,
            contexts: [outer.name, inner.name].filter((name) => name !== undefined),
            by: entry.by,
            statement: entry.statement,
            chain: test.chain && expected === 'allowed',
            from: test.from,
          }
        }
}

/** What the entry says is nearer; condition keys are compared without case. */
function merged(outer: NamedContext, inner: NamedContext): Context {
  const said = new Set(Object.keys(inner.keys).map((key) => key.toLowerCase()))
  const kept = Object.entries(outer.keys).filter(([key]) => !said.has(key.toLowerCase()))
  return { ...Object.fromEntries(kept), ...inner.keys }
}

/** A role stands for a session of it; the session's ARN does not hold the role's path, so the role is said too (R-PRIN-03). */
function callerOf(principal: string, { name }: TestSession): Pick<Request, 'principal' | 'principalDetails'> {
  const arn = parseArn(principal)
  if (name === undefined || arn === undefined) return { principal }
  const [kind = '', ...rest] = arn.resource.split('/')
  if (arn.service === 'iam' && kind === 'role')
    return {
      principal: formatArn({ ...arn, service: 'sts', resource: `assumed-role/${rest.at(-1) ?? ''}/${name}` }),
      principalDetails: { roleArn: principal },
    }
  if (arn.service === 'sts' && kind === 'assumed-role')
    return { principal: formatArn({ ...arn, resource: `assumed-role/${rest[0] ?? ''}/${name}` }) }
  return { principal }
}
