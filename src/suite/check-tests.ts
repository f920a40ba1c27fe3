import { isAccountId, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { actionsOf, canonicalAction } from '#iam/facts/actions.ts'
import { allServices, isService } from '#iam/facts/services.ts'
import { nearestOf } from '#iam/nearest-name.ts'
import { nameOf, type Path } from '#schemas/form-problems.ts'
import type { AccessTest, AccessTests, Entry, TestProblem } from './access-tests.ts'
import { casesPerTest } from './cases.ts'

/** Each is judged with its whole trace; a matrix that is larger than this was not meant. */
export const MAX_CASES = 200_000

/** Problems of what the form allows and nobody can have meant; a deny of a misspelt action would pass for ever. */
export function contentProblems(tests: AccessTests, value: unknown): readonly TestProblem[] {
  const cases = tests.tests.reduce((sum, test) => sum + casesPerTest(test), 0)
  return [
    ...subjectProblems(tests),
    ...(tests.tests.length === 0 ? [noTests()] : []),
    ...(cases > MAX_CASES ? [tooMany(cases)] : []),
    ...tests.tests.flatMap(testProblems),
    ...accountNumbers(value, [], 0),
  ]
}

const noTests = (): TestProblem => ({
  kind: 'no-tests',
  path: ['tests'],
  message: 'there is no test in it',
  hint: 'write one: docs/access-tests.md shows the form; `--from-denial` writes those of a denial',
})

const tooMany = (cases: number): TestProblem => ({
  kind: 'too-many',
  path: ['tests'],
  message: `principals, actions, resources and contexts make ${cases} cases, more than ${MAX_CASES}`,
  hint: 'split the file, or shorten its lists',
})

function subjectProblems({ subject }: AccessTests): TestProblem[] {
  const others = (['snapshot', 'terraform', 'cloudformation'] as const).filter((name) => subject[name] !== undefined)
  const [other] = others
  if (subject.scenario === undefined || other === undefined) return []
  const message = `both \`scenario\` and \`${other}\` are given`
  const hint = 'a scenario holds its own policies: keep one of the two'
  return [{ kind: 'wrong-form', path: ['scenario'], message, hint }]
}

const notAnAccount = (account: string, path: Path): TestProblem => ({
  kind: 'account-id',
  path,
  message: `\`${account}\` is no account id`,
  hint: 'an account id has twelve digits, leading zeros included',
})

function testProblems(test: AccessTest): readonly TestProblem[] {
  const entries = [...test.allow, ...test.deny]
  const expectsNothing: TestProblem[] =
    entries.length > 0
      ? []
      : [
          {
            kind: 'wrong-form',
            path: test.path,
            message: `the test \`${test.name}\` expects nothing`,
            hint: 'list under `allow` or `deny` what it expects',
          },
        ]
  return [
    ...expectsNothing,
    ...test.principals.flatMap((principal) => principalProblem(principal, test)),
    ...entries.flatMap(entryProblems),
  ]
}

function principalProblem(principal: string, test: AccessTest): TestProblem[] {
  const path = [...test.path, 'principal']
  const { kind, account } = readCaller({ principal, action: '', resource: '*' })
  const hasStar = principal.includes('*') && principal !== '*'
  if (kind === 'unknown' || hasStar)
    return [
      {
        kind: 'wrong-form',
        path,
        message: `\`${principal}\` ${hasStar ? 'stands for several principals' : 'is no principal'}`,
        hint: 'give an ARN such as arn:aws:iam::111122223333:role/deploy, a service such as s3.amazonaws.com, or a list of them',
      },
    ]
  return account !== undefined && !isAccountId(account) ? [notAnAccount(account, path)] : []
}

const entryProblems = (entry: Entry): readonly TestProblem[] => [
  ...entry.actions.flatMap((action) => actionProblem(action, [...entry.path, 'action'])),
  ...entry.resources.flatMap((resource) => resourceProblem(resource, [...entry.path, 'resource'])),
]

function actionProblem(action: string, path: Path): TestProblem[] {
  if (canonicalAction(action) !== undefined) return []
  const colon = action.indexOf(':')
  const service = action.slice(0, Math.max(0, colon)).toLowerCase()
  const problem = (message: string, hint: string): TestProblem[] => [{ kind: 'wrong-form', path, message, hint }]
  if (action.includes('*') || action.includes('?'))
    return problem(`\`${action}\` stands for several actions`, 'list the actions one by one: each is tried')
  if (colon <= 0) return problem(`\`${action}\` is no action`, 'an action is SERVICE:Name, such as s3:GetObject')
  if (!isService(service)) {
    const near = nearestOf(service, allServices())
    return problem(
      `there is no service \`${service}\` in \`${action}\``,
      near === null ? 'an action is SERVICE:Name, such as s3:GetObject' : `did you mean \`${near}\`?`,
    )
  }
  const near = nearestOf(action.slice(colon + 1), actionsOf(service))
  return problem(
    `\`${action}\` is no action we know`,
    near === null
      ? `see the actions of ${service} in AWS's Service Authorization Reference`
      : `did you mean \`${service}:${near}\`?`,
  )
}

function resourceProblem(resource: string, path: Path): TestProblem[] {
  if (resource === '*') return []
  const arn = parseArn(resource)
  const problem = (message: string, hint: string): TestProblem[] => [{ kind: 'wrong-form', path, message, hint }]
  if (arn === undefined)
    return problem(`\`${resource}\` is no ARN`, 'give a whole ARN, such as arn:aws:s3:::bucket/key, or `*`')
  // ARNs of log groups end in `:*`, which is part of them.
  const text = arn.service === 'logs' && resource.endsWith(':*') ? resource.slice(0, -2) : resource
  return text.includes('*') || text.includes('?')
    ? problem(`\`${resource}\` stands for many resources`, 'name one of them: a test asks as a call does')
    : []
}

const MAX_DEPTH = 60

/** An account id among context values that came as a number; elsewhere the form says that already. */
function accountNumbers(value: unknown, path: Path, depth: number): TestProblem[] {
  if (typeof value === 'number' && Number.isInteger(value) && String(value).length === 12)
    return [
      {
        kind: 'account-id',
        path,
        message: `${nameOf(path)} is the number ${value}`,
        hint: 'write account ids in quotes, leading zeros included: `"012345678901"`',
      },
    ]
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || path.includes('policies')) return []
  if (Array.isArray(value)) return value.flatMap((one, i) => accountNumbers(one, [...path, i], depth + 1))
  return Object.entries(value).flatMap(([key, one]) => accountNumbers(one, [...path, key], depth + 1))
}
