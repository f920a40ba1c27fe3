import { jsonText } from '#quote/json.ts'
import { setTimeout } from 'node:timers/promises'
import { writeText } from '#app/files.ts'
import { openSinks } from '#app/spikes/open-sinks.ts'
import { openWatch, type RoundAnswer, type Watch, type WatchOptions } from '#app/spikes/watch-rounds.ts'
import { withStore } from '#app/store/open-store.ts'
import { isLoopback } from '#http/guard.ts'
import { listenMetrics, type MetricsServer } from '#http/metrics-server.ts'
import { alertJsonLine } from '#report/alert-bodies.ts'
import { watchMetrics } from '#report/alert-metrics.ts'
import { toJson } from '#report/json.ts'
import { safeLine } from '#quote/terminal.ts'
import { spikeText } from '#report/text-spikes.ts'
import { isUserError, UserError } from '../../errors.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { millisecondsOf, settingsOf } from '../spikes-options.ts'
import { countOption } from '../store-options.ts'
import { tellFault } from '../tell.ts'
import { warn } from '../warn.ts'
import type { WATCH_OPTIONS } from '../watch-options.ts'

type Args = Arguments<typeof WATCH_OPTIONS>
type Values = Args['values']

const SEVERITIES: readonly string[] = ['high', 'medium', 'low']

const LONGEST_INTERVAL = 86_400

export async function runWatch({ values, files }: Args, io: Io): Promise<number> {
  if (files.length === 0)
    throw new UserError(
      'usage/missing-operand',
      '`watch` needs a path',
      'give CloudTrail files, folders of them, `s3://BUCKET/PREFIX` or the URL of an SQS queue',
    )
  if (values.once && values['metrics-port'] !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      '`--metrics-port` serves a watch that goes on, and `--once` ends after one round',
      'write the metrics with `--metrics-file FILE`, or leave out `--once`; `denytrace serve` tells those of every watch, too',
    )
  if (values.once && values.interval !== undefined)
    throw new UserError(
      'usage/conflicting-options',
      '`--interval` is the time between two rounds, and `--once` ends after one',
      'leave out one of the two',
    )
  const seconds = countOption('--interval', values.interval, LONGEST_INTERVAL, 60)
  const options = await optionsOf(values, files, io)
  return withStore(values.store, { env: io.env, create: true }, async (store) => {
    const watch = openWatch(store, options)
    if (values.once) {
      await oneRound(watch, values, io)
      return EXIT.ok
    }
    const server = await metricsOf(values, watch, io)
    try {
      return await forEver(watch, values, seconds, io)
    } finally {
      await server?.close()
    }
  })
}

const NO_ADDRESS = { host: '', hostname: '' }

/** An alert names roles, buckets and policies; on the way to another machine everybody could read it. */
function warnOfPlainText(specs: readonly string[], io: Io): void {
  for (const spec of specs) {
    const [, kind, address] = /^(\w{1,20})=(http:.*)$/is.exec(spec) ?? []
    // An address may hold a password: only its host is shown.
    const { host, hostname } = address !== undefined && URL.canParse(address) ? new URL(address) : NO_ADDRESS
    if (kind !== undefined && host !== '' && !isLoopback(hostname))
      warn(io, `\`${kind}\` on ${host} is told without encryption: give an https address`)
  }
}

async function optionsOf(values: Values, paths: readonly string[], io: Io): Promise<WatchOptions> {
  warnOfPlainText(values.sink, io)
  const now = Date.now()
  const severity = values.severity as 'high' | 'medium' | 'low' | undefined
  return {
    paths,
    settings: settingsOf(values),
    sinks: await openSinks(values.sink, { env: io.env, aws: awsSettings(values), write: io.out }),
    minSeverity: severity ?? 'medium',
    tellSince: millisecondsOf('--tell-since', values['tell-since'] ?? '24h', now) ?? now,
    successes: values.successes,
    snapshot: values.snapshot,
    stdin: io.stdin,
    mask: values.mask.length === 0 ? undefined : new Set(values.mask as readonly ('parameters' | 'names')[]),
    aws: awsSettings(values),
    isOnce: values.once,
  }
}

async function metricsOf(values: Values, watch: Watch, io: Io): Promise<MetricsServer | undefined> {
  const text = values['metrics-port']
  if (text === undefined) return undefined
  // 0 is a free port, so it is none that `countOption` takes.
  const port = text === '0' ? 0 : countOption('--metrics-port', text, 65_535, 0)
  const server = await listenMetrics(port, () => watchMetrics(watch.totals()))
  io.err(`metrics: ${server.url}\n`)
  return server
}

/**
 * Repeats rounds until somebody interrupts, or nobody reads standard output any more. Reports an error that the user can
 * fix and tries again in the next round. Returns the exit code.
 */
async function forEver(watch: Watch, values: Values, seconds: number, io: Io): Promise<number> {
  const over = new AbortController()
  void io.interrupted().then(() => over.abort())
  while (!over.signal.aborted) {
    await attempt(watch, io, () => oneRound(watch, values, io))
    for (let left = seconds; left > 0 && !over.signal.aborted; left -= DELIVER_SECONDS) {
      // Writes nothing: it asks whether anyone still reads.
      if (!io.out('')) return EXIT.readerGone
      await pause(Math.min(left, DELIVER_SECONDS), over.signal)
      if (left > DELIVER_SECONDS && !over.signal.aborted)
        await attempt(watch, io, async () => tellDeliveries(await watch.deliverDue(), io))
    }
  }
  return EXIT.interrupted
}

/** Between two rounds, alerts that wait are sent so often. */
const DELIVER_SECONDS = 30

/** What the user can fix is reported, and tried again later. */
async function attempt(watch: Watch, io: Io, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isUserError(error)) throw error
    watch.failed()
    tellFault(io, error)
  }
}

/** Ends early where somebody interrupts. */
const pause = (seconds: number, over: AbortSignal): Promise<void> =>
  setTimeout(seconds * 1000, undefined, { signal: over }).catch(() => undefined)

async function oneRound(watch: Watch, values: Values, io: Io): Promise<void> {
  const answer = await watch.round()
  for (const { path, reason } of answer.ingest.bad.slice(0, 5)) warn(io, `\`${path}\` was not read: ${reason}`)
  tellDeliveries(answer.deliveries, io)
  tell(answer, values, io)
  if (values['metrics-file'] !== undefined) writeText(values['metrics-file'], watchMetrics(watch.totals()))
}

function tellDeliveries(deliveries: RoundAnswer['deliveries'], io: Io): void {
  for (const { sink, outcome, why } of deliveries)
    if (outcome !== 'sent') warn(io, `${sink}: ${outcome}${why === undefined ? '' : `: ${why}`}`)
}

/** They write to standard output. */
const LINE_SINKS: ReadonlySet<string> = new Set(['stdout', 'emf'])

/** With a sink, alerts go there, and here stands only what was done. */
function tell(answer: RoundAnswer, values: Values, io: Io): void {
  const { ingest, alerts, deliveries } = answer
  // Beside lines of a sink the round is a line, too, so that all of it can be read line by line.
  if (values.once && values.format === 'json') {
    io.out(values.sink.some((spec) => LINE_SINKS.has(spec)) ? `${jsonText(answer)}\n` : toJson(answer))
    return
  }
  const grave = SEVERITIES.slice(0, SEVERITIES.indexOf(values.severity ?? 'medium') + 1)
  if (values.sink.length === 0)
    for (const spike of alerts.filter(({ severity }) => grave.includes(severity)))
      io.out(values.format === 'json' ? `${alertJsonLine(spike)}\n` : spikeText(spike, io.page))
  const sent = deliveries.filter(({ outcome }) => outcome === 'sent').length
  if (ingest.files > 0 || alerts.length > 0 || deliveries.length > 0 || values.once)
    io.err(
      safeLine(`${ingest.files} files, ${ingest.new} new denials, ${alerts.length} alerts, ${sent} told`).concat('\n'),
    )
}
