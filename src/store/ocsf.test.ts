import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleRow } from '../../test/conformance/sample-rows.ts'
import type { DenialRow } from './denial-row.ts'
import { ocsfEvent } from './ocsf.ts'

type Fields = Readonly<Record<string, unknown>>

/** Of https://schema.ocsf.io/1.3.0/classes/api_activity with the profile `cloud`: path of an object → what it must have. */
const REQUIRED: readonly (readonly [path: string, fields: readonly string[]])[] = [
  [
    '',
    [
      'activity_id',
      'actor',
      'api',
      'category_uid',
      'class_uid',
      'cloud',
      'metadata',
      'severity_id',
      'src_endpoint',
      'time',
      'type_uid',
    ],
  ],
  ['metadata', ['product', 'version']],
  ['api', ['operation']],
  ['api.request', ['uid']],
  ['cloud', ['provider']],
]

/** The same: an object of which at least one field must be there. */
const AT_LEAST_ONE: readonly (readonly [path: string, fields: readonly string[]])[] = [
  ['metadata.product', ['name', 'uid']],
  ['actor', ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid']],
  ['actor.user', ['account', 'domain', 'email_addr', 'full_name', 'name', 'uid']],
  [
    'src_endpoint',
    ['ip', 'uid', 'name', 'hostname', 'svc_name', 'instance_uid', 'interface_uid', 'interface_name', 'domain'],
  ],
  ['resources.0', ['name', 'uid']],
  ['api.service', ['name', 'uid']],
  ['cloud.account', ['name', 'uid']],
]

const NOTHING_TOLD: Partial<DenialRow> = {
  requestId: null,
  callerAccount: null,
  recipientAccount: null,
  region: null,
  eventSource: null,
  eventName: null,
  service: null,
  action: null,
  principalKey: null,
  principalArn: null,
  principalType: null,
  sessionName: null,
  resource: null,
  resourceFamily: null,
  errorCode: null,
  layer: null,
  effect: null,
}

const at = (event: object, path: string): unknown =>
  path === '' ? event : path.split('.').reduce<unknown>((value, key) => (value as Fields | undefined)?.[key], event)

test('an event has what OCSF requires, be it told all or nothing', () => {
  const told = sampleRow({ requestId: 'r-1', errorMessage: 'no', rest: '{"context":{"aws:SourceIp":"203.0.113.9"}}' })
  for (const row of [told, sampleRow(NOTHING_TOLD), sampleRow({ ...NOTHING_TOLD, invokedBy: 'ec2.amazonaws.com' })]) {
    const event = ocsfEvent(row)
    for (const [path, fields] of REQUIRED) {
      const value = at(event, path)
      for (const field of value === undefined ? [] : fields)
        assert.notEqual(at(event, `${path === '' ? '' : `${path}.`}${field}`), undefined, `${path} ${field}`)
    }
    for (const [path, fields] of AT_LEAST_ONE) {
      const value = at(event, path)
      if (value !== undefined)
        assert.ok(
          fields.some((field) => field in (value as Fields)),
          `${path}: ${JSON.stringify(value)}`,
        )
    }
  }
})

test('ids of enumerations are those of their names', () => {
  const event = (eventName: string) => ocsfEvent(sampleRow({ eventName })) as Fields
  for (const [name, id] of [
    ['CreateBucket', 1],
    ['GetObject', 2],
    ['PutObject', 3],
    ['DeleteObject', 4],
    ['AssumeRole', 99],
  ] as const)
    assert.deepEqual([event(name)['activity_id'], event(name)['type_uid']], [id, 600_300 + id], name)
  const { class_uid: classUid, category_uid: category, status_id: status } = event('GetObject')
  assert.deepEqual([classUid, category, status], [6003, 6, 2])
})
