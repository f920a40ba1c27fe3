/**
 * The session at a terminal that the README shows: `npm run session` records it anew against a loopback AWS (moto and the AWS CLI must be
 * there), and draws it; `npm run session -- --draw` only draws what is recorded.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawSession } from './session/drawing.ts'
import { castOf, eventsOf } from './session/cast.ts'
import { recordSession } from './session/record.ts'

const ROOT = join(import.meta.dirname, '..')
const CAST = join(ROOT, 'docs', 'pictures', 'session.cast')
const PICTURE = join(ROOT, 'docs', 'pictures', 'session.svg')

if (!process.argv.includes('--draw')) writeFileSync(CAST, castOf(await recordSession()))
writeFileSync(PICTURE, drawSession(eventsOf(readFileSync(CAST, 'utf8'))))
