import { z } from 'zod'
import { anything, count, is, list, number, oneOf, orNull, SHOWN, string, version } from './described.ts'
import { Layer } from './scenario.ts'

/** What denials are counted by. */
export const GROUPED_BY = [
  'principal',
  'action',
  'resource-family',
  'service',
  'layer',
  'statement',
  'account',
  'day',
] as const

const seen = {
  count: is(count, 'How many', 42),
  firstSeen: is(string, 'The first, ISO 8601', '2026-04-01T08:00:00Z'),
  lastSeen: is(string, 'The last, ISO 8601', SHOWN.time),
}

export const Group = is(
  z.object({ key: is(orNull(string), 'What they have in common; null: events do not tell', SHOWN.action), ...seen }),
  'Denials that have something in common',
)

const tuple = {
  account: is(string, "The caller's account", SHOWN.account),
  principalKey: is(string, 'Role or user', SHOWN.role),
  action: is(string, 'The action', SHOWN.action),
  resourceFamily: is(string, 'Family of resources', 'arn:aws:s3:::prod-artifacts'),
}

const told = (description: string, example: unknown) => is(orNull(string), description, example)

export const ListedDenial = is(
  z.object({
    eventId: is(string, 'Event id; GET /api/denials/{eventId} explains it', SHOWN.eventId),
    requestId: told('Request id', SHOWN.requestId),
    time: is(string, 'When, ISO 8601', SHOWN.time),
    principal: told('Who', SHOWN.session),
    account: told("The caller's account", SHOWN.account),
    action: told('The action', SHOWN.action),
    resource: told('On what', SHOWN.resource),
    code: told('Error code', 'AccessDenied'),
    layer: told('The layer that AWS named', 'identity-policy'),
    denyType: told('`explicit` or `implicit`', 'implicit'),
    statement: told('The statement that decides, where a snapshot was given', null),
    blockedBy: is(list(string), 'Layers that deny, where a snapshot was given', ['identity-policy']),
    snapshotHash: told('Which snapshot', null),
    state: is(string, '`open`, `fixed`, `accepted` or `noise`', 'open'),
    note: told('A note that somebody wrote', null),
  }),
  'A stored denial',
)

export const Groups = is(
  z.object({ schemaVersion: version, groups: is(list(Group), 'Most frequent first') }),
  'Denials, counted',
)

export const Denials = is(
  z.object({
    schemaVersion: version,
    denials: is(list(ListedDenial), 'Newest first'),
    next: is(string, 'The `cursor` of what comes after; left out: nothing does', 'WyIyMDI2LTA0LTI3…').optional(),
  }),
  'Denials, listed',
)

export const Overview = is(
  z.object({
    schemaVersion: version,
    bucket: is(oneOf('hour', 'day'), 'Length of a bucket'),
    total: is(count, 'How many denials', 42),
    buckets: is(
      list(
        z.object({ from: is(string, 'Beginning, ISO 8601', '2026-04-27T10:00:00Z'), count: is(count, 'How many', 3) }),
      ),
      'Denials over time',
    ),
    groups: is(
      z.object({
        principal: is(list(Group), 'Of whom most'),
        action: is(list(Group), 'Which actions most'),
        'resource-family': is(list(Group), 'On what most'),
        layer: is(list(Group), 'By which layers most'),
      }),
      'The most frequent',
    ),
    firstSeen: is(list(z.object({ ...tuple, ...seen })), 'What was seen first in this time'),
    regressions: is(
      list(
        z.object({
          ...tuple,
          ...seen,
          reason: is(oneOf('marked-fixed', 'was-allowed'), 'Why it is one').optional(),
        }),
      ),
      'What worked before, or was marked fixed, and is denied',
    ),
  }),
  'What the page of denials shows first',
)

const family = is(oneOf('principal', 'action', 'resource-family', 'tuple'), 'What the series counts by')

export const Spike = is(
  z.object({
    id: is(string, 'Id of the alert', 'a1b2c3d4'),
    kind: is(oneOf('spike', 'first-seen', 'shift'), 'What is unusual'),
    severity: is(oneOf('high', 'medium', 'low'), 'How grave').optional(),
    family,
    key: is(string, 'Of a tuple principal, action and resource family, with blanks between', SHOWN.action),
    from: is(string, 'Beginning, ISO 8601', '2026-04-27T10:00:00Z'),
    to: is(string, 'End', '2026-04-27T12:00:00Z'),
    count: is(count, 'How many in that time', 120),
    expected: is(number, 'How many were expected', 4.2),
    p: is(orNull(number), 'How unlikely it is by chance; null: no single count was judged', 1e-9),
    fanOut: is(count, 'How many principals are denied', 3),
    affected: is(
      z.object({
        principals: is(count, 'Principals', 3),
        actions: is(count, 'Actions', 1),
        resourceFamilies: is(count, 'Families of resources', 1),
      }),
      'Who and what is affected',
    ).optional(),
    allowedBefore: is(
      orNull(z.boolean()),
      'Whether one of them was allowed the same before; null: not known',
      true,
    ).optional(),
    cause: is(
      z.object({
        layer: is(orNull(Layer), 'The layer that AWS named', 'identity-policy'),
        denyType: is(
          orNull(oneOf('explicit', 'implicit')),
          'Whether a policy denies, or none allows',
          'implicit',
        ).optional(),
        policyArn: is(orNull(string), 'ARN of the policy that AWS named', null).optional(),
        statement: is(orNull(string), 'The statement', null),
        change: is(anything, 'A change of a policy that came shortly before; null: none is known', null),
        layers: is(list(Layer), 'Where more than one layer denied the same', [
          'identity-policy',
          'resource-policy',
        ]).optional(),
      }),
      'Its cause',
    ),
    examples: is(list(string), 'Event ids', [SHOWN.eventId]).optional(),
    state: is(string, '`open`, `acknowledged` or `closed`', 'open'),
    revision: is(count, 'Grows when late denials change what it says', 1).optional(),
    noise: is(string, 'A class of noise that it looks like', 'scanner').optional(),
  }),
  'An alert: unusual denials of one cause (docs/json.md, "Spikes")',
)

export const Series = is(
  z.object({
    family,
    key: is(string, 'Of which series', SHOWN.action),
    from: is(string, 'The first hour', '2026-04-26T00:00:00Z'),
    counts: is(list(count), 'How many, by hour', [0, 3, 120]),
    expected: is(list(number), 'How many were expected', [1, 1, 1.2]),
    low: is(list(orNull(count)), 'The 1st of a hundred; null: nothing was known yet', [null, 0, 0]),
    high: is(list(orNull(count)), 'The 99th of a hundred', [null, 5, 5]),
  }),
  'A series by hour, with the band it was expected in',
)

export const Spikes = is(
  z.object({
    schemaVersion: version,
    spikes: is(list(Spike), 'The gravest first'),
    series: is(list(Series), 'Series of the gravest'),
    history: is(anything, 'What was judged; null: there is nothing', null).optional(),
    control: is(anything, 'How false alarms are limited', { kind: 'fdr', q: 0.05 }).optional(),
    expectedFalseAlarmsPerWeek: is(number, 'Alarms that chance alone brings in a week', 0.5).optional(),
    leftOut: is(anything, 'What was left out, by why', {}).optional(),
  }),
  'Unusual denials in the store',
)

export const Computing = is(
  z.object({
    schemaVersion: version,
    status: is(z.literal('computing'), 'The answer is being made', 'computing'),
    retryAfterSeconds: is(count, 'When to ask again, as `Retry-After` says', 2),
  }),
  'The answer takes longer than one waits; ask again',
)

export const Snapshots = is(
  z.object({
    schemaVersion: version,
    snapshots: is(
      list(
        z.object({
          name: is(string, 'Name that bodies choose it by', 'prod'),
          collectedAt: is(orNull(string), 'When it was collected', SHOWN.time),
          problems: is(list(string), 'What could not be read', []),
        }),
      ),
      'In the order in which they were given; the first counts where none is named',
    ),
    expectPrincipal: is(orNull(string), 'Who should make calls, where that was said at start', null),
  }),
  'The snapshots that can be used to explain a denial',
)

export const Health = is(
  z.object({
    schemaVersion: version,
    status: is(z.literal('ok'), 'The service is up', 'ok'),
    version: is(string, 'Version of denytrace', '0.1.0'),
    waiting: is(count, 'Questions that wait for a thread', 0),
  }),
  'Whether the service is up',
)
