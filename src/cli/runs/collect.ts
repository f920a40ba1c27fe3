import { collectSnapshot, neededPolicy, servicesToCollect } from '#app/collect.ts'
import { toJson } from '#report/json.ts'
import { collectedText } from '#report/text-collected.ts'
import { UserError } from '../../errors.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { COLLECT_OPTIONS } from '../collect-options.ts'
import { isAccountId } from '#iam/arn.ts'
import { nearest } from '../nearest.ts'
import { startProgress } from '../progress.ts'
import { packageVersion } from '../version.ts'

type Args = Arguments<typeof COLLECT_OPTIONS>

export async function runCollect({ values }: Args, io: Io): Promise<number> {
  const services = listOf(values.services)
  if (services !== undefined) await checkServices(services)
  if (values['print-policy']) return printPolicy(values, services, io)
  const accounts = accountsOf(values)
  const out = values.out ?? 'snapshot'
  const progress = startProgress(io, 'collect')
  const regions = listOf(values.regions)
  const collected = await collectSnapshot(
    {
      out,
      resume: values.resume,
      concurrency: concurrencyOf(values.concurrency),
      tool: `denytrace ${packageVersion()}`,
      ...awsSettings({ ...values, region: values.region ?? regions?.[0] }),
      ...given('role', values.role),
      ...given('externalId', values['external-id']),
      ...given('accounts', accounts),
      ...given('regions', regions),
      ...given('services', services),
    },
    ({ done, total, task }) => progress.tell(done, total, task),
  ).finally(progress.end)
  const result = { schemaVersion: 1, snapshot: out, ...collected }
  io.out(values.format === 'json' ? toJson(result) : collectedText(out, collected, io.page))
  return EXIT.ok
}

async function printPolicy(values: Args['values'], services: readonly string[] | undefined, io: Io): Promise<number> {
  const { policy, parts, tooLarge } = await neededPolicy(services, values.role)
  const wanted = values['policy-part']
  if (wanted === undefined) {
    io.out(toJson(policy))
    if (tooLarge !== undefined) io.err(`note: ${tooLarge}\n`)
    return EXIT.ok
  }
  const found = /^[1-9]\d?$/.test(wanted) ? parts[Number(wanted) - 1] : undefined
  if (found === undefined)
    throw new UserError('usage/not-a-value', `there is no part \`${wanted}\``, `the policy has ${parts.length} of them`)
  io.out(toJson(found))
  return EXIT.ok
}

function given<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V }
}

/** Values given several times, or with commas, as the AWS CLI's users write them. */
function listOf(values: readonly string[]): readonly string[] | undefined {
  const all = values.flatMap((value) => value.split(',')).map((value) => value.trim())
  const found = all.filter((value) => value !== '')
  return found.length === 0 ? undefined : found
}

function accountsOf({ accounts, role }: Args['values']): 'all' | readonly string[] | undefined {
  const listed = listOf(accounts)
  if (listed === undefined) return undefined
  if (listed.length === 1 && listed[0] === 'all') {
    if (role !== undefined) return 'all'
    throw new UserError('usage/missing-option', '`--accounts all` needs a role to assume', 'add `--role NAME`')
  }
  const wrong = listed.find((id) => !isAccountId(id))
  if (wrong === undefined) return listed
  throw new UserError(
    'usage/not-a-value',
    `\`${wrong}\` is no account id`,
    'account ids have 12 digits; or write `all`',
  )
}

async function checkServices(services: readonly string[]): Promise<void> {
  const known = await servicesToCollect()
  const wrong = services.find((service) => !known.includes(service))
  if (wrong === undefined) return
  const near = nearest(wrong, known)
  const hint = near === undefined ? `one of ${known.join(', ')}` : `did you mean \`${near}\`?`
  throw new UserError('usage/not-a-value', `collect reads no service \`${wrong}\``, hint)
}

function concurrencyOf(text: string | undefined): number {
  const value = Number(text ?? 20)
  if (Number.isInteger(value) && value > 0 && value <= 500) return value
  throw new UserError('usage/not-a-value', `\`${text}\` is no number of calls`, 'give a whole number from 1 to 500')
}
