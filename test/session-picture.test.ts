/** The recorded session of the README: the picture is what is drawn of the recording, and it is over in less than a minute. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { eventsOf } from '../scripts/session/cast.ts'
import { drawSession, lengthOf } from '../scripts/session/drawing.ts'

const pictures = join(import.meta.dirname, '..', 'docs', 'pictures')
const events = eventsOf(readFileSync(join(pictures, 'session.cast'), 'utf8'))

describe('the recorded session', () => {
  it('is drawn as it was recorded (npm run session -- --draw)', () => {
    assert.equal(readFileSync(join(pictures, 'session.svg'), 'utf8'), drawSession(events))
  })

  it('goes from a refused upload to one that succeeds in under a minute', () => {
    const texts = events.map(([, , text]) => text).join('')
    assert.match(texts, /upload failed: .*AccessDenied/)
    assert.match(texts.slice(texts.lastIndexOf('fix.sh')), /^upload: \.\/app\.zip/m)
    assert.ok(lengthOf(events) < 60, `${lengthOf(events)} s`)
  })
})
