import { parseArn } from '#iam/arn.ts'
import { shellWord } from './shell-word.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Commands that add the statements that are new to a function's policy, one for each: Lambda takes no whole policy. Undefined
 * where one was changed or goes, or says more than the command can.
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function addPermissions(before: unknown, after: unknown): string | undefined {
  const [old, next] = [before, after].map(statementsOf)
  if (old === undefined || next === undefined) return undefined
  const texts = new Set(old.map((one) => JSON.stringify(one)))
  const added = next.filter((one) => !texts.has(JSON.stringify(one)))
  if (added.length !== next.length - old.length) return undefined
  const commands = added.map(addPermission)
  return commands.length === 0 || commands.includes(undefined) ? undefined : commands.join('\n')
}

function addPermission(statement: Json): string | undefined {
  const { Sid: sid, Effect: effect, Action: action, Resource: resource, Principal: principal } = statement
  const who = principalOf(principal)
  const options = conditionOptions(statement['Condition'] ?? {})
  if (effect !== 'Allow' || typeof action !== 'string' || typeof resource !== 'string') return undefined
  if (typeof sid !== 'string' || who === undefined || options === undefined) return undefined
  const arn = parseArn(resource)
  const [type, name = '', qualifier] = arn?.resource.split(':') ?? []
  if (arn === undefined || type !== 'function' || name.includes('*') || qualifier?.includes('*') === true)
    return undefined
  const words = [
    ['--function-name', `arn:${arn.partition}:lambda:${arn.region}:${arn.account}:function:${name}`],
    ...(qualifier === undefined ? [] : [['--qualifier', qualifier]]),
    ['--statement-id', sid],
    ['--action', action],
    ['--principal', who],
    ...options,
    ['--region', arn.region],
  ]
  return `aws lambda add-permission ${words.map(([option = '', word = '']) => `${option} ${shellWord(word)}`).join(' \\\n  ')}`
}

/** One account, role or service. */
function principalOf(principal: unknown): string | undefined {
  if (typeof principal !== 'object' || principal === null) return undefined
  const [only, ...more] = Object.entries(principal)
  if (only === undefined || more.length > 0 || (only[0] !== 'AWS' && only[0] !== 'Service')) return undefined
  return typeof only[1] === 'string' && only[1] !== '*' ? only[1] : undefined
}

/** What the command writes as conditions: `--source-arn` as ArnLike, `--source-account` as StringEquals. */
function conditionOptions(condition: unknown): readonly (readonly string[])[] | undefined {
  const options: string[][] = []
  for (const [operator, keys] of Object.entries(condition as Json))
    for (const [key, value] of Object.entries(keys as Json)) {
      const option = OPTIONS.get(`${operator} ${key.toLowerCase()}`)
      if (option === undefined || typeof value !== 'string') return undefined
      options.push([option, value])
    }
  return options
}

const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['ArnLike aws:sourcearn', '--source-arn'],
  ['ArnEquals aws:sourcearn', '--source-arn'],
  ['StringEquals aws:sourceaccount', '--source-account'],
])

function statementsOf(document: unknown): readonly Json[] | undefined {
  if (document === null || document === undefined) return []
  const listed = (document as Json)['Statement']
  return Array.isArray(listed) ? (listed as readonly Json[]) : undefined
}
