import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutSecrets } from './url-name.ts'

test('no password of a URL is in its name, however broken the URL is', () => {
  for (const [url, want] of [
    ['postgres://ann:hunter2@db.example/denials', 'postgres://ann@db.example/denials'],
    ['postgres://ann@db.example/denials', 'postgres://ann@db.example/denials'],
    ['postgres://db.example/denials?sslmode=require&password=hunter2', 'postgres://db.example/denials'],
    ['postgres://ann:hun/ter2@db.example/denials', 'postgres://…@db.example/denials'],
    ['postgres://ann:hun@ter2@db.example/denials', 'postgres://…@db.example/denials'],
    ['postgres://ann:hunter2@db.example:port/denials', 'postgres://…@db.example:port/denials'],
    ['postgres://ann:#hunter2@db.example/denials', 'postgres://…@db.example/denials'],
    ['postgres:ann:hunter2@db.example/denials', 'postgres:…@db.example/denials'],
    ['postgress://ann:hunter2@db.example/denials', 'postgress://ann@db.example/denials'],
    ['ann:hunter2@db.example/denials', 'ann:…@db.example/denials'],
    [`postgres://ann:hunter2${'x'.repeat(900)}@db.example/denials`, 'postgres://ann@db.example/denials'],
    ['postgres://ann:hunter2\n@db.example:x/denials', 'postgres://…@db.example:x/denials'],
    ['duckdb:', 'duckdb:'],
    ['nothing', 'nothing'],
  ] as const) {
    assert.equal(withoutSecrets(url), want, url)
    assert.doesNotMatch(withoutSecrets(url), /hun|ter2/)
  }
})
