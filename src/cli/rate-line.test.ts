import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rateLine } from './rate-line.ts'

test('what is done is told with its rate, not more often than anybody reads, and at the end', () => {
  const told: [number, number, string][] = []
  const rate = rateLine({ isShown: true, tell: (...line) => void told.push(line), end: () => undefined })
  for (let done = 1; done <= 1000; done += 1) rate(done, 1000, done * 600)
  const [first, last] = [told[0], told.at(-1)]
  assert.match(first?.[2] ?? '', /^files, [\d,]+ events\/s, \d+ s left$/)
  assert.deepEqual(last?.slice(0, 2), [1000, 1000])
  assert.match(last?.[2] ?? '', /, 0 s left$/)
  assert.ok(told.length < 1000, `told ${told.length} times`)
})

test('where no line is shown nothing is told', () => {
  const rate = rateLine({ isShown: false, tell: () => assert.fail('told'), end: () => undefined })
  rate(1, 1, 600)
})
