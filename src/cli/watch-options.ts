import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'
import { INGEST_OPTIONS } from './ingest-options.ts'
import { DETECTOR } from './spikes-options.ts'
import { STORE } from './store-options.ts'

/** Options of `watch`; its run reads the values by these names. */
export const WATCH_OPTIONS = {
  once: { help: 'one round, then end: for cron' },
  interval: { value: 'SECONDS', help: 'between two rounds (default: 60); not with --once' },
  sink: {
    value: 'KIND[=TO]',
    many: true,
    help: 'where alerts go: stdout, emf, webhook=URL, slack=URL, pagerduty, sns=ARN; may be given several times',
  },
  'tell-since': {
    value: 'TIME',
    help: 'alerts that ended before this time are stored but not sent: ISO 8601, a date, or how long ago (default: 24h)',
  },
  'metrics-port': {
    value: 'PORT',
    help: 'serve /metrics for Prometheus on this port of the loopback address; not with --once',
  },
  'metrics-file': { value: 'FILE', help: 'write the same into a file after each round, for the textfile collector' },
  mask: INGEST_OPTIONS.mask,
  successes: { help: 'also keep who was allowed what, so that alerts know what once worked' },
  snapshot: { ...COMMON.snapshot, help: 'a snapshot: each denial is stored with the statement that decided' },
  ...DETECTOR,
  severity: { ...DETECTOR.severity, help: 'least severity to send: high, medium (default), low; all are stored' },
  ...STORE,
  ...AWS_OPTIONS,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
