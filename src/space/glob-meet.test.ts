import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { covers, meet } from './glob-meet.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 })

/** Every text of up to five of two letters. */
const TEXTS = (() => {
  let texts = ['']
  const all = ['']
  for (let i = 0; i < 5; i++) {
    texts = texts.flatMap((text) => [`${text}a`, `${text}b`])
    all.push(...texts)
  }
  return all
})()

const holds = (glob: string, text: string): boolean => globMatches(compileGlob(glob), text)

test(`what two patterns share is what both hold (seed ${SEED})`, () => {
  let told = 0
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      const shared = meet(a, b)
      if (shared === undefined) return
      told++
      for (const text of TEXTS)
        assert.equal(
          shared.some((one) => holds(one, text)),
          holds(a, text) && holds(b, text),
          `${a} ${b} ${text}: ${shared.join()}`,
        )
    }),
    { numRuns: 3000, seed: SEED },
  )
  assert.ok(told > 2000)
})

test(`a pattern covers another only if it holds all its texts (seed ${SEED})`, () => {
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      if (covers(a, b)) for (const text of TEXTS) if (holds(b, text)) assert.ok(holds(a, text), `${a} ${b} ${text}`)
    }),
    { numRuns: 3000, seed: SEED },
  )
})

test('as policies meet', () => {
  assert.deepEqual(meet('arn:aws:s3:::b/*', '*'), ['arn:aws:s3:::b/*'])
  assert.deepEqual(meet('arn:aws:s3:::b/a*', 'arn:aws:s3:::b/*.zip'), ['arn:aws:s3:::b/a*.zip'])
  assert.deepEqual(meet('arn:aws:s3:::b/*', 'arn:aws:s3:::c/*'), [])
  assert.equal(meet('arn:aws:s3:::b/${aws:username}/*', 'arn:aws:s3:::b/a*'), undefined)
})
