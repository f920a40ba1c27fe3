import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Checkpoint, detect } from './detect.ts'
import { memoryOfTexts, textsOfMemory } from './memory-text.ts'
import { type Refusal, rollUp } from './refusal.ts'
import { hourOf } from './season.ts'

const START = Date.parse('2026-03-02T00:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const DAYS = 60

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function refusal(time: number, role: number, action: string, of: Partial<Refusal> = {}): Refusal {
  return {
    eventId: null,
    time,
    principal: `role-${role}`,
    action,
    resourceFamily: `bucket-${role % 5}`,
    account: null,
    layer: 'identity-policy',
    denyType: 'implicit',
    policyArn: null,
    statement: null,
    noise: null,
    ...of,
  }
}

/** Everyday life with bursts, a level that rises slowly, a scanner, and noise. */
function history(): readonly Refusal[] {
  const next = random(7)
  const all: Refusal[] = []
  for (let i = 0; i < 6000; i++)
    all.push(
      refusal(START + next() * DAYS * DAY, Math.floor(next() * 20), `s3:${next() < 0.5 ? 'Get' : 'Put'}`, {
        noise: next() < 0.1 ? 'service-probe' : null,
      }),
    )
  for (const day of [20, 37, 52, 58])
    for (let i = 0; i < 40; i++) all.push(refusal(START + day * DAY + 5 * HOUR + i * 80_000, day % 20, 's3:Put'))
  for (let day = 40; day < DAYS; day++)
    for (let i = 0; i < 6; i++) all.push(refusal(START + day * DAY + next() * DAY, 99, 'kms:Decrypt'))
  for (let day = 50; day < DAYS; day++)
    for (let i = 0; i < 24; i++) all.push(refusal(START + day * DAY + i * 60_000, 7, `ec2:Describe${i}`))
  return all
}

test('a history that is gone on with from any day gives what all of it gives, to the last digit', () => {
  const { rows } = rollUp(history())
  const [from, assessTo] = [hourOf(START), hourOf(START + DAYS * DAY)]
  const input = { rows, from, assessFrom: from, assessTo, now: START + DAYS * DAY }
  const kept = new Map<number, readonly string[]>()
  const whole = detect({ ...input, atDay: (hour, memory) => void kept.set(hour / 24, textsOfMemory(memory)) })
  const kinds = new Set(whole.alarms.map(({ kind }) => kind))
  assert.deepEqual([kinds.size, whole.scanned > 0], [3, true])
  for (const [day, texts] of [...kept].filter(([one]) => one % 5 === 0 || one * 24 >= assessTo - 72)) {
    const assessFrom = day * 24
    const late = rows.filter(({ hour }) => hour >= assessFrom)
    const scans = new Map(
      [...whole.scans].map(([who, days]) => [who, new Set([...days].filter((one) => one < day))] as const),
    )
    const resume = (): Checkpoint => ({ day, from, memory: memoryOfTexts(texts), scans })
    const first = detect({ ...input, rows: late, assessFrom, resume: resume() })
    const earlier = rows.filter(({ hour }) => hour >= (first.shiftsFrom ?? assessFrom) && hour < assessFrom)
    const found = detect({ ...input, rows: late, assessFrom, resume: resume(), earlier })
    const expected = detect({ ...input, assessFrom })
    assert.deepEqual(found.alarms, expected.alarms, `from day ${day}`)
    assert.deepEqual(
      [found.expectedPerWeek, found.series, textsOfMemory(found.memory)],
      [expected.expectedPerWeek, expected.series, textsOfMemory(expected.memory)],
    )
  }
})

test('what a text holds is what was learnt', () => {
  const { rows } = rollUp(history())
  const from = hourOf(START)
  const { memory } = detect({ rows, from, assessFrom: from, assessTo: from + DAYS * 24, now: START + DAYS * DAY })
  const texts = textsOfMemory(memory)
  assert.deepEqual(textsOfMemory(memoryOfTexts(texts)), texts)
})
