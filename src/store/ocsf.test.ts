import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleRow } from '../../test/conformance/sample-rows.ts'
import type { DenialRow } from './denial-row.ts'
import { ocsfEvent } from './ocsf.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Path of an object → what it must have, as github.com/ocsf/ocsf-schema says with `"requirement": "required"` (read on 2026-11-27, each
 * file at the commit behind it). Where its versions differ, what any of them requires.
 */
const REQUIRED: readonly (readonly [path: string, fields: readonly string[]])[] = [
  // includes/classification.json 01d6c7c
  ['', ['activity_id', 'category_uid', 'class_uid', 'type_uid']],
  // includes/occurrence.json 04dbb31, events/base_event.json 01afe46
  ['', ['time', 'metadata']],
  // Not seen as required in the files at those commits, which are older than 1.3.0; AWS's own events have them.
  ['', ['severity_id']],
  ['metadata.product', ['vendor_name']],
  // events/application/api_activity.json 2b1f2da
  ['', ['actor', 'api', 'src_endpoint']],
  // profiles/cloud.json 01d6c7c: the class has `cloud` only by its profile, so the event names that
  ['', ['cloud']],
  ['metadata', ['profiles']],
  // objects/metadata.json 04dbb31
  ['metadata', ['product', 'version']],
  // objects/product.json 00fc211
  ['metadata.product', ['name']],
  // objects/api.json 244de24, objects/request.json 0cf98d5
  ['api', ['operation']],
  ['api.request', ['uid']],
  // objects/cloud.json 04dbb31
  ['cloud', ['provider']],
]

/** Objects of which at least one field must be there (`constraints.at_least_one`). */
const AT_LEAST_ONE: readonly (readonly [path: string, fields: readonly string[]])[] = [
  // objects/actor.json 03a46b7; `invoked_by` is deprecated since 1.2.0
  ['actor', ['process', 'user', 'session', 'app_name', 'app_uid']],
  // objects/user.json 008c07a
  ['actor.user', ['account', 'name', 'uid']],
  // objects/network_endpoint.json 01fb854
  ['src_endpoint', ['ip', 'uid', 'name', 'hostname', 'svc_name', 'instance_uid', 'interface_uid', 'interface_name']],
  // objects/_entity.json 01fb854: account, policy, resource_details (by `_resource`)
  ['resources.0', ['name', 'uid']],
  ['cloud.account', ['name', 'uid']],
  ['actor.user.account', ['name', 'uid']],
  ['actor.authorizations.0.policy', ['name', 'uid']],
  ['metadata.product', ['name', 'uid']],
  ['api.service', ['name', 'uid']],
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

/** objects/actor.json: `invoked_by` is deprecated since 1.2.0, "use app_name, app_uid"; objects/user.json: 99 is what the source calls it. */
test("what OCSF has renamed stands under the new name too, and a type that is AWS's own is called other", () => {
  const { actor } = ocsfEvent(sampleRow({ invokedBy: 'ec2.amazonaws.com', principalType: 'assumed-role' })) as {
    readonly actor: Fields & { readonly user: Fields }
  }
  assert.deepEqual([actor['invoked_by'], actor['app_name']], ['ec2.amazonaws.com', 'ec2.amazonaws.com'])
  assert.deepEqual([actor.user['type'], actor.user['type_id']], ['assumed-role', 99])
})

/** events/application/api_activity.json 2b1f2da, includes/classification.json 01d6c7c (0 unknown, 99 other). */
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
  // objects/account.json 0070152
  assert.deepEqual((event('GetObject')['cloud'] as { account: Fields }).account['type_id'], 10)
  const { class_uid: classUid, category_uid: category, status_id: status } = event('GetObject')
  assert.deepEqual([classUid, category, status], [6003, 6, 2])
})
