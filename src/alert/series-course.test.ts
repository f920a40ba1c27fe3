/** A series gone through alone is what it was among all others. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { standing, type Prior, type Standing } from './baseline.ts'
import { detect, type DetectInput } from './detect.ts'
import { type Family, type Refusal, rollUp, seriesKey } from './refusal.ts'
import { MS_PER_HOUR } from './season.ts'
import { daysOfSeries } from './series-course.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'

const FROM = 24 * 7 * 2900
const DAYS = 200

/** Roles with rhythms of their own, one that is gone after a week, and a spike of one role and one bucket. */
function refusals(): Refusal[] {
  let state = 7
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  const found: Refusal[] = []
  const add = (hour: number, role: number, bucket: number): void => {
    found.push({
      eventId: null,
      time: (FROM + hour) * MS_PER_HOUR + next(3600) * 1000,
      principal: `role-${role}`,
      action: ['s3:GetObject', 's3:PutObject'][bucket % 2] ?? '',
      resourceFamily: `bucket-${bucket}`,
      account: null,
      layer: null,
      denyType: null,
      policyArn: null,
      statement: null,
      noise: null,
    })
  }
  for (let hour = 0; hour < DAYS * 24; hour++) {
    const busy = hour % 24 > 8 && hour % 24 < 17
    for (let n = next(busy ? 6 : 2); n > 0; n--) add(hour, next(5), next(6))
    if (hour === 30) add(hour, 9, 9)
    if (hour >= 900 && hour < 904) for (let n = 0; n < 60; n++) add(hour, 3, 2)
  }
  return found
}

const { rows } = rollUp(refusals())
const SERIES: readonly (readonly [Family, string])[] = [
  ['principal', 'role-3'],
  ['principal', 'role-9'],
  ['action', 's3:GetObject'],
  ['resource-family', 'bucket-2'],
  ['tuple', 'role-3 s3:GetObject bucket-2'],
]

describe('a series gone through alone', () => {
  const controls: readonly Settings[] = [DEFAULT_SETTINGS, { control: { kind: 'fdr', q: 0.1 }, warmUpHours: 48 }]
  for (const settings of controls)
    for (const [family, key] of SERIES)
      it(`${family} ${key} stands each day as it stood among all, by ${settings.control.kind}`, () => {
        const assessTo = FROM + DAYS * 24 - 5
        const among: { day: number; series: Standing; prior: Prior }[] = []
        const input: DetectInput = {
          rows,
          from: FROM,
          assessFrom: FROM,
          assessTo,
          now: Number.MAX_SAFE_INTEGER,
          settings,
        }
        const { course, warmFrom, alarms } = detect({
          ...input,
          atDay: (hour, memory) =>
            among.push({
              day: hour / 24 - 1,
              series: standing(memory.families[family], key, hour, memory.exposure),
              prior: memory.families[family].prior,
            }),
        })
        const own = rows.filter((row) => course.isCounted(row) && seriesKey(family, row) === key)
        assert.deepEqual([...daysOfSeries({ family, key, rows: own, from: FROM, assessTo, warmFrom }, course)], among)
        assert.ok(
          alarms.some((one) => one.kind === 'spike' && one.key === 'role-3'),
          'a count was capped',
        )
      })
})
