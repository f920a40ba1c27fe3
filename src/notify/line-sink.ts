import type { AlertMessage, AlertSink } from './alert-sink.ts'

/**
 * Sink that writes a line for each message to standard output: for logs and for other programs. `write` returns false once
 * nobody reads it.
 */
export const lineSink = (
  name: string,
  lineOf: (message: AlertMessage) => string,
  write: (text: string) => boolean,
): AlertSink => ({
  name,
  send: async (message) => {
    return write(`${lineOf(message)}\n`)
      ? { outcome: 'sent' }
      : { outcome: 'retry', why: 'nobody reads standard output any more' }
  },
})
