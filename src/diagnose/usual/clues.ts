import { parseArn } from '#iam/arn.ts'
import type { Denial } from '#intake/denial.ts'
import { awsOption, noAwsValue } from '#quote/shell.ts'

/** Clues from the words of a denial, for the commands that look further. What they do not say is undefined. */
export interface Clues {
  readonly denial: Denial
  /** IAM's spelling; undefined: the message names none, or one of several. */
  readonly action: string | undefined
  /** All that it may be. */
  readonly actions: readonly string[]
  /** Prefix of the service of the action, or of what was called. */
  readonly service: string | undefined
  readonly resource: string | undefined
  readonly bucket: string | undefined
  readonly key: string | undefined
  readonly role: string | undefined
  readonly user: string | undefined
  /** The resource of the request behind the call, where that was refused (R-MSG-33). */
  readonly behind: string | undefined
}

/** The clues of a denial, of the request that was evaluated where the denial leaves that open. */
export function cluesOf(
  denial: Denial,
  action: string | null = denial.action,
  resource: string | null = denial.resource,
  behind?: string,
): Clues {
  const onlyAction = action ?? (denial.candidates.length === 1 ? (denial.candidates[0]?.action ?? null) : null)
  const place = s3Place(resource) ?? s3Place(behind ?? null)
  const caller = callerName(denial)
  return {
    denial,
    action: onlyAction ?? undefined,
    actions: onlyAction === null ? [...new Set(denial.candidates.map((each) => each.action))] : [onlyAction],
    service: serviceOf(denial, onlyAction),
    resource: resource ?? undefined,
    bucket: place?.bucket,
    key: place?.key,
    role: caller?.kind === 'role' ? caller.name : undefined,
    user: caller?.kind === 'user' ? caller.name : undefined,
    behind,
  }
}

function serviceOf({ eventSource, candidates, evidence }: Denial, action: string | null): string | undefined {
  const named = action ?? candidates[0]?.action
  const ofQueue = evidence.reader === 'queue-url-denied' ? 'sqs' : undefined
  return named?.split(':')[0]?.toLowerCase() ?? eventSource?.split('.')[0] ?? ofQueue
}

function s3Place(resource: string | null): { readonly bucket: string; readonly key?: string } | undefined {
  const path = resource === null ? undefined : /^arn:[\w-]{1,20}:s3:::(.{1,1200})$/.exec(resource)?.[1]
  if (path === undefined) return undefined
  const slash = path.indexOf('/')
  return slash < 0 ? { bucket: path } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) }
}

function callerName({ principal }: Denial): { readonly kind: 'role' | 'user'; readonly name: string } | undefined {
  const [kind = '', ...path] = principal === null ? [] : principal.split(':').slice(5).join(':').split('/')
  const name = kind === 'assumed-role' ? path[0] : path.at(-1)
  if (name === undefined || name === '' || noAwsValue(name) !== undefined) return undefined
  if (kind === 'assumed-role' || kind === 'role') return { kind: 'role', name }
  return kind === 'user' ? { kind: 'user', name } : undefined
}

/** `--name VALUE` for a command of the AWS CLI; in capitals what the message does not say, and what no option can hold. */
export const option = (name: string, value: string | undefined, unknown: string): string =>
  value === undefined || noAwsValue(value) !== undefined ? `${name} ${unknown}` : awsOption(name, value)

/** The command in the Region of the denial. */
export const inRegion = (command: string, { denial: { region } }: Clues): string =>
  region === null || noAwsValue(region) !== undefined ? command : `${command} ${awsOption('--region', region)}`

/** The last part of a resource of an ARN: the name of a queue, table, function, repository. */
export function nameIn(resource: string | undefined): string | undefined {
  const path = parseArn(resource ?? '')?.resource
  return path?.split(/[/:]/).at(-1)
}

/** The resource in words: a bucket's object, the resource by its ARN, or what is not named. */
export const resourceWords = ({ resource }: Clues): string => resource ?? 'what it was asked on'
