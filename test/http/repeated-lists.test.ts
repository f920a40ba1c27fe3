/** The schemas import no room of ours but iam: the lists that they repeat are those of the rooms that have them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BESIDE_AS } from '../../src/app/beside/beside.ts'
import { files } from '../../src/schemas/bodies.ts'
import { jsonSchemaOf } from '../../src/schemas/named.ts'
import { GROUPED_BY } from '../../src/schemas/stored.ts'
import { GROUPS } from '../../src/store/denial-store.ts'

test('denials are counted by what a store can count them by', () => {
  assert.deepEqual(GROUPED_BY, GROUPS)
})

test('a file of a body may be said to be what a file of a command may', () => {
  const { items } = jsonSchemaOf(files) as {
    readonly items: { readonly properties: { readonly as: { readonly enum: readonly string[] } } }
  }
  assert.deepEqual(items.properties.as.enum, [...BESIDE_AS])
})
