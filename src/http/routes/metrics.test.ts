import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Services } from '../route.ts'
import { metricsRoute } from './metrics.ts'

/** A store whose thread answers when it is told to. */
function servicesOf(running: number) {
  let answer: (answered: { status: number; body: string }) => void = () => undefined
  let asked = 0
  const store = {
    ask: () => {
      asked += 1
      return new Promise((resolve) => (answer = resolve))
    },
    counts: () => ({ running, waiting: 0, timedOut: 0 }),
  }
  const workers = { counts: () => ({ running: 0, waiting: 0, timedOut: 0 }) }
  const services = { workers, store, metrics: { text: async () => 'own 1\n' } } as unknown as Services
  const text = async () => (await metricsRoute.handle({} as never, services)).body
  return { text, asked: () => asked, answer: (body: unknown) => answer({ status: 200, body: JSON.stringify(body) }) }
}

test('while the store is at another question, the counts of the service come without waiting for it', async () => {
  const { text, asked, answer } = servicesOf(1)
  assert.equal(await text(), 'own 1\n')
  assert.equal(await text(), 'own 1\n')
  assert.equal(asked(), 1, 'one question waits, and not one for each scrape')
  answer({ totals: null })
})

test('a store that is free and does not answer soon does not hold them up either', async () => {
  const { text, answer } = servicesOf(0)
  assert.equal(await text(), 'own 1\n')
  answer({ totals: null })
})
