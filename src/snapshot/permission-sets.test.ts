import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissionSetOfRole } from './permission-sets.ts'
import { readSnapshot } from './snapshot.ts'

const FILE = 'accounts/111122223333/identity-center.json'
const set = (id: string, name: string) => ({ arn: `arn:aws:sso:::permissionSet/ssoins-1/ps-${id}`, name })
const found = (role: string, ...sets: readonly object[]): string | undefined =>
  permissionSetOfRole(readSnapshot(new Map([[FILE, JSON.stringify({ permissionSets: sets })]])), role)

test('a role of Identity Center is of the permission set in its name', () => {
  const role = 'AWSReservedSSO_Power_User_0123456789abcdef'
  assert.equal(found(role, set('a', 'Power'), set('b', 'Power_User')), set('b', 'Power_User').arn)
  assert.equal(found(role, set('a', 'Power')), undefined)
  assert.equal(found('Power_User', set('b', 'Power_User')), undefined, 'another role of such a name is not')
})

test('sets of two instances that have the name are told apart by nothing here', () => {
  assert.equal(found('AWSReservedSSO_Admin_0123456789abcdef', set('a', 'Admin'), set('b', 'Admin')), undefined)
})
