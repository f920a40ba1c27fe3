import { createHmac } from 'node:crypto'

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: base64 behind this. */
const PREFIX = 'whsec_'

/** The bytes of a secret: base64 behind `whsec_`, or else the text itself. */
export function secretBytes(secret: string): Buffer {
  const text = secret.trim()
  return text.startsWith(PREFIX) ? Buffer.from(text.slice(PREFIX.length), 'base64') : Buffer.from(text, 'utf8')
}

export interface Signed {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/**
 * The headers of Standard Webhooks: HMAC-SHA256 over id, time and body, so that a receiver can tell who sent it, when, and
 * whether it has it already. `seconds` since 1970, of this attempt.
 */
export function signed(id: string, body: string, secret: string, seconds: number): Signed {
  const digest = createHmac('sha256', secretBytes(secret)).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${digest}` }
}
