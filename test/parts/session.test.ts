/** The session of the README, played again: what is typed there leads to what is printed there. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type CastEvent, recordSession } from '../../scripts/session/record.ts'
import { eventsOf } from '../../scripts/session/cast.ts'
import { ROOT } from '../cli/run-cli.ts'
import { noAws, noMoto } from './moto.ts'

describe('the recorded session', { skip: noMoto ?? noAws ?? false }, () => {
  it('comes out as it stands in the README', async () => {
    const recorded = eventsOf(readFileSync(join(ROOT, 'docs', 'pictures', 'session.cast'), 'utf8'))
    assert.equal(plainText(await recordSession()), plainText(recorded))
  })
})

/** Without what differs each time: the account, the key, and what an upload says of its progress. */
const plainText = (events: readonly CastEvent[]): string =>
  events
    .map(([, kind, text]) => (kind === 'i' ? `$ ${text}\n` : text))
    .join('')
    .replaceAll(/\b\d{12}\b/g, 'ACCOUNT')
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'KEY')
    .replaceAll(/[^\r\n]*\r/g, '')
    // The rest of a longer line of progress is written over by spaces.
    .replaceAll(/ +$/gm, '')
