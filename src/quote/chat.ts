import { safeLine } from './terminal.ts'

/**
 * A text for a chat or incident tool that makes links of what looks like an address. Names in an alert are written by
 * others, and nobody may be one click away from what a stranger put there.
 */
export const withoutLinks = (text: string): string =>
  safeLine(text)
    .replaceAll('://', '[:]//')
    .replace(/\b(www|mailto)(?=[.:])/gi, (word) => `${word}[]`)

/** The value with all its texts, keys included, as `withoutLinks` has them. */
export function valueWithoutLinks(value: unknown): unknown {
  if (typeof value === 'string') return withoutLinks(value)
  if (Array.isArray(value)) return value.map(valueWithoutLinks)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [withoutLinks(key), valueWithoutLinks(one)]))
}

/**
 * A text for Slack: its three control characters are escaped. Slack has no escape for `*`, `_`, `~` and backticks, so the
 * text goes into an object of the type `plain_text`, in which they are no markup.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export const slackText = (text: string): string =>
  withoutLinks(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
