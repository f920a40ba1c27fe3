import { timeOption } from '#app/store/since.ts'
import { UserError } from '../errors.ts'
import { COMMON, type Options, type Values } from './command.ts'
import { STORE } from './store-options.ts'

/** How strict the detector is; for `spikes` and `watch`. */
export const DETECTOR = {
  p: {
    value: 'P',
    help: 'alarm where chance alone would give the count with less than this probability (default: 1e-5)',
  },
  fdr: { value: 'Q', help: 'instead: of the alarms of an hour, this share may be false (Benjamini and Hochberg)' },
  'warm-up': { value: 'HOURS', help: 'judge nothing in the first hours of the history (default: 24)' },
  severity: {
    value: 'LEVEL',
    choices: ['high', 'medium', 'low'],
    help: 'least severity: high, medium, low (default)',
  },
} as const satisfies Options

export const SPIKES_OPTIONS = {
  since: { value: 'TIME', help: 'only alerts from this time on: ISO 8601, a date, or how long ago (24h, 7d)' },
  until: { value: 'TIME', help: 'only alerts before this time' },
  family: {
    value: 'FAMILY',
    choices: ['principal', 'action', 'resource-family', 'tuple'],
    help: 'only alerts whose key is of this family: principal, action, resource-family, tuple',
  },
  ...DETECTOR,
  bands: {
    value: 'N',
    help: 'also the hourly counts of the N most severe alerts, with the expected counts (JSON only)',
  },
  noise: { help: 'also judge what is part of everyday life: probes of services, marked tuples, scanners' },
  changes: {
    value: 'FILE',
    many: true,
    help: 'CloudTrail files with changes of policies, for the cause; may be given several times',
  },
  ...STORE,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const

const isShare = (value: number): boolean => value > 0 && value < 1

/** As the detector takes it. */
export function settingsOf(values: Pick<Values<typeof DETECTOR>, 'p' | 'fdr' | 'warm-up'>) {
  const { p, fdr, 'warm-up': warmUp } = values
  if (p !== undefined && fdr !== undefined)
    throw new UserError('usage/conflicting-options', 'both `--p` and `--fdr` are given', 'give one of the two')
  const hours = numberOption('--warm-up', warmUp ?? '24', (value) => Number.isInteger(value) && value >= 0, 'hours')
  const control =
    fdr === undefined
      ? ({
          kind: 'fixed',
          p: numberOption('--p', p ?? '1e-5', isShare, 'a number between 0 and 1, such as 1e-5'),
        } as const)
      : ({ kind: 'fdr', q: numberOption('--fdr', fdr, isShare, 'a number between 0 and 1, such as 0.01') } as const)
  return { control, warmUpHours: hours }
}

function numberOption(option: string, text: string, isRight: (value: number) => boolean, what: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value) && isRight(value)) return value
  throw new UserError('usage/not-a-value', `\`${option}\` cannot be \`${text}\``, `give ${what}`)
}

/** Milliseconds; undefined where the option is not given. */
export const millisecondsOf = (option: string, text: string | undefined, now: number): number | undefined =>
  text === undefined ? undefined : Date.parse(timeOption(option, text, now))
