/** `openapi.json`: valid, described to the last property, and as the answers really are. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { openApi } from '#http/openapi.ts'
import { ROUTES } from '#http/routes.ts'
import { ROOT } from '../cli/run-cli.ts'
import { type Service, startService } from './start-service.ts'

type Schema = Readonly<Record<string, unknown>>

const API = JSON.parse(JSON.stringify(openApi(ROUTES, '0.0.0'))) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
const SCHEMAS = API.components.schemas
const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** Every property of every schema, by its place. */
function* propertiesOf(value: unknown, place: string): Generator<readonly [place: string, schema: Schema]> {
  if (!isObject(value)) return
  if (isObject(value['properties']) && !place.endsWith('/properties'))
    for (const [name, schema] of Object.entries(value['properties'])) yield [`${place}.${name}`, schema as Schema]
  for (const [key, inner] of Object.entries(value))
    if (key !== 'examples' && key !== 'example') yield* propertiesOf(inner, `${place}/${key}`)
}

const PROPERTIES = [...propertiesOf(API, '')]

/** By itself, by the schema that it names, or by its own properties. */
function hasExample(schema: Schema): boolean {
  const inner = [schema['items'], ...((schema['anyOf'] ?? []) as readonly unknown[])].filter(isObject)
  return ['examples', '$ref', 'properties', 'const'].some((key) => schema[key] !== undefined) || inner.some(hasExample)
}

test('a validator of OpenAPI 3.1 finds nothing wrong with it', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(API))
  assert.deepEqual([valid, errors], [true, undefined])
})

test('every property says what it means and shows how it looks', () => {
  assert.ok(PROPERTIES.length > 500)
  const mute = PROPERTIES.filter(([, schema]) => schema['description'] === undefined && schema['$ref'] === undefined)
  assert.deepEqual(
    mute.map(([place]) => place),
    [],
  )
  const bare = PROPERTIES.filter(([, schema]) => !hasExample(schema))
  assert.deepEqual(
    bare.map(([place]) => place),
    [],
  )
  for (const [name, schema] of Object.entries(SCHEMAS)) assert.ok(schema['description'], name)
})

test('every path has a name of its own, a group, and says when it refuses', () => {
  const operations = Object.entries(API.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  )
  const ids = operations.map(({ operation }) => operation['operationId'])
  assert.deepEqual(ids, [...new Set(ids)])
  for (const { path, operation } of operations) {
    assert.equal((operation['tags'] as string[]).length, 1, path)
    for (const parameter of (operation['parameters'] ?? []) as Schema[]) {
      assert.ok(parameter['description'], `${path} ${String(parameter['name'])}`)
      assert.ok(parameter['example'] !== undefined, `${path} ${String(parameter['name'])}`)
    }
    const codes = Object.keys(operation['responses'] as object)
    if (path.startsWith('/api/')) assert.ok(codes.includes('401') && codes.includes('403'), path)
  }
})

/** Fields of a value that its schema does not name. */
function unnamed(value: unknown, schema: Schema, place: string): readonly string[] {
  const named = schema['$ref'] === undefined ? schema : SCHEMAS[String(schema['$ref']).split('/').at(-1) ?? '']
  if (named === undefined) return [`${place}: ${String(schema['$ref'])}`]
  const ways = named['anyOf'] as readonly Schema[] | undefined
  if (ways !== undefined && named['properties'] === undefined)
    return ways.map((way) => unnamed(value, way, place)).toSorted((a, b) => a.length - b.length)[0] ?? []
  if (Array.isArray(value)) {
    const { items } = named
    return isObject(items) ? value.flatMap((item) => unnamed(item, items, `${place}[]`)) : []
  }
  if (!isObject(value)) return []
  const { properties, additionalProperties } = named
  if (!isObject(properties))
    return isObject(additionalProperties)
      ? Object.values(value).flatMap((inner) => unnamed(inner, additionalProperties, `${place}.*`))
      : []
  return Object.entries(value).flatMap(([name, inner]) =>
    Object.hasOwn(properties, name)
      ? unnamed(inner, properties[name] as Schema, `${place}.${name}`)
      : [`${place}.${name}`],
  )
}

test('a field that it does not name is found, however deep', () => {
  const health = { schemaVersion: 1, status: 'ok', version: '1', waiting: 0 }
  assert.deepEqual(unnamed({ ...health, more: 1 }, { $ref: 'Health' }, 'Health'), ['Health.more'])
  const snapshots = { schemaVersion: 1, snapshots: [{ name: 'a', folder: '/x' }], expectPrincipal: null }
  assert.deepEqual(unnamed(snapshots, { $ref: 'Snapshots' }, 'S'), ['S.snapshots[].folder'])
})

describe('the answers hold nothing that it does not name', () => {
  let service: Service
  before(async () => {
    service = await startService({ snapshots: ['kms-behind-s3', 'scp-overnight'] })
  })
  after(() => service.stop())
  const ask = async (path: string, body?: object): Promise<unknown> =>
    (
      await fetch(
        new URL(path, service.url),
        body === undefined
          ? {}
          : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      )
    ).json()
  const holds = (name: string, value: unknown): void =>
    assert.deepEqual([...new Set(unnamed(value, { $ref: name }, name))], [])
  const denial = (name: string): string => readFileSync(join(ROOT, 'examples', name, 'denial.json'), 'utf8')

  for (const name of ['kms-behind-s3', 'scp-overnight'])
    test(`a diagnosis of ${name}`, async () => {
      holds('Diagnoses', await ask('/api/diagnose', { text: denial(name), snapshot: name, scenarios: true }))
      holds('Diagnoses', await ask('/api/diagnose', { text: denial(name), snapshot: null }))
    })

  test('a decision, a comparison, who can and what can', async () => {
    const principal = 'arn:aws:iam::111122223333:role/deploy-role'
    const [action, resource] = ['s3:PutObject', 'arn:aws:s3:::prod-artifacts/releases/app.zip']
    const request = { principal, action, resource }
    holds('Decision', await ask('/api/evaluate', { request, chain: true }))
    const allow = (Action: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    })
    holds('Comparison', await ask('/api/compare', { old: allow('s3:GetObject'), new: allow('s3:*') }))
    holds('WhoCan', await ask('/api/who-can', { action, resource }))
    holds('WhatCan', await ask('/api/what-can', { principal }))
    holds('Suggestions', await ask('/api/suggest', { of: 'action', text: 's3:put' }))
    holds('Snapshots', await ask('/api/snapshots'))
    holds('Health', await ask('/healthz'))
    holds('Error', await ask('/api/nothing'))
    holds('NoDenial', await ask('/api/diagnose', { text: 'hello' }))
  })
})
