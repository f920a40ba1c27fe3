/** What readers once stumbled over, read again; `npm run fuzz` looks for more. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UserError } from '../../src/errors.ts'
import { faultOf, inputOf, keptFor, LIMITS, type Limits } from './cases.ts'
import { type Reader, READERS } from './readers.ts'
import { smallest } from './smallest.ts'

/** Here an exception alone counts: what other tests do to this machine must not fail this one. */
const NO_LIMITS: Limits = { cpuSeconds: Number.POSITIVE_INFINITY, megabytes: Number.POSITIVE_INFINITY }

const reader = (read: Reader['read']): Reader => ({
  name: 'made-up',
  samples: () => [Buffer.from('{"a":[1,"x"]}')],
  read,
})

for (const one of READERS)
  describe(one.name, () => {
    it('reads its samples, most of which are valid', async () => {
      const some = one.samples().slice(0, 9)
      let valid = 0
      for (const sample of some) if (await isRead(one, sample)) valid++
      assert.ok(valid * 2 > some.length, `${valid} of ${some.length} are`)
    })

    for (const [file, input] of keptFor(one))
      it(`reads or refuses ${file}`, async () => {
        const fault = await faultOf(one, input, NO_LIMITS)
        assert.equal(fault, undefined, fault?.stack)
      })

    it('reads or refuses twenty changed ones', async () => {
      const seed = 7
      for (let index = 0; index < 20; index++) {
        const fault = await faultOf(one, inputOf(one, seed, index), NO_LIMITS)
        assert.equal(fault, undefined, `seed ${seed}, case ${index}: ${fault?.stack}`)
      }
    })
  })

describe('the fuzzer', () => {
  const typeError = reader((input) => {
    if (input.includes('null')) throw new TypeError('cannot read properties of null')
  })

  it('takes an error for the user as an answer, and any other as a fault', async () => {
    const refuses = reader(() => {
      throw new UserError('input/empty', 'it is empty', 'give another')
    })
    assert.equal(await faultOf(refuses, Buffer.from('x')), undefined)
    for (const limits of [LIMITS, NO_LIMITS])
      assert.equal((await faultOf(typeError, Buffer.from('[null]'), limits))?.why, 'exception')
  })

  it('finds what is planted, by structure and by bytes, and makes it small', async () => {
    const numbers = Array.from({ length: 3000 }, (_, index) => index)
    const found = numbers.map((index) => inputOf(typeError, 1, index)).find((input) => input.includes('null'))
    assert.ok(found !== undefined)
    const small = await smallest(found, async (part) => (await faultOf(typeError, part)) !== undefined)
    assert.equal(small.toString(), 'null')
    assert.ok(numbers.some((index) => !isUtf8(inputOf(typeError, 1, index))))
  })

  it('says slow and large by CPU and by the size of the process, not by the clock', async () => {
    // So long that what the process does besides, on a machine under load, stays below it.
    const waits = reader(() => new Promise((resolve) => setTimeout(resolve, 500)))
    assert.equal(await faultOf(waits, Buffer.from('x'), { cpuSeconds: 0.45, megabytes: 512 }), undefined)
    const works = reader(() => {
      const { user } = process.cpuUsage()
      while (process.cpuUsage().user - user < 60_000);
    })
    assert.equal((await faultOf(works, Buffer.from('x'), { cpuSeconds: 0.05, megabytes: 512 }))?.why, 'slow')
    const kept: Buffer[] = []
    const grows = reader(() => void kept.push(Buffer.alloc(process.resourceUsage().maxRSS * 1024 + 2 ** 27, 1)))
    assert.equal((await faultOf(grows, Buffer.from('x'), { cpuSeconds: 60, megabytes: 50 }))?.why, 'memory')
  })

  it('gives a case again by its seed and number', () => {
    assert.deepEqual(inputOf(typeError, 3, 11), inputOf(typeError, 3, 11))
    assert.notDeepEqual(inputOf(typeError, 3, 11), inputOf(typeError, 4, 11))
  })
})

/** Whether an input was read and not refused, whichever way its reader says so. */
async function isRead(one: Reader, input: Buffer): Promise<boolean> {
  try {
    const answer = await one.read(Buffer.from(input))
    const code = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : 0
    return code !== 2 && code !== 3
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

function isUtf8(input: Buffer): boolean {
  return Buffer.from(input.toString('utf8')).equals(input)
}
