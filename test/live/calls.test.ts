/** How much is asked of AWS for one denial: what somebody waits for. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { evidenceOfText } from '#app/inputs.ts'
import { readLive } from '#app/live.ts'
import { DENIALS, startAnsweringAws, type World } from './answering-aws.ts'

/** A round ends when nothing was asked for so long; a machine that is busy may stop for as long, and then counts one more. */
const QUIET = 120
const TRIES = 3

const BOUNDS: readonly (readonly [world: World, calls: number, rounds: number, read: RegExp])[] = [
  ['bucket in an organization', 40, 6, /arn:aws:kms:/],
  ['queue alone', 14, 6, /arn:aws:sqs:/],
]

for (const [world, calls, rounds, read] of BOUNDS)
  describe(`a denial with a ${world}`, () => {
    let aws: Awaited<ReturnType<typeof startAnsweringAws>>
    const saved = { ...process.env }
    before(async () => {
      aws = await startAnsweringAws(world, QUIET)
      Object.assign(process.env, aws.env)
    })
    after(() => {
      aws.close()
      for (const name of Object.keys(aws.env)) {
        if (saved[name] === undefined) delete process.env[name]
        else process.env[name] = saved[name]
      }
    })

    test(`takes at most ${calls} calls in ${rounds} rounds`, async () => {
      let fewest = Number.POSITIVE_INFINITY
      for (let i = 0; i < TRIES && fewest > rounds; i++) {
        aws.reset()
        const live = await readLive(evidenceOfText(DENIALS[world], 'the denial'), {}, {}, 'test')
        assert.ok(aws.calls().length <= calls, `${aws.calls().length} calls: ${aws.calls().join(', ')}`)
        assert.equal(live.calls, aws.calls().length)
        assert.match(live.read.join(' '), read)
        assert.match(live.read.join(' '), /role\/deploy-role/)
        fewest = Math.min(fewest, aws.rounds())
      }
      assert.ok(fewest <= rounds, `${fewest} rounds`)
    })
  })
