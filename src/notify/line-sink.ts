import type { AlertMessage, AlertSink } from './alert-sink.ts'

/** Sink that writes a line for each message to standard output: for logs and for other programs. */
export const lineSink = (
  name: string,
  lineOf: (message: AlertMessage) => string,
  write: (text: string) => void,
): AlertSink => ({
  name,
  send: async (message) => {
    write(`${lineOf(message)}\n`)
    return { outcome: 'sent' }
  },
})
