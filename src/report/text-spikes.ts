import { shellWord } from '#quote/shell.ts'
import type { BackTest } from '#alert/back-test.ts'
import type { Control } from '#alert/settings.ts'
import type { Severity, Spike } from '#alert/spike.ts'
import { layerName } from '#iam/layers.ts'
import { block, type Page, paint, type Paint } from './page.ts'
import { safeLine } from '#quote/terminal.ts'
import { join } from './text-decision.ts'

/** Page of `spikes`; docs/json.md, "Spikes". */
export interface SpikesPage {
  readonly spikes: readonly Spike[]
  readonly history: {
    readonly from: string
    readonly to: string
    readonly days: number
    /** Nothing before this hour is judged. */
    readonly judgedFrom: string
    readonly series: number
    readonly denials: number
  } | null
  readonly control: Control
  readonly expectedFalseAlarmsPerWeek: number
  /** Denials that were not judged, by why. */
  readonly leftOut: Readonly<Partial<Record<string, number>>>
}

/** Each alert with its cause, newest last, then what was judged and how often chance alone would alarm. */
export function spikesText(report: SpikesPage, page: Page): string {
  const { spikes, history } = report
  if (history === null) return join([['The store holds no denial yet.']])
  const plain = spikes.filter(isPlain)
  const hidden = new Set(plain.slice(0, Math.max(0, plain.length - SHOWN)))
  const more =
    hidden.size === 0
      ? []
      : block(
          page,
          '',
          0,
          `${hidden.size} older tuples that were seen for the first time: \`--format json\` lists them.`,
        )
  return join([
    ...spikes.filter((spike) => !hidden.has(spike)).map((spike) => spikeLines(spike, page)),
    more,
    footLines(report, history, page),
  ])
}

/** More of these than a person reads: the newest are shown. */
const SHOWN = 20

const isPlain = ({ kind, severity }: Spike): boolean => kind === 'first-seen' && severity === 'low'

/** The text of one alert. */
export const spikeText = (spike: Spike, page: Page): string => join([spikeLines(spike, page)])

const COLORS: Readonly<Record<Severity, Paint>> = { high: 'red', medium: 'yellow', low: 'dim' }

const KINDS = { spike: 'spike', 'first-seen': 'first seen', shift: 'slow shift' } as const

function spikeLines(spike: Spike, page: Page): readonly string[] {
  const { severity, kind, from, to, family, key, fanOut, affected, examples, state, id } = spike
  const title = `${KINDS[kind]}, ${severity}${state === 'open' ? '' : `, ${state}`}`
  const what = `${from} to ${to}  ${countText(spike)}`
  const spread =
    fanOut > 1
      ? [
          `${fanOut} principals, ${many(affected.actions, 'action')}, ${affected.resourceFamilies === 1 ? '1 resource family' : `${affected.resourceFamilies} resource families`}`,
        ]
      : []
  return [
    `${paint(page, COLORS[severity], title)}  ${safeLine(what)}`,
    ...block(page, '  ', 4, `${family === 'tuple' ? '' : `${family} `}${key}`),
    ...spread.flatMap((text) => block(page, '  ', 4, text)),
    ...block(page, '  ', 4, causeText(spike)),
    ...(spike.allowedBefore === true
      ? block(page, '  ', 4, 'It was allowed before: something that worked has stopped.')
      : []),
    ...block(
      page,
      '  ',
      4,
      `${id}${examples[0] === undefined ? '' : `; denytrace denials show ${shellWord(examples[0])}`}`,
    ),
  ]
}

const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

function countText({ count, expected, p, kind }: Spike): string {
  const denials = `${count} ${count === 1 ? 'denial' : 'denials'}`
  if (kind === 'first-seen') return denials
  return `${denials}, ${short(expected)} expected${p === null ? '' : `, p ${short(p)}`}`
}

/** Two digits, and a power where that is shorter. */
const short = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(2))))

/** Sentence of a spike's cause: which layer refuses by what, and what changed before. */
export function causeText({ cause }: Spike): string {
  const { layer, denyType, policyArn, statement, change, layers = [] } = cause
  const which =
    layer === null
      ? 'the layer is not named'
      : `${denyType === null ? '' : `${denyType} deny of the `}${layerName(layer)}`
  const policy = policyArn === null ? '' : ` ${policyArn}`
  const by = statement === null ? '' : `, statement ${statement}`
  const others = layers.filter((other) => other !== layer).map(layerName)
  const too = others.length === 0 ? '' : `; the ${others.join(' and the ')} refused the same`
  const after =
    change === null
      ? ''
      : `; ${change.time}: ${change.action}${change.target === null ? '' : ` of ${change.target}`}${change.by === null ? '' : ` by ${change.by}`}`
  return `cause: ${which}${policy}${by}${too}${after}`
}

function footLines(
  { spikes, control, expectedFalseAlarmsPerWeek, leftOut }: SpikesPage,
  history: NonNullable<SpikesPage['history']>,
  page: Page,
): readonly string[] {
  const left = Object.entries(leftOut).map(([why, count]) => `${count} ${why}`)
  const short = history.judgedFrom >= history.to ? ' The history is too short to judge anything yet.' : ''
  return [
    ...block(
      page,
      '',
      0,
      `${spikes.length} ${spikes.length === 1 ? 'alert' : 'alerts'} in ${history.denials} denials of ${history.days} days, ${history.series} series; judged from ${history.judgedFrom}.${short}`,
    ),
    ...block(
      page,
      '',
      0,
      `${controlText(control)}: ${rate(expectedFalseAlarmsPerWeek)} false alarms a week expected by chance.`,
    ),
    ...(left.length === 0 ? [] : block(page, '', 0, `Not judged: ${left.join(', ')}.`)),
  ]
}

const controlText = (control: Control): string =>
  control.kind === 'fixed' ? `p < ${control.p}` : `false discovery rate ${control.q} of each hour`

const rate = (value: number): string => (value < 0.01 ? 'fewer than 0.01' : String(Number(value.toPrecision(2))))

/** The table of weeks, then what would be found. */
export function backTestText(
  { history, control, series, expectedPerWeek, observedPerWeek, alertsPerWeek, weeks, found }: BackTest,
  page: Page,
): string {
  return join([
    block(
      page,
      '',
      0,
      `${history.from} to ${history.to}, ${Math.round(history.days)} days, ${series} series, ${controlText(control)}`,
    ),
    [
      'week from             expected  observed  alerts  first seen',
      ...weeks.map(
        (week) =>
          `${week.from}  ${cell(rateShort(week.expected), 8)}  ${cell(String(week.observed), 8)}  ${cell(String(week.alerts), 6)}  ${cell(String(week.firstSeen), 10)}`,
      ),
      `a week on average     ${cell(rateShort(expectedPerWeek), 8)}  ${cell(rateShort(observedPerWeek), 8)}  ${cell(rateShort(alertsPerWeek), 6)}`,
    ],
    block(
      page,
      '',
      0,
      'Expected: alarms of single series and hours by chance alone. Observed: those there were, incidents among them; in a week in which nothing happened all are false. Alerts: the observed ones by cause.',
    ),
    [
      'found of so many more denials in an hour:',
      ...found.map(({ added, share }) => `  +${String(added).padEnd(3)} ${cell(`${Math.round(share * 100)} %`, 6)}`),
    ],
  ])
}

const cell = (text: string, width: number): string => text.padStart(width)

const rateShort = (value: number): string =>
  value > 0 && value < 0.01 ? '< 0.01' : String(Number(value.toPrecision(2)))
