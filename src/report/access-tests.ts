import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Fix } from '#prove/fix.ts'
import { readCaller } from '#iam/caller.ts'
import type { Request } from '#iam/request.ts'

/** What the tests are held against, as their file names it. */
export interface TestSubject {
  readonly snapshot?: string
  readonly scenario?: string
}

/**
 * Access tests for a fix, in the format of `denytrace test`: what it allows, and the neighbours that must stay denied.
 * YAML whose entries are written as JSON, which YAML reads.
 */
export function accessTests({ denial, steps }: Diagnosis, fix: Fix, subject: TestSubject): string {
  const allowed = fix.cures.flatMap((i) => steps[i]?.request ?? [])
  const [first] = allowed
  if (first === undefined) return ''
  const refused = fix.proof.neighbours.filter(
    ({ before, after, relation }) => before === 'denied' && after === 'denied' && !relation.startsWith('other-'),
  )
  const from = [
    ...(denial.requestId === null ? [] : [`requestId: ${text(denial.requestId)}`]),
    ...(denial.time === null ? [] : [`time: ${text(denial.time)}`]),
  ]
  return [
    ...Object.entries(subject).map(([name, path]) => `${name}: ${text(path ?? '')}`),
    'tests:',
    `  - name: ${text(nameOf(first, allowed))}`,
    `    principal: ${text(readCaller(first).roleArn ?? first.principal)}`,
    ...sessionOf(first),
    '    allow:',
    ...allowed.map(entry),
    ...(refused.length === 0 ? [] : ['    deny:', ...refused.map(({ request }) => entry(request))]),
    ...(from.length === 0 ? [] : [`    from: { ${from.join(', ')} }`]),
    '',
  ].join('\n')
}

const text = (value: string): string => JSON.stringify(value)

function nameOf(first: Request, all: readonly Request[]): string {
  const who = (readCaller(first).roleArn ?? first.principal).split('/').at(-1) ?? first.principal
  return `${who} may call ${all.map(({ action }) => action).join(' and ')} on ${[first.resource].flat().join(', ')}`
}

/** A role stands for a session of it; its name and tags are those of the denied one. */
function sessionOf(request: Request): readonly string[] {
  const caller = readCaller(request)
  if (caller.kind !== 'role-session') return []
  const session = {
    ...(caller.sessionName === undefined ? {} : { name: caller.sessionName }),
    ...(request.principalTags === undefined ? {} : { tags: request.principalTags }),
  }
  return Object.keys(session).length === 0 ? [] : [`    session: ${JSON.stringify(session)}`]
}

function entry({ action, resource, context }: Request): string {
  const kept = Object.entries(context ?? {}).filter(([key, value]) => isPlain(value) && !ofTheMoment(key))
  const shown = kept.length === 0 ? {} : { context: Object.fromEntries(kept) }
  return `      - ${JSON.stringify({ action, resource, ...shown })}`
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null || Array.isArray(value)

/** Other on every run, and of the session, not of the call. */
const ofTheMoment = (key: string): boolean =>
  ['aws:currenttime', 'aws:epochtime', 'aws:tokenissuetime', 'aws:useragent', 'aws:userid'].includes(key.toLowerCase())
