import type { Spike } from '#alert/spike.ts'

/** Message to a sink: a revision of an alert. */
export interface AlertMessage {
  /** Alert id and revision: the same for every attempt, so that a receiver can drop what it has. */
  readonly dedupeKey: string
  readonly spike: Spike
  /** ISO 8601: when the revision was made. The same for every attempt. */
  readonly at: string
}

export type Sent =
  | { readonly outcome: 'sent' }
  /** It may work later; `afterSeconds` where the receiver asked for a pause. */
  | { readonly outcome: 'retry'; readonly why: string; readonly afterSeconds?: number }
  /** It will never work: the message is wrong for this receiver, or the receiver is gone. */
  | { readonly outcome: 'refused'; readonly why: string }

/**
 * Where alerts go. `test/conformance/` says how every sink behaves towards a receiver that fails, stalls and repeats. `send`
 * throws nothing: what goes wrong is an outcome.
 */
export interface AlertSink {
  /** Short and without secrets: it stands in the outbox, in messages and in metrics. */
  readonly name: string
  readonly send: (message: AlertMessage) => Promise<Sent>
}
