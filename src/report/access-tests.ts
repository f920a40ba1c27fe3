import { safeLine } from '#quote/terminal.ts'
import { yamlOfJson, yamlScalar } from '#quote/yaml.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { DraftedFix, Fix } from '#fix/proof/fix.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import type { Request } from '#iam/request.ts'

/** Subject that the tests are held against, a snapshot or a scenario, as their file names it. */
export interface TestSubject {
  readonly snapshot?: string
  readonly scenario?: string
}

/** A test to write: what one principal must be allowed, and what must stay denied to it. */
export interface WrittenTest {
  readonly name: string
  readonly allow: readonly Request[]
  readonly deny: readonly Request[]
  readonly denial: Diagnosis['denial']
  /** For whoever reads the file. */
  readonly comment?: string
}

/** Access tests for a fix, in the format of `denytrace test`: what it allows, and the neighbours that must stay denied. */
export function accessTests({ denial, steps }: Diagnosis, fix: Fix | DraftedFix, subject: TestSubject): string {
  const allow = fix.cures.flatMap((i) => steps[i]?.request ?? [])
  const [first] = allow
  if (first === undefined) return ''
  const deny = (fix.proof?.neighbours ?? [])
    .filter(
      ({ before, after, relation }) => before === 'denied' && after === 'denied' && !relation.startsWith('other-'),
    )
    .map(({ request }) => request)
  return accessTestsText([{ name: nameOfTest(first, allow), allow, deny, denial }], subject)
}

/** Files of access tests are YAML; their entries are written as JSON, which YAML reads. */
export const accessTestsText = (tests: readonly WrittenTest[], subject: TestSubject): string =>
  [
    ...Object.entries(subject).map(([name, path]) => `${name}: ${text(path ?? '')}`),
    'tests:',
    ...tests.flatMap(testLines),
    '',
  ].join('\n')

function testLines({ name, allow, deny, denial, comment }: WrittenTest): readonly string[] {
  const first = allow[0] ?? deny[0]
  if (first === undefined) return []
  const from = [
    ...(denial.requestId === null ? [] : [`requestId: ${text(denial.requestId)}`]),
    ...(denial.requestId !== null || denial.eventId === null ? [] : [`eventId: ${text(denial.eventId)}`]),
    ...(denial.time === null ? [] : [`time: ${text(denial.time)}`]),
  ]
  const shared = sharedContext([...allow, ...deny])
  const entry = (request: Request): string => entryLine(request, shared)
  return [
    ...(comment === undefined ? [] : [`  # ${safeLine(comment)}`]),
    `  - name: ${text(name)}`,
    `    principal: ${text(readCaller(first).roleArn ?? first.principal)}`,
    ...sessionOf(first),
    ...(shared.size === 0
      ? []
      : [
          '    context:',
          ...[...shared].map(([key, value]) => `      ${text(key)}: ${yamlOfJson(JSON.stringify(value))}`),
        ]),
    ...(allow.length === 0 ? [] : ['    allow:', ...allow.map(entry)]),
    ...(deny.length === 0 ? [] : ['    deny:', ...deny.map(entry)]),
    ...(from.length === 0 ? [] : [`    from: { ${from.join(', ')} }`]),
  ]
}

const text = (value: string): string => yamlScalar(value)

export const nameOfTest = (first: Request, all: readonly Request[]): string =>
  `${callerName(first)} may call ${[...new Set(all.map(({ action }) => action))].join(' and ')} on ${[first.resource].flat().join(', ')}`

export const callerName = (request: Request): string =>
  (readCaller(request).roleArn ?? request.principal).split('/').at(-1) ?? request.principal

/** A role stands for a session of it; its name and tags are those of the denied one. */
function sessionOf(request: Request): readonly string[] {
  const caller = readCaller(request)
  if (caller.kind !== 'role-session') return []
  const session = {
    ...(caller.sessionName === undefined ? {} : { name: caller.sessionName }),
    ...(request.principalTags === undefined ? {} : { tags: request.principalTags }),
  }
  return Object.keys(session).length === 0 ? [] : [`    session: ${yamlOfJson(JSON.stringify(session))}`]
}

/** Keys that all requests of a test carry with one value stand once, at the test. */
function sharedContext(requests: readonly Request[]): ReadonlyMap<string, unknown> {
  const [first, ...rest] = requests.map((request) => new Map(lastingContext(request)))
  const isShared = ([key, value]: readonly [string, unknown]): boolean =>
    rest.every((other) => other.has(key) && JSON.stringify(other.get(key)) === JSON.stringify(value))
  return new Map([...(first ?? [])].filter(isShared))
}

function entryLine(request: Request, shared: ReadonlyMap<string, unknown>): string {
  const { action, resource, resourceAccount, contextComplete } = request
  const own = lastingContext(request).filter(([key]) => !shared.has(key))
  const isSaid = [resource].flat().some((arn) => isAccountId(parseArn(arn ?? '')?.account ?? ''))
  const shown = {
    ...(resourceAccount === undefined || isSaid ? {} : { resourceAccount }),
    ...(own.length === 0 ? {} : { context: Object.fromEntries(own) }),
    ...(contextComplete === true ? { contextComplete } : {}),
  }
  return `      - ${yamlOfJson(JSON.stringify({ action, resource, ...shown }))}`
}

const lastingContext = ({ context }: Request): readonly (readonly [string, unknown])[] =>
  Object.entries(context ?? {}).filter(([key, value]) => isPlain(value) && !ofTheMoment(key))

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null || Array.isArray(value)

/** Other on every run, and of the session, not of the call. */
const ofTheMoment = (key: string): boolean =>
  ['aws:currenttime', 'aws:epochtime', 'aws:tokenissuetime', 'aws:useragent', 'aws:userid'].includes(key.toLowerCase())
