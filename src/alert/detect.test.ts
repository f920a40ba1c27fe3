import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { detect, type DetectInput } from './detect.ts'
import { isoHour } from './iso-time.ts'
import { type Refusal, rollUp } from './refusal.ts'
import { binOf, hourOf, hoursOfBin, MS_PER_HOUR } from './season.ts'
import { type Surroundings, spikesOf } from './spikes-of.ts'
import type { Spike } from './spike.ts'

const SEED = 20_261_124
/** A Monday at midnight. */
const FROM = hourOf(Date.parse('2026-06-01T00:00:00Z'))
const ACCOUNT = '111122223333'
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`

const refusal = (hour: number, minute: number, of: Partial<Refusal> = {}): Refusal => ({
  eventId: `${hour}-${minute}-${of.principal ?? 'deploy'}`,
  time: hour * MS_PER_HOUR + minute * 60_000,
  principal: role('deploy'),
  action: 's3:PutObject',
  resourceFamily: 'arn:aws:s3:::artifacts/*',
  account: ACCOUNT,
  layer: 'identity-policy',
  denyType: 'implicit',
  policyArn: null,
  statement: null,
  noise: null,
  ...of,
})

/** Every tenth hour of `days` a denial of somebody, so that there is a history. */
const background = (days: number): Refusal[] =>
  Array.from({ length: Math.floor((days * 24) / 10) }, (_, i) =>
    refusal(FROM + i * 10, 7, {
      principal: role(`batch-${i % 4}`),
      action: 'ec2:DescribeInstances',
      resourceFamily: '*',
    }),
  )

const burst = (hour: number, count: number, of: Partial<Refusal> = {}): Refusal[] =>
  Array.from({ length: count }, (_, i) => refusal(hour, (i * 7) % 60, { ...of, eventId: `burst-${hour}-${i}` }))

const NOTHING_KNOWN: Surroundings = { changes: [], allowedBefore: () => undefined }

function run(
  refusals: readonly Refusal[],
  days: number,
  more: Partial<DetectInput> = {},
  around = NOTHING_KNOWN,
): readonly Spike[] {
  const assessTo = FROM + days * 24
  const { rows } = rollUp(refusals)
  const { alarms } = detect({ rows, from: FROM, assessFrom: FROM, assessTo, now: assessTo * MS_PER_HOUR, ...more })
  return spikesOf(alarms, around)
}

const AT = FROM + 15 * 24 + 10

describe('the detector', () => {
  it('a role that never failed and fails twelve times is one spike, with the tuple as its key', () => {
    const spikes = run([...background(16), ...burst(AT, 12)], 16)
    assert.equal(spikes.filter(({ kind }) => kind === 'spike').length, 1)
    const [spike] = spikes.filter(({ kind }) => kind === 'spike')
    assert.equal(spike?.family, 'tuple')
    assert.equal(spike?.key, `${role('deploy')} s3:PutObject arn:aws:s3:::artifacts/*`)
    assert.deepEqual([spike?.from, spike?.to], [isoHour(AT), isoHour(AT + 1)])
    assert.equal(spike?.count, 12)
    assert.ok((spike?.expected ?? 1) < 0.05 && (spike?.p ?? 1) < 1e-5)
    assert.equal(spike?.cause.layer, 'identity-policy')
  })

  it('one loop of retries is one episode, however often it tries', () => {
    const loop = Array.from({ length: 500 }, (_, i) => refusal(AT, 2, { eventId: `loop-${i}` }))
    assert.deepEqual(
      run([...background(16), ...loop], 16).map(({ kind }) => kind),
      ['first-seen'],
    )
  })

  it('two denials are no spike', () => {
    const known = burst(FROM + 24, 1)
    assert.deepEqual(
      run([...background(16), ...known, refusal(AT, 1), refusal(AT, 40)], 16, { assessFrom: AT - 24 }),
      [],
    )
  })

  it('an SCP that refuses 400 roles is one alert, with the policy, its change and the fan-out', () => {
    const policyArn = 'arn:aws:organizations::999999999999:policy/o-acme/service_control_policy/p-freeze'
    const of = { layer: 'service-control-policy', denyType: 'explicit', policyArn } as const
    const refused = Array.from({ length: 400 }, (_, i) =>
      refusal(AT, i % 60, {
        ...of,
        eventId: `scp-${i}`,
        principal: role(`app-${i}`),
        action: i % 2 === 0 ? 'ec2:RunInstances' : 's3:PutObject',
        resourceFamily: `arn:aws:s3:::bucket-${i % 50}/*`,
      }),
    )
    const change = {
      time: AT * MS_PER_HOUR - 120_000,
      eventId: 'change-1',
      action: 'organizations:UpdatePolicy',
      by: role('admin'),
      target: 'p-freeze',
      account: '999999999999',
    }
    const spikes = run([...background(16), ...refused], 16, {}, { ...NOTHING_KNOWN, changes: [change] })
    const late = spikes.filter(({ from }) => from === isoHour(AT))
    assert.equal(late.length, 1)
    assert.equal(late[0]?.kind, 'spike')
    assert.equal(late[0]?.severity, 'high')
    assert.equal(late[0]?.fanOut, 400)
    assert.deepEqual(late[0]?.cause, {
      layer: 'service-control-policy',
      denyType: 'explicit',
      policyArn,
      statement: null,
      change: {
        time: '2026-06-16T09:58:00Z',
        eventId: 'change-1',
        action: 'organizations:UpdatePolicy',
        by: role('admin'),
        target: 'p-freeze',
      },
    })
  })

  it('an SCP that AWS does not name is one alert too', () => {
    const refused = Array.from({ length: 60 }, (_, i) =>
      refusal(AT, i, {
        layer: 'service-control-policy',
        denyType: 'explicit',
        principal: role(`app-${i % 20}`),
        action: ['ec2:RunInstances', 's3:PutObject', 'sqs:SendMessage'][i % 3] ?? '',
        eventId: `scp-${i}`,
      }),
    )
    const spikes = run([...background(16), ...refused], 16).filter(({ from }) => from === isoHour(AT))
    assert.deepEqual(
      spikes.map(({ fanOut, kind }) => [fanOut, kind]),
      [[20, 'spike']],
    )
  })

  it("somebody's usual denial in the hour of an incident makes no alert of its own", () => {
    const usual = Array.from({ length: 16 }, (_, i) => refusal(FROM + i * 24 + 10, 30, { principal: role('batch-9') }))
    const refused = Array.from({ length: 100 }, (_, i) =>
      refusal(AT, i % 60, {
        layer: 'service-control-policy',
        denyType: 'explicit',
        principal: role(`app-${i}`),
        eventId: `scp-${i}`,
      }),
    )
    const spikes = run([...background(16), ...usual, ...refused], 16).filter(({ from }) => from === isoHour(AT))
    assert.deepEqual(
      spikes.map(({ cause }) => cause.layer),
      ['service-control-policy'],
    )
  })

  it('two roles that fail at one action in one hour are two alerts; twenty are one', () => {
    const of = (name: string, bucket: number): Refusal[] =>
      burst(AT, 12, { principal: role(name), resourceFamily: `arn:aws:s3:::b${bucket}/*` }).map((one) => ({
        ...one,
        eventId: `${name}-${one.eventId}`,
      }))
    const count = (refusals: readonly Refusal[]): number =>
      run([...background(16), ...refusals], 16).filter(({ kind }) => kind === 'spike').length
    assert.equal(count([...of('a', 1), ...of('b', 2)]), 2)
    assert.equal(count(Array.from({ length: 20 }, (_, i) => of(`r${i}`, i)).flat()), 1)
  })

  it('two incidents in the same hour are two alerts', () => {
    const one = burst(AT, 15)
    const other = burst(AT, 15, {
      principal: role('reports'),
      action: 'kms:Decrypt',
      resourceFamily: 'arn:aws:kms:eu-west-1:111122223333:key/1',
      layer: 'resource-policy',
    })
    const spikes = run([...background(16), ...one, ...other], 16).filter(({ kind }) => kind === 'spike')
    assert.deepEqual(spikes.map(({ cause }) => cause.layer).toSorted(), ['identity-policy', 'resource-policy'])
  })

  it('the third time in a row is one alert that goes on', () => {
    const spikes = run([...background(16), ...burst(AT, 12), ...burst(AT + 1, 12), ...burst(AT + 2, 12)], 16)
    const [first, ...others] = spikes.filter(({ kind }) => kind === 'spike')
    assert.deepEqual(others, [])
    assert.deepEqual([first?.from, first?.to, first?.count], [isoHour(AT), isoHour(AT + 3), 36])
  })

  it('a tuple that was never seen is an event, and grave if the principal was allowed it before', () => {
    const one = [...background(16), refusal(AT, 3)]
    const [unknown] = run(one, 16).filter(({ from }) => from === isoHour(AT))
    assert.deepEqual(
      [unknown?.kind, unknown?.severity, unknown?.p, unknown?.allowedBefore],
      ['first-seen', 'low', null, null],
    )
    const [regression] = run(one, 16, {}, { changes: [], allowedBefore: () => true }).filter(
      ({ from }) => from === isoHour(AT),
    )
    assert.deepEqual([regression?.severity, regression?.allowedBefore], ['high', true])
  })

  it('what fails every hour is expected', () => {
    const steady = Array.from({ length: 21 * 24 }, (_, i) => burst(FROM + i, 6)).flat()
    const found = run(steady, 21, { assessFrom: FROM + 14 * 24 })
    assert.deepEqual(found, [])
  })

  it('an alarmed hour teaches next to nothing: the same burst a day later alarms again', () => {
    const spikes = run([...background(17), ...burst(AT, 200), ...burst(AT + 24, 30)], 17)
    assert.equal(spikes.filter(({ kind }) => kind === 'spike').length, 2)
  })

  it('a new level is learnt in the end', () => {
    const level = Array.from({ length: 24 * 24 }, (_, i) => burst(AT + i, 8)).flat()
    const spikes = run([...background(40), ...level], 40)
    const last = spikes.toSorted((a, b) => (a.to < b.to ? -1 : 1)).at(-1)
    assert.ok(last !== undefined && last.to < isoHour(AT + 14 * 24), `the last alert ends ${last?.to}`)
  })

  it('a slow shift, which no hour shows, is found in its days', () => {
    const rare = Array.from({ length: 7 }, (_, i) => refusal(FROM + i * 96 + 5, 5))
    const raised = Array.from({ length: 40 }, (_, i) => refusal(FROM + 28 * 24 + i * 5, 11))
    const spikes = run([...rare, ...raised], 37, { assessFrom: FROM + 20 * 24 })
    assert.deepEqual([...new Set(spikes.map(({ kind }) => kind))], ['shift'])
    const [shift] = spikes
    assert.equal(shift?.from.slice(0, 10), '2026-06-29')
    assert.ok((shift?.count ?? 0) >= 6 && (shift?.expected ?? 9) < 5)
  })

  it('a history of a day and a half is enough for a spike, and too short to tell what is new', () => {
    const hour = FROM + 36
    const spikes = run([...background(2), ...burst(hour, 20), refusal(hour, 3, { principal: role('other') })], 2)
    assert.deepEqual(
      spikes.map(({ kind, key }) => [kind, key]),
      [['spike', `${role('deploy')} s3:PutObject arn:aws:s3:::artifacts/*`]],
    )
  })

  it('nothing is judged before there is a history', () => {
    assert.deepEqual(run(burst(FROM + 20, 50), 2), [])
  })
})

describe('what must not count', () => {
  it('events from the future are left out of everything', () => {
    const now = (AT + 1) * MS_PER_HOUR
    const assessTo = AT + 48
    const past = [...background(14), ...burst(AT, 12)]
    const future = burst(AT + 30, 5000)
    assert.deepEqual(run([...past, ...future], 18, { now, assessTo }), run(past, 18, { now, assessTo }))
    const { rows } = rollUp([...past, ...future])
    assert.equal(detect({ rows, from: FROM, assessFrom: FROM, assessTo, now }).ahead, 5000)
  })

  it('noise is neither judged nor learnt', () => {
    const probes = Array.from({ length: 12 * 24 }, (_, i) => burst(FROM + i, 20, { noise: 'service-probe' })).flat()
    const real = [...background(16), ...burst(AT, 12)]
    assert.deepEqual(run([...real, ...probes], 16), run(real, 16))
  })

  it('a scanner alarms in its first days and not for ever', () => {
    const scan = (day: number): Refusal[] =>
      Array.from({ length: 40 }, (_, i) =>
        refusal(FROM + day * 24 + 3, i, {
          principal: role('posture'),
          action: `svc${i}:ListThings`,
          resourceFamily: '*',
          eventId: `scan-${day}-${i}`,
        }),
      )
    const days = [8, 9, 10, 11, 12, 13, 14]
    const spikes = run([...background(16), ...days.flatMap(scan)], 16).filter(({ key }) => key.includes('posture'))
    assert.deepEqual(
      spikes.map(({ from }) => from.slice(0, 10)),
      ['2026-06-09', '2026-06-10', '2026-06-11'],
    )
  })
})

describe(`properties of the detector (seed ${SEED})`, () => {
  const arbitrary = fc.array(
    fc.record({
      hour: fc.integer({ min: 0, max: 24 * 12 - 1 }),
      minute: fc.integer({ min: 0, max: 59 }),
      who: fc.integer({ min: 0, max: 3 }),
      action: fc.constantFrom('s3:GetObject', 'kms:Decrypt'),
      layer: fc.constantFrom('identity-policy' as const, 'service-control-policy' as const, null),
      times: fc.integer({ min: 1, max: 12 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  const refusalsOf = (list: typeof arbitrary extends fc.Arbitrary<infer T> ? T : never): Refusal[] =>
    list.flatMap(({ hour, minute, who, action, layer, times }, i) =>
      Array.from({ length: times }, (_, n) =>
        refusal(FROM + hour, (minute + n * 6) % 60, {
          principal: role(`r${who}`),
          action,
          layer,
          eventId: `${i}-${n}`,
        }),
      ),
    )

  it('the order in which denials arrive does not matter', () =>
    fc.assert(
      fc.property(arbitrary, fc.infiniteStream(fc.integer({ min: 0, max: 1000 })), (list, keys) => {
        const refusals = refusalsOf(list)
        const shuffled = refusals
          .map((one) => ({ one, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one)
        const plain = (spikes: readonly Spike[]) => spikes.map((spike) => ({ ...spike, examples: [] }))
        assert.deepEqual(plain(run(shuffled, 12)), plain(run(refusals, 12)))
      }),
      { seed: SEED, numRuns: 60 },
    ))

  it('every alarmed row is in exactly one alert, and ids are distinct', () =>
    fc.assert(
      fc.property(arbitrary, (list) => {
        const { rows } = rollUp(refusalsOf(list))
        const assessTo = FROM + 24 * 12
        const { alarms } = detect({ rows, from: FROM, assessFrom: FROM, assessTo, now: assessTo * MS_PER_HOUR })
        const spikes = spikesOf(alarms, NOTHING_KNOWN)
        assert.equal(new Set(spikes.map(({ id }) => id)).size, spikes.length)
        assert.equal(spikes.length === 0, alarms.length === 0)
      }),
      { seed: SEED, numRuns: 60 },
    ))
})

describe('hours', () => {
  it('become ISO times as the calendar has them', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const hour = Math.floor(seconds / 3600)
        assert.equal(isoHour(hour), new Date(hour * MS_PER_HOUR).toISOString().replace('.000', ''))
      }),
      { seed: SEED, numRuns: 500 },
    ))

  it('fall into the bins of the week, weekdays first', () => {
    const monday = hourOf(Date.parse('2026-06-01T00:00:00Z'))
    assert.deepEqual(
      [binOf(monday), binOf(monday + 23), binOf(monday + 5 * 24), binOf(monday + 6 * 24 + 23)],
      [0, 5, 6, 11],
    )
    assert.equal(
      Array.from({ length: 12 }, (_, bin) => hoursOfBin(bin)).reduce((a, b) => a + b),
      168,
    )
  })
})
