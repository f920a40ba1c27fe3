import { UserError } from '../errors.ts'
import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import { AWS_OPTIONS } from './aws-options.ts'
import { BUDGET, COMMON, type Options } from './command.ts'
import { CROSS_CHECK } from './cross-check.ts'
import { AGAINST } from './against-option.ts'
import { DECODE } from './decode-options.ts'
import { LIVE_OPTIONS } from './live-options.ts'
import { RUNBOOK_OPTIONS } from './runbook-options.ts'
import { STORE } from './store-options.ts'
import { VERBOSE } from './verbose-option.ts'

/** Ask CloudTrail's event history instead of reading a file. */
export const LOOKUP_OPTIONS = {
  lookup: { value: 'ID', group: 'AWS', help: 'the CloudTrail event with this request or event id' },
  last: { value: 'N', group: 'AWS', help: 'the newest N CloudTrail events with an error' },
  hours: {
    value: 'N',
    group: 'AWS',
    isAdvanced: true,
    help: 'how many hours of CloudTrail to search (default: 24, at most 2160)',
  },
  ...AWS_OPTIONS,
} as const satisfies Options

export const DIAGNOSE_OPTIONS = {
  ...LIVE_OPTIONS,
  ...COMMON,
  ...FACTS,
  ...POLICIES_AT_HAND,
  ...VERBOSE,
  ...AGAINST,
  store: {
    ...STORE.store,
    isAdvanced: true,
    help: 'a store of denials: policy changes that `ingest --successes` stored are proposed to be reverted first, with who made them',
  },
  ...BUDGET,
  ...LOOKUP_OPTIONS,
  ...DECODE,
  ...CROSS_CHECK,
  ...RUNBOOK_OPTIONS,
} as const

interface LookupValues {
  readonly lookup: string | undefined
  readonly last: string | undefined
  readonly hours: string | undefined
}

/** Events to be looked up in CloudTrail: one by its id, or the `last` so many, of the hours back from now; undefined: nothing. */
export function lookupOf(
  { lookup, last, hours }: LookupValues,
  files: readonly string[],
): { readonly id?: string; readonly last?: number; readonly hours: number } | undefined {
  if (lookup === undefined && last === undefined) return undefined
  if (lookup !== undefined && last !== undefined)
    throw new UserError('usage/conflicting-options', 'both `--lookup` and `--last` are given', 'give one of the two')
  const [file] = files
  if (file !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      `both \`${file}\` and CloudTrail are to be read`,
      'give one of the two',
    )
  const back = hoursOf(hours)
  return lookup === undefined ? { last: whole('--last', last ?? '', 1000), hours: back } : { id: lookup, hours: back }
}

export const hoursOf = (hours: string | undefined): number => whole('--hours', hours ?? '24', 2160)

/** An option that is a whole number. */
function whole(option: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0 && value <= most) return value
  throw new UserError(
    'usage/not-a-value',
    `\`${option}\` cannot be \`${text}\``,
    `give a whole number from 1 to ${most}`,
  )
}
