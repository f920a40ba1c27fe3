// The reporter of npm test where nobody watches: TAP, as node:test writes it, with the names of what failed, each with the
// first words of why, right before the counts. Who is shown only the end of 60,000 lines still sees what is to be mended.
import { tap } from 'node:test/reporters'

/** The most letters of a failure's reason that stand on its line; the whole of it stands where the test ran. */
const REASON = 300

/** The most failures that are listed; the counts below say how many there were. */
const LISTED = 50

/** @param {AsyncIterable<{ type: string, data: any }>} events what node:test reports */
// A reporter of node:test is the default export of its file.
// oxlint-disable-next-line import/no-default-export
export default async function* tapWithFailures(events) {
  yield* tap(withFailuresBeforeCounts(events))
}

async function* withFailuresBeforeCounts(events) {
  const failures = []
  for await (const event of events) {
    const { type, data } = event
    if (type === 'test:fail' && isOwn(data)) failures.push(lineOf(data))
    if (type === 'test:diagnostic' && data.nesting === 0 && /^tests \d+$/u.test(data.message))
      for (const message of failures.slice(0, LISTED)) yield { type, data: { nesting: 0, message } }
    yield event
  }
}

/** Whether a test failed by itself, and not only because one within it did. */
const isOwn = ({ details, todo }) => todo === undefined && details?.error?.failureType !== 'subtestsFailed'

function lineOf({ name, file, line, details }) {
  const where =
    file === undefined ? '' : ` (${file.split('/').slice(-2).join('/')}${line === undefined ? '' : `:${line}`})`
  const error = details?.error?.cause ?? details?.error
  const reason = String(error?.message ?? error ?? 'no reason given').replaceAll(/\s+/gu, ' ')
  return `failed: ${name}${where}: ${reason.slice(0, REASON)}`
}
