import { type LiveRead, neededForLive, readLive, saveLive } from '#app/live.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { shellWord } from '#quote/shell.ts'
import { toJson } from '#report/json.ts'
import { liveText } from '#report/text-live.ts'
import { UserError } from '../errors.ts'
import { type AwsValues, awsSettings } from './aws-options.ts'
import type { Io, Values } from './command.ts'
import type { LIVE_OPTIONS } from './live-options.ts'
import { packageVersion } from './version.ts'

type LiveValues = Values<typeof LIVE_OPTIONS> & AwsValues & { readonly snapshot?: string | undefined }
type Options = Omit<DiagnoseOptions, 'managedPolicies'>

/** Options that only bear on `--live`, and what cannot be read beside it. */
export function checkLive(values: LiveValues, given: ReadonlySet<string>): void {
  const [alone] = (['save', 'print-policy', 'role', 'role-account'] as const).filter((name) => given.has(name))
  if (!values.live && alone !== undefined)
    throw new UserError('usage/missing-option', `\`--${alone}\` says how AWS is read`, 'add `--live`')
  const [other] = ['snapshot', 'scenario', 'batch'].filter((name) => given.has(name))
  if (values.live && other !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      `both \`--live\` and \`--${other}\` are given`,
      'give one of the two: what is read live is what is in force now',
    )
}

/** The IAM policy that reading what bears on these denials needs. */
export async function printLivePolicy(evidence: Evidence, options: Options, io: Io): Promise<void> {
  io.out(toJson(await neededForLive(evidence, options)))
}

/** Reads what bears on the denials, says in a line what it read and with whose eyes, and keeps it where `--save` says. */
export async function liveSource(
  evidence: Evidence,
  values: LiveValues,
  options: Options,
  io: Io,
): Promise<PolicySource> {
  const settings = {
    ...awsSettings(values),
    ...(values.role === undefined ? {} : { role: values.role }),
    roleAccounts: accountsIn(values['role-account']),
  }
  const live: LiveRead = await readLive(evidence, settings, options, `denytrace ${packageVersion()}`)
  for (const line of liveText(live)) io.err(`denytrace: ${line}\n`)
  if (values.save !== undefined) {
    saveLive(values.save, live)
    io.err(`denytrace: kept in ${values.save}\n`)
  }
  return live.policySource
}

function accountsIn(ids: readonly string[]): readonly string[] {
  const wrong = ids.find((id) => !/^\d{12}$/.test(id))
  if (wrong === undefined) return ids
  throw new UserError(
    'usage/not-a-value',
    `\`--role-account\` cannot be \`${wrong}\``,
    'an account id has twelve digits; give the option once for each account',
  )
}

/** The options of a live read as they are to be typed again. */
export const liveWords = ({ profile, region, role, ...values }: LiveValues): readonly string[] => [
  '--live',
  ...(
    [
      ['profile', profile],
      ['region', region],
      ['endpoint-url', values['endpoint-url']],
      ['role', role],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, shellWord(value)])),
  ...values['role-account'].flatMap((id) => ['--role-account', shellWord(id)]),
]
